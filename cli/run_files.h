/* SPDX-License-Identifier: ISC */
/*
 * run_files: the run records on disk, line by line from the newest on.
 *
 * runs/runs.jsonl and what it was before (runs.jsonl.1, .2 ...), read backwards
 * in pieces: a million lines cost no memory.  A file that the proxy rotates in
 * the meantime is read once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct invocation;

#define RUN_FILES_MAX 256
#define RUN_FILES_LINE_MAX 65536	/* bytes; longer lines are bad ones */

struct run_files {
	int fds[RUN_FILES_MAX];		/* newest first */
	size_t n;
	unsigned long n_bad;		/* lines too long, as run_files_scan() */
};

/* No folder and no files are no error.  run_files_close() in any case. */
bool run_files_open(struct run_files *, struct invocation *, struct err *);
void run_files_close(struct run_files *);

/* A line without its end, not terminated; false ends the scan. */
typedef bool run_line(const char *line, size_t len, void *arg);

/* What stands behind the last line end is a record in the making: left out. */
bool run_files_scan(struct run_files *, run_line *, void *arg, struct err *);

/*
 * The value of a text member, without parsing: NULL when the line has no such
 * member in the form that we write, or one with an escape in it.
 */
const char *run_line_text(const char *line, size_t len, const char *name,
    size_t *text_len);
