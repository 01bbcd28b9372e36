/* SPDX-License-Identifier: ISC */
#include "common/home.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"

static const char *const folders[] = { "vault", "audit", "routing", "cloud",
	"runs", "agents", "bin", "run", "log" };

bool
home_path(char path[HOME_PATH_MAX], struct err *err)
{
	const char *home = getenv("COFFERDAM_HOME"), *user = getenv("HOME");
	int n;

	if (home != NULL && *home != '\0')
		n = snprintf(path, HOME_PATH_MAX, "%s", home);
	else {
		if (user == NULL || *user != '/') {
			const struct passwd *entry = getpwuid(geteuid());

			user = entry != NULL ? entry->pw_dir : "";
		}
		n = snprintf(path, HOME_PATH_MAX, "%s/.cofferdam", user);
	}
	while (n > 1 && n < HOME_PATH_MAX && path[n - 1] == '/')
		path[--n] = '\0';
	if (n < 2 || n >= HOME_PATH_MAX || path[0] != '/')
		return err_set(err, ERR_HOME_UNSAFE, "path of the home");
	return true;
}

static bool
check_folder(int fd, const char *name, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%s", name);
	if (st.st_uid != geteuid())
		return err_set(err, ERR_HOME_UNSAFE, "%s: owner is uid %u",
		    name, st.st_uid);
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_HOME_UNSAFE, "%s: mode is %04o",
		    name, st.st_mode & 07777);
	return true;
}

/* May others come into this folder?  Then it is one of a system install. */
static bool
is_shared(int folder)
{
	struct stat st;

	return fstat(folder, &st) == 0 &&
	    (st.st_uid != geteuid() || (st.st_mode & 077) != 0);
}

static bool
check_system_home(int fd, const char *name, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", name);
	return (st.st_uid == 0 && (st.st_mode & 022) == 0) ||
	    err_set(err, ERR_HOME_UNSAFE, "%.40s: owner is uid %u, mode %04o",
	    name, st.st_uid, st.st_mode & 07777);
}

/* Passing through is all that an administrator who is not root may. */
static int
open_system_home(const char *path, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);

	if (fd == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
		return -1;
	}
	return check_system_home(fd, path, err) ? take_fd(&fd) : -1;
}

/* Who may enter is settled by whoever made it (install_folders.c). */
static int
open_shared_folder(int home, const char *name, struct err *err)
{
	AUTO_CLOSE int fd = openat(home, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%.100s", name);
		return -1;
	}
	if ((st.st_mode & 007) != 0) {
		err_set(err, ERR_HOME_UNSAFE, "%.40s: mode is %04o", name,
		    st.st_mode & 07777);
		return -1;
	}
	return take_fd(&fd);
}

static int
open_folder(int at, const char *name, struct err *err)
{
	AUTO_CLOSE int fd = openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%.120s", name);
		return -1;
	}
	return check_folder(fd, name, err) ? take_fd(&fd) : -1;
}

int
home_open(const char *path, enum home_make make, struct err *err)
{
	AUTO_CLOSE int home = -1;

	if (make == HOME_OF_SYSTEM)
		return open_system_home(path, err);
	if (make == HOME_MAKE && mkdir(path, 0700) == -1 && errno != EEXIST) {
		err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
		return -1;
	}
	home = open_folder(AT_FDCWD, path, err);
	if (home == -1 || make != HOME_MAKE)
		return take_fd(&home);
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		AUTO_CLOSE int folder = home_folder(home, folders[i], err);

		if (folder == -1)
			return -1;
	}
	return take_fd(&home);
}

int
home_folder(int home, const char *name, struct err *err)
{
	if (is_shared(home))
		return open_shared_folder(home, name, err);
	if (mkdirat(home, name, 0700) == -1 && errno != EEXIST) {
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
		return -1;
	}
	return open_folder(home, name, err);
}

static bool
is_good_file(int folder, const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_nlink != 1)
		return false;
	if (is_shared(folder))
		return (st->st_mode & 002) == 0;
	return st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

int
home_file(int folder, const char *name, size_t max, struct err *err)
{
	/* Non-blocking, or a FIFO in its place would hold us. */
	AUTO_CLOSE int fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
		return -1;
	}
	if (!is_good_file(folder, &st)) {
		err_set(err, ERR_HOME_UNSAFE, "%s: mode %06o, owner %u", name,
		    st.st_mode, st.st_uid);
		return -1;
	}
	if ((size_t)st.st_size > max) {
		err_set(err, ERR_FILE_DAMAGED, "%s: %lld bytes, limit %zu",
		    name, (long long)st.st_size, max);
		return -1;
	}
	return take_fd(&fd);
}

bool
home_read(int folder, const char *name, size_t max, char **text, size_t *len,
    struct err *err)
{
	AUTO_CLOSE int fd = home_file(folder, name, max, err);
	AUTO_FREE char *bytes = NULL;
	size_t at = 0;

	*text = NULL;
	if (fd == -1)
		return false;
	bytes = malloc(max + 1);
	if (bytes == NULL)
		return err_set(err, ERR_NO_MEMORY, "%s", name);
	for (;;) {
		ssize_t n = read(fd, bytes + at, max + 1 - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_set_os(err, ERR_FILE_FAILED, "%s", name);
		at += (size_t)n;
		if (at > max)
			return err_set(err, ERR_FILE_DAMAGED,
			    "%s: longer than %zu bytes", name, max);
		if (n == 0)
			break;
	}
	bytes[at] = '\0';
	*len = at;
	*text = realloc(bytes, at + 1);
	if (*text != NULL)
		bytes = NULL;
	return *text != NULL || err_set(err, ERR_NO_MEMORY, "%s", name);
}

static bool
write_whole(int fd, const char *bytes, size_t len, mode_t mode)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, bytes + at, len - at);

		if (n == -1 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return fchmod(fd, mode) == 0 && fsync(fd) == 0;
}

/* The previous one under a second name, without a moment of absence. */
static bool
keep_previous(int folder, const char *name, const char *keep)
{
	unlinkat(folder, keep, 0);
	return linkat(folder, name, folder, keep, 0) == 0 || errno == ENOENT;
}

bool
home_replace(int folder, const char *name, const void *bytes, size_t len,
    const char *keep, struct err *err)
{
	char aside[128];
	AUTO_CLOSE int fd = -1;

	snprintf(aside, sizeof aside, ".%s.%d.new", name, (int)getpid());
	unlinkat(folder, aside, 0);
	fd = openat(folder, aside,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%s", aside);
	if (!write_whole(fd, bytes, len, is_shared(folder) ? 0644 : 0600) ||
	    (keep != NULL && !keep_previous(folder, name, keep)) ||
	    renameat(folder, aside, folder, name) == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
		unlinkat(folder, aside, 0);
		return false;
	}
	return fsync(folder) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "%s", name);
}

/* Shared, and closed to everybody else. */
static bool
is_for_several(int folder)
{
	struct stat st;

	return is_shared(folder) && fstat(folder, &st) == 0 &&
	    (st.st_mode & 007) == 0;
}

int
home_lock(int folder, const char *name, struct err *err)
{
	AUTO_CLOSE int fd = openat(folder, name,
	    O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
		return -1;
	}
	/* The next one who needs it may be another administrator. */
	if (is_for_several(folder) && fchmod(fd, 0644) == -1 &&
	    errno != EPERM) {
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return take_fd(&fd);
	if (errno == EWOULDBLOCK)
		err_set(err, ERR_ALREADY_RUNNING, "%s is held", name);
	else
		err_set_os(err, ERR_FILE_FAILED, "%s", name);
	return -1;
}
