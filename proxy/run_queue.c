/* SPDX-License-Identifier: ISC */
#include "proxy/run_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"
#include "proxy/iso_time.h"

#define NAME "pending.jsonl"
#define NAME_MAX_LEN 32
#define TRIES 3		/* to find the file with its name and unlocked */

struct run_queue {
	int runs, cloud, fd;
	bool is_torn;		/* the last line has no end */
	bool is_failing;	/* told already */
};

struct run_queue *
run_queue_new(int runs, int cloud)
{
	struct run_queue *q = calloc(1, sizeof *q);

	if (q == NULL) {
		if (runs != -1)
			close(runs);
		if (cloud != -1)
			close(cloud);
		return NULL;
	}
	*q = (struct run_queue) { .runs = runs, .cloud = cloud, .fd = -1 };
	return q;
}

static void
close_file(struct run_queue *q)
{
	if (q->fd != -1)
		close(q->fd);
	q->fd = -1;
}

void
run_queue_free(struct run_queue *q)
{
	if (q == NULL)
		return;
	close_file(q);
	if (q->runs != -1)
		close(q->runs);
	if (q->cloud != -1)
		close(q->cloud);
	free(q);
}

static bool
is_logged_in(const struct run_queue *q)
{
	struct stat st;

	return q->cloud != -1 && fstatat(q->cloud, "identity.json", &st,
	    AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
open_file(struct run_queue *q, struct err *err)
{
	q->fd = openat(q->runs, NAME, O_WRONLY | O_APPEND | O_CREAT |
	    O_NOFOLLOW | O_CLOEXEC, 0640);
	/* An earlier proxy may have died inside a line: end it. */
	q->is_torn = true;
	return q->fd != -1 || err_set_os(err, ERR_FILE_FAILED, "runs/" NAME);
}

static void
format_name(int number, char name[NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "pending-%d.jsonl", number);
}

/* Lines that were not sent yet: of each that is, a line with a '#' tells. */
static long
count_records(int folder, const char *name)
{
	AUTO_CLOSE int fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char bytes[16384], before = '\n';
	long n = 0;
	ssize_t len;

	while (fd != -1 && (len = read(fd, bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < len; i++) {
			if (before == '\n' && bytes[i] != '\n')
				n += bytes[i] == '#' ? -1 : 1;
			before = bytes[i];
		}
	return n > 0 ? n : 0;
}

static void
note_dropped(struct run_queue *q, long n)
{
	AUTO_CLOSE int fd = openat(q->runs, "dropped.jsonl", O_WRONLY |
	    O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	char line[96], now[ISO_TIME_TEXT];
	int len;

	log_warning("proxy: the queue of run records is full: the oldest %ld "
	    "will not be uploaded", n);
	iso_time_format((int64_t)time(NULL) * 1000, now);
	len = snprintf(line, sizeof line, "{\"at\":\"%s\",\"records\":%ld}\n",
	    now, n);
	if (fd == -1 || write(fd, line, (size_t)len) != len)
		log_warning("proxy: runs/dropped.jsonl cannot be written");
}

/* Moves the full file out of the way; true when its name is free. */
static bool
rotate(struct run_queue *q)
{
	char name[NAME_MAX_LEN], oldest[NAME_MAX_LEN] = "";
	struct timespec since = { 0 };
	struct stat st;

	for (int i = 1; i <= RUN_QUEUE_SEGMENTS; i++) {
		format_name(i, name);
		if (renameat2(q->runs, NAME, q->runs, name,
		    RENAME_NOREPLACE) == 0)
			return true;
		if (fstatat(q->runs, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    (oldest[0] == '\0' || st.st_mtim.tv_sec < since.tv_sec ||
		    (st.st_mtim.tv_sec == since.tv_sec &&
		    st.st_mtim.tv_nsec < since.tv_nsec))) {
			memcpy(oldest, name, sizeof oldest);
			since = st.st_mtim;
		}
	}
	if (oldest[0] == '\0')
		return false;
	note_dropped(q, count_records(q->runs, oldest));
	return renameat(q->runs, NAME, q->runs, oldest) == 0;
}

/* Is what we hold locked the file of that name, with room for 'len'? */
static bool
may_write(struct run_queue *q, size_t len)
{
	struct stat ours, there;

	if (flock(q->fd, LOCK_EX | LOCK_NB) == -1 || fstat(q->fd, &ours) ==
	    -1 || fstatat(q->runs, NAME, &there, AT_SYMLINK_NOFOLLOW) == -1 ||
	    ours.st_ino != there.st_ino || ours.st_dev != there.st_dev)
		return false;
	if (ours.st_size == 0)
		q->is_torn = false;
	return (size_t)ours.st_size + len <= RUN_QUEUE_SEGMENT ||
	    !rotate(q);
}

static bool
append(struct run_queue *q, const char *line, size_t len, struct err *err)
{
	bool ok = (!q->is_torn || write(q->fd, "\n", 1) == 1) &&
	    write(q->fd, line, len) == (ssize_t)len;

	if (!ok)
		err_set_os(err, ERR_FILE_FAILED, "runs/" NAME);
	q->is_torn = !ok;
	flock(q->fd, LOCK_UN);
	return ok;
}

static bool
add(struct run_queue *q, const char *line, size_t len, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		if (q->fd == -1 && !open_file(q, err))
			return false;
		if (may_write(q, len))
			return append(q, line, len, err);
		close_file(q);
	}
	return err_set(err, ERR_FILE_FAILED, "runs/" NAME " is locked");
}

void
run_queue_add(struct run_queue *q, const char *line, size_t len)
{
	struct err err;

	if (q == NULL || q->runs == -1 || !is_logged_in(q))
		return;
	if (add(q, line, len, &err))
		q->is_failing = false;
	else {
		if (!q->is_failing)
			log_err("proxy: queue of run records", &err);
		q->is_failing = true;
	}
}
