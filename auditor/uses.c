/* SPDX-License-Identifier: ISC */
#include "auditor/uses.h"

#include <stdlib.h>

/* Open addressing; seq 0 is a free place, and a removed one is filled up. */
static struct use { uint64_t request, seq; } table[2 * USES_MAX];
static size_t n_open;
static uint64_t n_overflow;

#define MASK (2 * USES_MAX - 1)

static size_t
place_of(uint64_t request)
{
	return (size_t)((request * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & MASK;
}

void
uses_begin(uint64_t request, uint64_t seq)
{
	size_t i = place_of(request);

	if (n_open == USES_MAX) {
		n_overflow++;
		return;
	}
	while (table[i].seq != 0)
		i = (i + 1) & MASK;
	table[i] = (struct use) { request, seq };
	n_open++;
}

/* Those behind a place that became free move up, so that they are found. */
static void
fill_up(size_t hole)
{
	size_t i = hole;

	for (;;) {
		size_t home;

		table[hole].seq = 0;
		do {
			i = (i + 1) & MASK;
			if (table[i].seq == 0)
				return;
			home = place_of(table[i].request);
		} while (hole <= i ? hole < home && home <= i :
		    hole < home || home <= i);
		table[hole] = table[i];
		hole = i;
	}
}

bool
uses_end(uint64_t request)
{
	for (size_t i = place_of(request); table[i].seq != 0;
	    i = (i + 1) & MASK)
		if (table[i].request == request) {
			fill_up(i);
			n_open--;
			return true;
		}
	return false;
}

uint64_t
uses_overflow(void)
{
	return n_overflow;
}

static int
compare(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

size_t
uses_left(use_left *each, void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i <= MASK; i++)
		if (table[i].seq != 0)
			table[n++] = table[i];
	qsort(table, n, sizeof table[0], compare);
	for (size_t i = 0; i < n; i++)
		each(table[i].seq, arg);
	return n;
}
