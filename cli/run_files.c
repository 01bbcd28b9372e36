/* SPDX-License-Identifier: ISC */
#include "cli/run_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"

#define NEWEST "runs.jsonl"
#define PIECE (1u << 20)	/* bytes, at least RUN_FILES_LINE_MAX */

/* 0 for the newest; -1: not one of them. */
static long
age_of(const char *name)
{
	size_t len = strlen(NEWEST);
	char *end;
	long n;

	if (strncmp(name, NEWEST, len) != 0)
		return -1;
	if (name[len] == '\0')
		return 0;
	if (name[len] != '.' || name[len + 1] < '1' || name[len + 1] > '9')
		return -1;
	n = strtol(name + len + 1, &end, 10);
	return *end == '\0' ? n : -1;
}

static int
is_run_file(const struct dirent *entry)
{
	return age_of(entry->d_name) >= 0;
}

static int
compare_ages(const struct dirent **a, const struct dirent **b)
{
	long x = age_of((*a)->d_name), y = age_of((*b)->d_name);

	return (x > y) - (x < y);
}

/* Is it open already?  It was rotated while we looked. */
static bool
is_open(const struct run_files *files, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < files->n; i++)
		if (fstat(files->fds[i], &other) == 0 &&
		    other.st_dev == st->st_dev && other.st_ino == st->st_ino)
			return true;
	return false;
}

static bool
open_one(struct run_files *files, int folder, const char *name,
    struct err *err)
{
	AUTO_CLOSE int fd = home_file(folder, name, LONG_MAX, err);
	struct stat st;

	if (fd == -1)
		return err->code == ERR_FILE_FAILED && err->os == ENOENT;
	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "runs/%s", name);
	if (files->n < RUN_FILES_MAX && !is_open(files, &st))
		files->fds[files->n++] = take_fd(&fd);
	return true;
}

bool
run_files_open(struct run_files *files, struct invocation *inv,
    struct err *err)
{
	AUTO_CLOSE int folder = -1;
	struct dirent **found = NULL;
	bool ok = true;
	int n;

	files->n = 0;
	files->n_bad = 0;
	folder = invocation_folder(inv, "runs", err);
	if (folder == -1)
		return false;
	n = scandirat(folder, ".", &found, is_run_file, compare_ages);
	if (n == -1)
		return err_set_os(err, ERR_FILE_FAILED, "runs");
	for (int i = 0; i < n; i++) {
		ok = ok && open_one(files, folder, found[i]->d_name, err);
		free(found[i]);
	}
	free(found);
	return ok;
}

void
run_files_close(struct run_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		close(files->fds[i]);
	files->n = 0;
}

static bool
read_piece(int fd, char *piece, size_t len, off_t at, struct err *err)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(fd, piece + done, len - done,
		    at + (off_t)done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set_os(err, ERR_FILE_FAILED, "run records");
		done += (size_t)n;
	}
	return true;
}

/*
 * The whole lines of a piece that ends with a line's end, backwards.  Bytes at
 * its start that belong to a line from before are left; how many they are, or
 * -1 when 'each' has had enough.
 */
static ssize_t
give_lines(const char *piece, size_t len, bool is_start, run_line *each,
    void *arg)
{
	while (len > 0) {
		const char *end = piece + len - 1;
		const char *before = memrchr(piece, '\n', len - 1);
		const char *line = before != NULL ? before + 1 : piece;

		if (before == NULL && !is_start)
			break;
		if (!each(line, (size_t)(end - line), arg))
			return -1;
		len = (size_t)(line - piece);
	}
	return (ssize_t)len;
}

/* *goes_on becomes false when 'each' has had enough. */
static bool
scan_one(struct run_files *files, int fd, run_line *each, void *arg,
    bool *goes_on, struct err *err)
{
	static char piece[PIECE];
	struct stat st;
	off_t end;

	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "run records");
	for (end = st.st_size; end > 0 && *goes_on;) {
		size_t len = end < (off_t)PIECE ? (size_t)end : PIECE;
		bool is_start = len == (size_t)end;
		const char *last;
		ssize_t left = 0;

		end -= (off_t)len;
		if (!read_piece(fd, piece, len, end, err))
			return false;
		last = memrchr(piece, '\n', len);
		len = last != NULL ? (size_t)(last - piece) + 1 : 0;
		left = give_lines(piece, len, is_start, each, arg);
		*goes_on = left >= 0;
		/* A line that fills a piece is none of ours: past it. */
		if (left < (ssize_t)len)
			end += left;
		else if (!is_start)
			files->n_bad++;
	}
	return true;
}

bool
run_files_scan(struct run_files *files, run_line *each, void *arg,
    struct err *err)
{
	bool goes_on = true;

	for (size_t i = 0; i < files->n && goes_on; i++)
		if (!scan_one(files, files->fds[i], each, arg, &goes_on, err))
			return false;
	return true;
}

const char *
run_line_text(const char *line, size_t len, const char *name,
    size_t *text_len)
{
	char mark[40];
	int mark_len = snprintf(mark, sizeof mark, "\"%s\":\"", name);
	const char *at = memmem(line, len, mark, (size_t)mark_len), *end;

	if (at == NULL)
		return NULL;
	at += mark_len;
	end = memchr(at, '"', len - (size_t)(at - line));
	if (end == NULL || memchr(at, '\\', (size_t)(end - at)) != NULL)
		return NULL;
	*text_len = (size_t)(end - at);
	return at;
}
