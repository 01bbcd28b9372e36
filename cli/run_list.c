/* SPDX-License-Identifier: ISC */
#include "cli/run_list.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run_call.h"
#include "cli/run_files.h"
#include "cli/run_group.h"

#define SLOTS (4 * RUN_LIST_MAX)	/* of the table of ids */

struct slot {
	char *id;			/* NULL: free */
	struct run_group *group;
};

struct run_list {
	const struct run_wish *wish;
	struct slot slots[SLOTS];
	struct slot *in_order[RUN_LIST_MAX];	/* RUN_LIST_RUNS */
	struct json_object *rows;		/* RUN_LIST_CALLS */
	size_t n;
	unsigned long n_bad;
	bool knows_agent;
};

struct run_list *
run_list_new(const struct run_wish *wish)
{
	struct run_list *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->wish = wish;
	l->rows = json_object_new_array();
	return l;
}

void
run_list_free(struct run_list *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++) {
		free(l->slots[i].id);
		run_group_free(l->slots[i].group);
	}
	json_object_put(l->rows);
	free(l);
}

/* The id's slot, or the free one where it belongs. */
static struct slot *
find_slot(struct run_list *l, const char *id, size_t len)
{
	size_t at = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		at = (at ^ (unsigned char)id[i]) * 1099511628211u;
	for (at %= SLOTS; l->slots[at].id != NULL; at = (at + 1) % SLOTS)
		if (strncmp(l->slots[at].id, id, len) == 0 &&
		    l->slots[at].id[len] == '\0')
			break;
	return &l->slots[at];
}

static void
take_run(struct run_list *l, const struct run_call *c)
{
	struct slot *slot = find_slot(l, c->run_id, strlen(c->run_id));

	if (slot->id == NULL) {
		if (l->n == l->wish->limit || c->ended_ms < l->wish->since_ms)
			return;
		slot->group = run_group_new();
		slot->id = slot->group != NULL ? strdup(c->run_id) : NULL;
		if (slot->id == NULL)
			return;
		l->in_order[l->n++] = slot;
	}
	run_group_add(slot->group, c);
}

static void
take_call(struct run_list *l, const struct run_call *c)
{
	if (l->n == l->wish->limit || c->ended_ms < l->wish->since_ms)
		return;
	json_object_array_add(l->rows, run_call_row(c));
	l->n++;
}

/* Can this line matter?  Only a look at its text. */
static bool
is_wanted(struct run_list *l, const char *line, size_t len)
{
	const char *agent = l->wish->agent, *found;
	size_t found_len;

	if (agent != NULL) {
		found = run_line_text(line, len, "agent", &found_len);
		if (found != NULL && (found_len != strlen(agent) ||
		    memcmp(found, agent, found_len) != 0))
			return false;
	}
	if (l->n < l->wish->limit || l->wish->kind == RUN_LIST_CALLS)
		return true;
	found = run_line_text(line, len, "runId", &found_len);
	return found == NULL || find_slot(l, found, found_len)->id != NULL;
}

bool
run_list_take(const char *line, size_t len, void *arg)
{
	struct run_list *l = arg;
	struct json_object *record;
	struct run_call call;
	const char *agent = l->wish->agent;

	if (len == 0 || !is_wanted(l, line, len))
		return true;
	if (!run_call_parse(&call, line, len, &record))
		l->n_bad++;
	else if (agent == NULL || strcmp(agent, call.agent) == 0) {
		l->knows_agent = true;
		if (l->wish->kind == RUN_LIST_CALLS)
			take_call(l, &call);
		else
			take_run(l, &call);
	}
	json_object_put(record);
	return l->wish->kind == RUN_LIST_RUNS || l->n < l->wish->limit;
}

static int
compare_ends(const void *a, const void *b)
{
	const struct slot *const *x = a, *const *y = b;
	uint64_t x_ms = run_group_ended_ms((*x)->group);
	uint64_t y_ms = run_group_ended_ms((*y)->group);

	return (x_ms < y_ms) - (x_ms > y_ms);
}

struct json_object *
run_list_rows(struct run_list *l)
{
	qsort(l->in_order, l->wish->kind == RUN_LIST_RUNS ? l->n : 0,
	    sizeof l->in_order[0], compare_ends);
	for (size_t i = 0; l->wish->kind == RUN_LIST_RUNS && i < l->n; i++)
		json_object_array_add(l->rows,
		    run_group_row(l->in_order[i]->group));
	return json_object_get(l->rows);
}

unsigned long
run_list_bad(const struct run_list *l)
{
	return l->n_bad;
}

bool
run_list_knows_agent(const struct run_list *l)
{
	return l->knows_agent;
}
