/* SPDX-License-Identifier: ISC */
#include "tests/bench/samples.h"

#include <stdlib.h>

#define FIRST_ROOM 65536

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
grow(struct samples *s)
{
	s->room = s->room == 0 ? FIRST_ROOM : 2 * s->room;
	s->ns100 = realloc(s->ns100, s->room * sizeof *s->ns100);
	if (s->ns100 == NULL)
		abort();
}

void
samples_add(struct samples *s, uint64_t ns)
{
	uint64_t ns100 = ns / 100;

	if (s->n == SAMPLES_MAX) {
		s->n_lost++;
		return;
	}
	if (s->n == s->room)
		grow(s);
	s->ns100[s->n++] = ns100 < UINT32_MAX ? (uint32_t)ns100 : UINT32_MAX;
}

double
samples_percentile_us(struct samples *s, double share)
{
	if (s->n == 0)
		return 0;
	qsort(s->ns100, s->n, sizeof *s->ns100, compare);
	return s->ns100[(size_t)(share * (double)(s->n - 1))] / 10.0;
}
