/* SPDX-License-Identifier: ISC */
#include "supervisor/audit_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"

#define LOG_NAME "audit.jsonl"
#define SEGMENT_MAX (UINT64_C(1) << 41)

static void
segment_name(uint32_t number, char name[48])
{
	snprintf(name, 48, "audit.%020u.jsonl", number);
}

/* Of the numbers of rotated segments; where there is none 'most' is 0. */
static bool
find_extremes(int folder, uint32_t *least, uint32_t *most, struct err *err)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool is_read = false;

	*least = UINT32_MAX;
	*most = 0;
	if (d == NULL) {
		err_set_os(err, ERR_FILE_FAILED, "audit folder");
		if (fd != -1)
			close(fd);
		return false;
	}
	while (errno = 0, (entry = readdir(d)) != NULL) {
		unsigned long long number;
		int end = 0;

		if (sscanf(entry->d_name, "audit.%20llu.jsonl%n", &number,
		    &end) != 1 || entry->d_name[end] != '\0' || end != 32 ||
		    number == 0 || number >= UINT32_MAX)
			continue;
		if (number > *most)
			*most = (uint32_t)number;
		if (number < *least)
			*least = (uint32_t)number;
	}
	if (errno != 0)
		err_set_os(err, ERR_FILE_FAILED, "audit folder");
	else
		is_read = true;
	closedir(d);
	return is_read;
}

uint32_t
audit_folder_newest(int folder, struct err *err)
{
	uint32_t least, most;

	return find_extremes(folder, &least, &most, err) ? most + 1 : 0;
}

uint32_t
audit_folder_oldest(int folder, uint32_t newest, struct err *err)
{
	uint32_t least, most;

	if (!find_extremes(folder, &least, &most, err))
		return 0;
	return most == 0 ? newest : least;
}

int
audit_folder_open_log(int folder, struct err *err)
{
	const int how = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	/* With O_CREAT older kernels wait here for a disk that hangs. */
	AUTO_CLOSE int fd = openat(folder, LOG_NAME, how);
	AUTO_CLOSE int check = -1;

	if (fd == -1 && errno == ENOENT)
		fd = openat(folder, LOG_NAME, how | O_CREAT, 0600);
	if (fd == -1) {
		err_set_os(err, ERR_FILE_FAILED, LOG_NAME);
		return -1;
	}
	check = home_file(folder, LOG_NAME, SEGMENT_MAX, err);
	return check != -1 ? take_fd(&fd) : -1;
}

int
audit_folder_open_segment(int folder, uint32_t number, uint32_t newest,
    struct err *err)
{
	char name[48];

	segment_name(number, name);
	if (number == newest)
		return home_file(folder, LOG_NAME, SEGMENT_MAX, err);
	return home_file(folder, name, SEGMENT_MAX, err);
}

bool
audit_folder_is_full(int folder, uint64_t len)
{
	struct stat st;

	return fstatat(folder, LOG_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (uint64_t)st.st_size >= len;
}

bool
audit_folder_rotate(int folder, uint32_t number, uint64_t n_keep,
    struct err *err)
{
	char name[48];
	uint32_t old;

	segment_name(number, name);
	if (faccessat(folder, name, F_OK, 0) == 0 ||
	    renameat(folder, LOG_NAME, folder, name) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%s", name);
	/* What cannot be listed now goes with the next one. */
	if (n_keep != 0 && number > n_keep &&
	    (old = audit_folder_oldest(folder, number, err)) != 0)
		for (; old <= number - n_keep; old++) {
			segment_name(old, name);
			unlinkat(folder, name, 0);
		}
	return fsync(folder) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "audit folder");
}
