/* SPDX-License-Identifier: ISC */
/*
 * samples: durations, kept one by one, so that percentiles are exact.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Beyond so many, one is counted and not kept. */
#define SAMPLES_MAX ((size_t)1 << 23)

struct samples {
	uint32_t *ns100;		/* in units of 100 ns */
	size_t n, room;
	uint64_t n_lost;
};

void samples_add(struct samples *, uint64_t ns);

/*
 * The duration in microseconds that 'share' (0 to 1) of the samples do not
 * exceed; 0 if there is none.  Sorts them.
 */
double samples_percentile_us(struct samples *, double share);
