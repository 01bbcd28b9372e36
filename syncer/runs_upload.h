/* SPDX-License-Identifier: ISC */
/*
 * runs_upload: run records to POST /v1/runs, at most 200 at a time.
 *
 * A batch that is refused as such is halved until the guilty record is alone:
 * that one goes to runs/rejected.jsonl with the reason.  Any other failure
 * leaves the rest for the next time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syncer/run_segment.h"

struct err;
struct event;
struct syncer;

#define RUNS_BATCH_MAX 200u	/* source: RunBatchRequest */
#define RUNS_SEGMENTS_MAX 16
#define RUNS_REJECTED_MAX 32	/* in one upload: then something else is wrong */
#define RUNS_RANGES_MAX 16	/* halves of halves of a batch */

struct runs_range {
	size_t first, n;	/* items of the segment */
};

struct runs_upload {
	struct run_segment segments[RUNS_SEGMENTS_MAX];
	size_t n_segments, segment;	/* how many; which is under way */
	int rejected;			/* to append; -1: none */
	size_t n_ranged;		/* items that were in a range */
	struct runs_range ranges[RUNS_RANGES_MAX];	/* the last one first */
	size_t n_ranges;
	struct event *turn;
	bool is_under_way;
};

void runs_upload_init(struct runs_upload *);

/* Takes over the descriptor; false when there are too many. */
bool runs_upload_add(struct runs_upload *, uint32_t number, int *fd);

/* Sends what is there; ends the job. */
void runs_upload_start(struct syncer *);

/*
 * What is not sent stays, and is counted in the result with the reason; ends the
 * job.
 */
void runs_upload_stop(struct syncer *, const struct err *why);

void runs_upload_close(struct runs_upload *);
