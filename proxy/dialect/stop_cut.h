/* SPDX-License-Identifier: ISC */
/*
 * stop_cut: ends a text where the client wanted it ended, for an upstream that
 * could not be told.
 *
 * Stands between the blocks and their writer.  Text that may be the beginning
 * of a stop sequence is held until it is known not to be one.  After one has
 * been found nothing of the answer is passed on but its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/dialect/answer_blocks.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/neutral_event.h"

struct err;

/* Set up with its members up to held.max; close with stop_cut_close(). */
struct stop_cut {
	const char *const *stops;	/* borrowed; empty ones do not count */
	size_t n_stops;
	answer_emit *emit;
	void *arg;
	struct dialect_output held;
	bool is_block_held;	/* the block has begun, for us alone */
	bool is_open;		/* and for the writer, too */
	const char *found;	/* NULL: none yet */
};

void stop_cut_close(struct stop_cut *);

/* BLOCK, TEXT and BLOCK_STOP; as emit() otherwise. */
bool stop_cut_take(struct stop_cut *, const struct neutral_event *,
    struct err *);
