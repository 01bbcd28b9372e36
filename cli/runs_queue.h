/* SPDX-License-Identifier: ISC */
/*
 * runs_queue: run records that wait to be uploaded, as the files of runs/ tell.
 *
 * They are the proxy's words, and so no secret's neighbours (I1): only counted
 * here, line by line.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;
struct invocation;
struct json_object;

struct runs_queue {
	int64_t pending;	/* not sent yet */
	int64_t rejected;	/* by the control plane, in the last file */
	int64_t dropped;	/* never sent: the queue was full */
};

/* false when there is no folder; what is not there counts as none. */
bool runs_queue_count(struct invocation *, struct runs_queue *, struct err *);

/* The same as the member "runsQueue". */
void runs_queue_add(struct json_object *, struct invocation *);
