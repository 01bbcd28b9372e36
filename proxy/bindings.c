/* SPDX-License-Identifier: ISC */
#include "proxy/bindings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/plans.h"
#include "proxy/problems.h"

static bool
read_binding(struct binding *b, struct json_object *entry, struct err *err)
{
	const char *kind = json_text_string(entry, "bindingKind");

	*b = (struct binding) { .kind = BINDING_NONE };
	if (!plan_id_read(b->agent, entry, "agentId", err))
		return false;
	if (kind != NULL && strcmp(kind, "static") == 0) {
		b->kind = BINDING_STATIC;
		return plan_target_read(&b->target,
		    json_text_object(entry, "staticTarget"), err);
	}
	if (kind != NULL && strcmp(kind, "policy") == 0)
		b->kind = BINDING_POLICY;
	else if (kind != NULL && strcmp(kind, "bundle") == 0)
		b->kind = BINDING_BUNDLE;
	else
		return err_set(err, ERR_FILE_DAMAGED, "bindingKind");
	return plan_id_read(b->plan, entry, "targetId", err);
}

static int
by_agent(const void *a, const void *b)
{
	return strcmp(((const struct binding *)a)->agent,
	    ((const struct binding *)b)->agent);
}

static int
by_agent_then_place(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;
	int order = strcmp(x->agent, y->agent);

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

const struct binding *
bindings_find(const struct binding_list *list, const char *agent)
{
	struct binding wanted = { .kind = BINDING_NONE };

	strncpy(wanted.agent, agent, sizeof wanted.agent - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_agent);
}

static void
drop_repeated_bindings(struct binding_list *list, struct problems *problems)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (n > 0 &&
		    by_agent(&list->items[n - 1], &list->items[i]) == 0)
			problems_add(problems,
			    "snapshot: binding of %s stands twice",
			    list->items[i].agent);
		else
			list->items[n++] = list->items[i];
	list->n = n;
}

bool
bindings_read(struct binding_list *list, struct json_object *array,
    struct problems *problems, struct err *err)
{
	size_t n = json_object_array_length(array);

	list->items = calloc(n + 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, ERR_NO_MEMORY, "bindings");
	for (size_t i = 0; i < n; i++) {
		struct binding *b = &list->items[list->n];
		struct err why;

		if (read_binding(b, json_object_array_get_idx(array, i), &why))
			b->place = list->n++;
		else
			problems_add(problems, "snapshot: binding %zu: %s: %s",
			    i + 1, err_sentence(why.code), why.about);
	}
	qsort(list->items, list->n, sizeof *list->items, by_agent_then_place);
	drop_repeated_bindings(list, problems);
	return true;
}

void
bindings_reset(struct binding_list *list)
{
	free(list->items);
	*list = (struct binding_list) { .n = 0 };
}
