/* SPDX-License-Identifier: ISC */
/*
 * run_segment: one file of run records that wait to be uploaded.
 *
 * Nobody else writes to it any more.  A record that the control plane has is
 * marked: a line "#17" at the end says so of the one that begins at byte 17.  So
 * nothing is lost when this process or the machine dies; what is sent twice
 * counts once there (device, run, start).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syncer/run_wire.h"

struct err;
struct json_object;

#define RUN_SEGMENT_MAX (4 << 20)	/* bytes; the rest is not looked at */

struct run_item {
	size_t at, len;			/* the line */
	struct json_object *run;	/* as it is sent; NULL: it cannot be */
};

struct run_segment {
	uint32_t number;
	int fd;			/* -1: closed */
	char *text;		/* NULL: not read yet */
	size_t len;
	bool *is_marked;	/* by the byte that a line begins at */
	bool is_torn;		/* the last line has no end */
	struct run_item *items;	/* those not marked */
	size_t n_items, n_left;	/* n_left: not marked until now */
};

/*
 * Reads it; ERR_FILE_FAILED when the proxy still holds its lock, and at the next
 * time does not.
 */
bool run_segment_open(struct run_segment *, enum run_texts, struct err *);

/* How many records wait in one that was not opened. */
size_t run_segment_count(struct run_segment *);

void run_segment_mark(struct run_segment *, const struct run_item *);

/* A line with the record, and why, to 'fd'; marks it then. */
void run_segment_reject(struct run_segment *, const struct run_item *,
    const char *reason, int fd);

/* What is marked is on the disk. */
void run_segment_close(struct run_segment *);
