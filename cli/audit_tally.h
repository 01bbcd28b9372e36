/* SPDX-License-Identifier: ISC */
/*
 * audit_tally: uses of keys, counted per day, agent, provider and reason.  Its
 * size does not depend on the log's: beyond TALLY_ROWS names of a kind the rest
 * is counted as one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_ROWS 1000
#define TALLY_NAME 160		/* bytes, with NUL; a longer one is cut */
#define TALLY_OTHERS "(others)"

enum tally_kind { TALLY_DAY, TALLY_AGENT, TALLY_PROVIDER, TALLY_REASON,
	TALLY_KINDS };
enum tally_count { TALLY_USES, TALLY_OK, TALLY_FAILED, TALLY_DENIED,
	TALLY_UNFINISHED, TALLY_COUNTS };

struct tally_row {
	char name[TALLY_NAME];
	uint64_t counts[TALLY_COUNTS];
};

struct tally_table {
	struct tally_row rows[TALLY_ROWS + 1];
	size_t n;
};

struct audit_tally {
	uint64_t n_records;	/* of every event; the caller counts */
	uint64_t totals[TALLY_COUNTS];
	struct tally_table tables[TALLY_KINDS];
};

/* One more, under the name of each kind; "" where it has none. */
void audit_tally_add(struct audit_tally *, enum tally_count,
    const char *const names[TALLY_KINDS]);

/* Days in their order, the others by how much there is of them. */
void audit_tally_sort(struct audit_tally *);

/* All that a row counts: what a bar's length stands for. */
uint64_t audit_tally_sum(const struct tally_row *);
