/* SPDX-License-Identifier: ISC */
/*
 * uses: which begin records have no end.
 *
 * A process that died in the middle leaves one; so does a request that is still
 * in flight.  Pure but for memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USES_MAX (1u << 18)	/* that are open at once; a power of 2 */

/* Called with the number of each begin record that has no end. */
typedef void use_left(uint64_t seq, void *arg);

void uses_begin(uint64_t request, uint64_t seq);
/* false when there was no such begin. */
bool uses_end(uint64_t request);

/* How many found no room: those are not told of. */
uint64_t uses_overflow(void);

/* In the order of their numbers; returns how many. */
size_t uses_left(use_left *, void *arg);
