/* SPDX-License-Identifier: ISC */
/*
 * run_log: runs/runs.jsonl, one line per model call.
 *
 * Lines are gathered and written together, once in a turn of the event loop.
 * At RUN_LOG_MAX the file becomes runs.jsonl.1, that one runs.jsonl.2, and so
 * on; there are RUN_LOG_FILES, and what would be one more is gone.
 * What cannot be written is lost and told once: runs are no audit, and must not
 * stop a request.
 * A line that a crash cut short is ended before another one is written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/lines_back.h"

struct event_base;
struct run_log;

#define RUN_LOG_MAX (64 << 20)	/* bytes of one file */
#define RUN_LOG_FILES 16

/* Takes over 'folder', or goes without when it is -1.  NULL: no memory. */
struct run_log *run_log_new(struct event_base *, int folder);

/* Writes what is gathered.  NULL is allowed. */
void run_log_free(struct run_log *);

void run_log_add(struct run_log *, const char *line, size_t len);

/*
 * Gives the lines back, the last one first, until 'take' has had enough.  What
 * cannot be read is told, and taken for the end.
 */
void run_log_read_back(struct run_log *, line_back_taker *take, void *arg);
