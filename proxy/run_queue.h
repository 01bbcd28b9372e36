/* SPDX-License-Identifier: ISC */
/*
 * run_queue: runs/pending.jsonl, run records that wait to be uploaded.
 *
 *	pending.jsonl -> pending-1.jsonl .. pending-16.jsonl -> the syncer
 *
 * Whoever takes the file over renames it.  A writer holds the file's lock while
 * it writes, and only when the file still has its name: what is renamed and
 * locked is never written to again, so no record falls between the two.  A file
 * of RUN_QUEUE_SEGMENT bytes is moved to a free number; when there is none, the
 * oldest goes, and runs/dropped.jsonl tells how many records that were.
 *
 * Nothing is queued while nobody is logged in: cloud/identity.json is absent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct run_queue;

#define RUN_QUEUE_SEGMENT (2 << 20)	/* bytes */
#define RUN_QUEUE_SEGMENTS 16

/*
 * Takes over descriptors of the folders runs/ and cloud/; with one of them -1
 * nothing is queued.  NULL: no memory; they are closed then.
 */
struct run_queue *run_queue_new(int runs, int cloud);
/* NULL is allowed. */
void run_queue_free(struct run_queue *);

/* A whole line with its line feed.  Failures are logged once.  NULL allowed. */
void run_queue_add(struct run_queue *, const char *line, size_t len);
