/* SPDX-License-Identifier: ISC */
#include "cli/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

static bool
fill(int fd, const char *path, struct err *err)
{
	AUTO_WIPE struct secret *key = secret_new(KEY_FILE_LEN, err);

	if (key == NULL)
		return false;
	if (getrandom(secret_bytes(key), KEY_FILE_LEN, 0) != KEY_FILE_LEN ||
	    write(fd, secret_peek(key), KEY_FILE_LEN) != KEY_FILE_LEN ||
	    fsync(fd) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	return true;
}

static bool
check(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077) != 0)
		return err_set(err, ERR_HOME_UNSAFE, "%.80s: mode %04o, owner "
		    "%u", path, st.st_mode & 07777, st.st_uid);
	return st.st_size >= KEY_FILE_LEN ||
	    err_set(err, ERR_FILE_DAMAGED, "%.80s: %lld bytes, %d needed",
	    path, (long long)st.st_size, KEY_FILE_LEN);
}

bool
key_file_make(const char *path, char *absolute, size_t size, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	AUTO_FREE char *resolved = NULL;

	if (fd == -1 && errno != EEXIST)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	if (fd != -1 && !fill(fd, path, err)) {
		unlink(path);
		return false;
	}
	resolved = realpath(path, NULL);
	if (resolved == NULL || (size_t)snprintf(absolute, size, "%s",
	    resolved) >= size)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	return check(absolute, err);
}

bool
key_file_link(int home, const char *absolute, struct err *err)
{
	key_file_unlink(home);
	return symlinkat(absolute, home, "vault/key") == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "vault/key");
}

void
key_file_unlink(int home)
{
	unlinkat(home, "vault/key", 0);
}
