/* SPDX-License-Identifier: ISC */
#include "proxy/run_log.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"

#define NAME "runs.jsonl"
#define NAME_ROOM 32
#define GATHERED_MAX (1 << 20)	/* bytes */

struct run_log {
	int folder, fd;
	size_t file_len;
	bool is_failing;	/* told already */
	struct event *write;
	char *gathered;
	size_t len, room;
};

/* "runs.jsonl", "runs.jsonl.1", ... */
static void
name_file(char name[NAME_ROOM], int n)
{
	snprintf(name, NAME_ROOM, n == 0 ? NAME : NAME ".%d", n);
}

static bool
end_torn_line(struct run_log *l, struct err *err)
{
	char last = '\n';

	if (l->file_len == 0 ||
	    pread(l->fd, &last, 1, (off_t)l->file_len - 1) != 1 ||
	    last == '\n')
		return true;
	l->file_len++;
	return write(l->fd, "\n", 1) == 1 ||
	    err_set_os(err, ERR_FILE_FAILED, "runs/" NAME);
}

static bool
open_file(struct run_log *l, struct err *err)
{
	struct stat st;

	l->fd = openat(l->folder, NAME, O_RDWR | O_APPEND | O_CREAT |
	    O_NOFOLLOW | O_CLOEXEC, 0640);
	if (l->fd == -1 || fstat(l->fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "runs/" NAME);
	l->file_len = (size_t)st.st_size;
	return end_torn_line(l, err);
}

static void
close_file(struct run_log *l)
{
	if (l->fd != -1)
		close(l->fd);
	l->fd = -1;
}

/* Each file takes the place of the one before it; the oldest one goes. */
static bool
rotate(const struct run_log *l, struct err *err)
{
	for (int n = RUN_LOG_FILES - 1; n > 0; n--) {
		char from[NAME_ROOM], to[NAME_ROOM];

		name_file(from, n - 1);
		name_file(to, n);
		if (renameat(l->folder, from, l->folder, to) == -1 &&
		    errno != ENOENT)
			return err_set_os(err, ERR_FILE_FAILED, "runs/%s",
			    from);
	}
	return true;
}

static bool
make_room(struct run_log *l, struct err *err)
{
	if (l->fd != -1 && l->file_len + l->len <= RUN_LOG_MAX)
		return true;
	if (l->fd != -1) {
		close_file(l);
		if (!rotate(l, err))
			return false;
	}
	return open_file(l, err);
}

static bool
write_gathered(struct run_log *l, struct err *err)
{
	if (!make_room(l, err))
		return false;
	for (size_t at = 0; at < l->len;) {
		ssize_t n = write(l->fd, l->gathered + at, l->len - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set_os(err, ERR_FILE_FAILED, "runs/" NAME);
		at += (size_t)n;
		l->file_len += (size_t)n;
	}
	return true;
}

static void
flush(struct run_log *l)
{
	struct err err;

	if (l->len == 0 || l->folder == -1)
		return;
	if (write_gathered(l, &err))
		l->is_failing = false;
	else {
		if (!l->is_failing)
			log_err("proxy: run records", &err);
		l->is_failing = true;
		close_file(l);
	}
	l->len = 0;
}

static void
on_write(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

struct run_log *
run_log_new(struct event_base *base, int folder)
{
	struct run_log *l = calloc(1, sizeof *l);
	struct err err;

	if (l == NULL)
		return NULL;
	*l = (struct run_log) { .folder = folder, .fd = -1 };
	l->write = event_new(base, -1, 0, on_write, l);
	if (l->write == NULL) {
		run_log_free(l);
		return NULL;
	}
	if (folder != -1 && !open_file(l, &err)) {
		log_err("proxy: run records", &err);
		l->is_failing = true;
		close_file(l);
	}
	return l;
}

void
run_log_free(struct run_log *l)
{
	if (l == NULL)
		return;
	if (l->folder != -1) {
		flush(l);
		close(l->folder);
	}
	close_file(l);
	if (l->write != NULL)
		event_free(l->write);
	free(l->gathered);
	free(l);
}

void
run_log_add(struct run_log *l, const char *line, size_t len)
{
	if (l->folder == -1 || l->len + len > GATHERED_MAX)
		return;
	if (l->len + len > l->room) {
		size_t room = 2 * (l->len + len);
		char *gathered = realloc(l->gathered, room);

		if (gathered == NULL)
			return;
		l->gathered = gathered;
		l->room = room;
	}
	memcpy(l->gathered + l->len, line, len);
	if (l->len == 0)
		event_active(l->write, EV_TIMEOUT, 0);
	l->len += len;
}

/* true: the file before this one is wanted, too. */
static bool
read_file_back(const struct run_log *l, const char *name,
    line_back_taker *take, void *arg)
{
	bool has_enough = false;
	struct err err;
	AUTO_CLOSE int fd = openat(l->folder, name,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return true;
	if (fd != -1 && lines_back_read(fd, take, arg, &has_enough, &err))
		return !has_enough;
	if (fd == -1)
		err_set_os(&err, ERR_FILE_FAILED, "runs");
	log_err("proxy: run records", &err);
	return false;
}

void
run_log_read_back(struct run_log *l, line_back_taker *take, void *arg)
{
	flush(l);
	for (int n = 0; l->folder != -1 && n < RUN_LOG_FILES; n++) {
		char name[NAME_ROOM];

		name_file(name, n);
		if (!read_file_back(l, name, take, arg))
			return;
	}
}
