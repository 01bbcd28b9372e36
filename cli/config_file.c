/* SPDX-License-Identifier: ISC */
#include "cli/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"

static bool
read_all(int fd, struct config_file *f, struct err *err)
{
	size_t size = (size_t)f->st.st_size, done = 0;

	f->text = malloc(size + 1);
	if (f->text == NULL)
		return err_set(err, ERR_NO_MEMORY, "%.120s", f->path);
	while (done < size) {
		ssize_t n = read(fd, f->text + done, size - done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set_os(err, ERR_FILE_FAILED, "%.120s",
			    f->path);
		done += (size_t)n;
	}
	f->text[size] = '\0';
	return memchr(f->text, '\0', size) == NULL ||
	    err_set(err, ERR_CONFIG_NOT_UNDERSTOOD, "%.100s: a NUL in it",
	    f->path);
}

static bool
check(const struct config_file *f, struct err *err)
{
	if (!S_ISREG(f->st.st_mode) || f->st.st_size > CONFIG_FILE_MAX)
		return err_set(err, ERR_CONFIG_NOT_UNDERSTOOD,
		    "%.100s: no file, or too large", f->path);
	return f->st.st_uid == geteuid() ||
	    err_set(err, ERR_CONFIG_NOT_UNDERSTOOD, "%.100s: not yours",
	    f->path);
}

bool
config_file_open(struct config_file *f, const char *path, struct err *err)
{
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *real = NULL;
	struct stat st;

	*f = (struct config_file) { .is_there = false };
	if (snprintf(f->path, sizeof f->path, "%s", path) >=
	    (int)sizeof f->path)
		return err_set(err, ERR_FILE_FAILED, "%.100s: too long", path);
	f->is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
	real = realpath(path, NULL);
	snprintf(f->real, sizeof f->real, "%s", real != NULL ? real : path);
	if (real == NULL && errno == ENOENT && !f->is_link) {
		f->text = strdup("");
		return f->text != NULL ||
		    err_set(err, ERR_NO_MEMORY, "%.120s", path);
	}
	fd = real != NULL ? open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC) : -1;
	if (fd == -1 || fstat(fd, &f->st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
	f->is_there = true;
	return check(f, err) && read_all(fd, f, err);
}

void
config_file_close(struct config_file *f)
{
	free(f->text);
	f->text = NULL;
}

/* mkdir -p of what stands before the last slash. */
static bool
make_folders(const char *path, struct err *err)
{
	char folder[CONFIG_PATH_MAX];

	snprintf(folder, sizeof folder, "%s", path);
	for (char *slash = folder + 1; (slash = strchr(slash, '/')) != NULL;
	    slash++) {
		*slash = '\0';
		if (mkdir(folder, 0700) == -1 && errno != EEXIST)
			return err_set_os(err, ERR_FILE_FAILED, "%.120s",
			    folder);
		*slash = '/';
	}
	return true;
}

static bool
is_unchanged(const struct config_file *f)
{
	struct stat st;

	if (lstat(f->real, &st) == -1)
		return errno == ENOENT && !f->is_there;
	return f->is_there && st.st_ino == f->st.st_ino &&
	    st.st_dev == f->st.st_dev && st.st_size == f->st.st_size &&
	    st.st_mtim.tv_sec == f->st.st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == f->st.st_mtim.tv_nsec;
}

static bool
write_aside(int fd, const char *text, mode_t mode)
{
	size_t len = strlen(text);

	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, text + done, len - done);

		if (n == -1 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return fchmod(fd, mode) == 0 && fsync(fd) == 0;
}

bool
config_file_save(struct config_file *f, const char *text, mode_t mode,
    struct err *err)
{
	char aside[CONFIG_PATH_MAX + 16];
	AUTO_CLOSE int fd = -1;

	snprintf(aside, sizeof aside, "%s.XXXXXX", f->real);
	if (!make_folders(f->real, err))
		return false;
	fd = mkostemp(aside, O_CLOEXEC);
	if (fd == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.120s", f->path);
	if (!write_aside(fd, text, mode))
		err_set_os(err, ERR_FILE_FAILED, "%.120s", f->path);
	else if (!is_unchanged(f))
		err_set(err, ERR_CONFIG_CHANGED, "%.120s", f->path);
	else if (rename(aside, f->real) == -1)
		err_set_os(err, ERR_FILE_FAILED, "%.120s", f->path);
	else
		return true;
	unlink(aside);
	return false;
}

bool
config_file_remove(struct config_file *f, struct err *err)
{
	if (!is_unchanged(f))
		return err_set(err, ERR_CONFIG_CHANGED, "%.120s", f->path);
	return unlink(f->real) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "%.120s", f->path);
}
