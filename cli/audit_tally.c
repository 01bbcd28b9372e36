/* SPDX-License-Identifier: ISC */
#include "cli/audit_tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tally_row *
find_row(struct tally_table *t, const char *name)
{
	struct tally_row *row;

	for (size_t i = 0; i < t->n; i++)
		if (strncmp(t->rows[i].name, name, TALLY_NAME - 1) == 0)
			return &t->rows[i];
	if (t->n >= TALLY_ROWS) {
		row = &t->rows[TALLY_ROWS];
		name = TALLY_OTHERS;
		t->n = TALLY_ROWS + 1;
	} else
		row = &t->rows[t->n++];
	snprintf(row->name, sizeof row->name, "%s", name);
	return row;
}

void
audit_tally_add(struct audit_tally *a, enum tally_count count,
    const char *const names[TALLY_KINDS])
{
	a->totals[count]++;
	for (int kind = 0; kind < TALLY_KINDS; kind++)
		if (names[kind][0] != '\0')
			find_row(&a->tables[kind],
			    names[kind])->counts[count]++;
}

uint64_t
audit_tally_sum(const struct tally_row *row)
{
	/* A use is there once: begun; how it ended is what became of it. */
	uint64_t ended = row->counts[TALLY_OK] + row->counts[TALLY_FAILED] +
	    row->counts[TALLY_UNFINISHED];
	uint64_t uses = row->counts[TALLY_USES];

	return (uses > ended ? uses : ended) + row->counts[TALLY_DENIED];
}

static int
by_name(const void *one, const void *other)
{
	return strcmp(((const struct tally_row *)one)->name,
	    ((const struct tally_row *)other)->name);
}

static int
by_sum(const void *one, const void *other)
{
	uint64_t a = audit_tally_sum(one), b = audit_tally_sum(other);

	return a != b ? (a < b ? 1 : -1) : by_name(one, other);
}

void
audit_tally_sort(struct audit_tally *a)
{
	for (int kind = 0; kind < TALLY_KINDS; kind++)
		qsort(a->tables[kind].rows, a->tables[kind].n,
		    sizeof a->tables[kind].rows[0],
		    kind == TALLY_DAY ? by_name : by_sum);
}
