/* SPDX-License-Identifier: ISC */
#include "supervisor/run_segments.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"

#define PENDING "pending.jsonl"
#define REJECTED "rejected.jsonl"
#define REJECTED_MAX (1 << 20)	/* bytes */
/* The others are left to the proxy, which moves full files there. */
#define TAKEN_MAX 8
#define NAME_TEXT 32

static void
end_as_owner(const uid_t *before)
{
	setfsuid(*before);
}

/*
 * In a system install the folder is the proxy's, and being root opens nothing
 * any more (privileges.h): to the end of the block files are its owner's to us.
 */
#define AS_OWNER_OF(folder)						\
	__attribute__((cleanup(end_as_owner), unused)) const uid_t	\
	    before_as_owner = begin_as_owner(folder)

static uid_t
begin_as_owner(int folder)
{
	struct stat st;

	return (uid_t)setfsuid(fstat(folder, &st) == 0 ? st.st_uid :
	    geteuid());
}

static void
format_name(uint32_t n, char name[NAME_TEXT])
{
	snprintf(name, NAME_TEXT, "pending-%u.jsonl", n);
}

static bool
has_bytes(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size > 0;
}

void
run_segments_take(int folder)
{
	AS_OWNER_OF(folder);
	char name[NAME_TEXT];

	if (!has_bytes(folder, PENDING))
		return;
	/* The proxy may be at the same: who is second finds no file. */
	for (uint32_t n = 1; n <= TAKEN_MAX; n++) {
		format_name(n, name);
		if (renameat2(folder, PENDING, folder, name,
		    RENAME_NOREPLACE) == 0)
			return;
	}
}

int
run_segments_open(int folder, uint32_t n)
{
	AS_OWNER_OF(folder);
	char name[NAME_TEXT];
	AUTO_CLOSE int fd = -1;
	struct stat st;

	format_name(n, name);
	fd = openat(folder, name, O_RDWR | O_APPEND | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_nlink != 1)
		return -1;
	return take_fd(&fd);
}

void
run_segments_remove(int folder, uint32_t n)
{
	AS_OWNER_OF(folder);
	char name[NAME_TEXT];

	if (n == 0 || n > RUN_SEGMENTS)
		return;
	format_name(n, name);
	unlinkat(folder, name, 0);
}

void
run_segments_drop(int folder)
{
	AS_OWNER_OF(folder);

	unlinkat(folder, PENDING, 0);
	for (uint32_t n = 1; n <= RUN_SEGMENTS; n++)
		run_segments_remove(folder, n);
}

bool
run_segments_wait(int folder)
{
	AS_OWNER_OF(folder);
	char name[NAME_TEXT];

	for (uint32_t n = 1; n <= RUN_SEGMENTS; n++) {
		format_name(n, name);
		if (has_bytes(folder, name))
			return true;
	}
	return has_bytes(folder, PENDING);
}

int
run_segments_open_rejected(int folder, struct err *err)
{
	AS_OWNER_OF(folder);
	struct stat st;
	int fd;

	if (fstatat(folder, REJECTED, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_size > REJECTED_MAX)
		renameat(folder, REJECTED, folder, REJECTED ".1");
	fd = openat(folder, REJECTED, O_WRONLY | O_APPEND | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (fd == -1)
		err_set_os(err, ERR_FILE_FAILED, "runs/" REJECTED);
	return fd;
}
