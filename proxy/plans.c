/* SPDX-License-Identifier: ISC */
#include "proxy/plans.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/problems.h"

/* Policies and bundles differ in where their first target stands. */
typedef bool target_reader(struct model_ref *, struct json_object *spec,
    struct err *);

struct kind {
	const char *name;
	target_reader *read;
};

bool
plan_id_read(char id[IPC_NAME_TEXT], const struct json_object *entry,
    const char *name, struct err *err)
{
	const char *text = json_text_string(entry, name);
	struct ipc_name checked;

	id[0] = '\0';
	if (text == NULL || !ipc_name_set(&checked, text, err))
		return err_set(err, ERR_ID_INVALID, "%s", name);
	strncpy(id, text, IPC_NAME_TEXT - 1);
	return true;
}

bool
plan_target_read(struct model_ref *ref, const struct json_object *object,
    struct err *err)
{
	return model_ref_read(ref, object, "providerId", "model", err);
}

static bool
read_primary(struct model_ref *ref, struct json_object *spec, struct err *err)
{
	return plan_target_read(ref, json_text_object(spec, "primary"), err);
}

/* The leg with the lowest priority; of equal ones the first. */
static bool
read_first_leg(struct model_ref *ref, struct json_object *spec,
    struct err *err)
{
	struct json_object *legs = json_text_array(spec, "legs");
	struct json_object *first = NULL;
	size_t n = legs != NULL ? json_object_array_length(legs) : 0;
	int64_t lowest = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *leg = json_object_array_get_idx(legs, i);
		int64_t priority = 0;

		json_text_int(leg, "priority", &priority);
		if (first == NULL || priority < lowest) {
			first = leg;
			lowest = priority;
		}
	}
	return plan_target_read(ref, first, err);
}

static bool
read_plan(struct plan *p, struct json_object *entry, const struct kind *kind,
    struct err *err)
{
	*p = (struct plan) { .is_enabled = false };
	if (!plan_id_read(p->id, entry, "id", err))
		return false;
	if (!json_text_bool(entry, "enabled", &p->is_enabled))
		return err_set(err, ERR_FILE_DAMAGED, "enabled");
	return kind->read(&p->target, json_text_object(entry, "spec"), err);
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct plan *)a)->id,
	    ((const struct plan *)b)->id);
}

static int
by_id_then_place(const void *a, const void *b)
{
	const struct plan *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

const struct plan *
plans_find(const struct plan_list *list, const char *id)
{
	struct plan wanted = { .is_enabled = false };

	strncpy(wanted.id, id, sizeof wanted.id - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_id);
}

static void
drop_repeated_plans(struct plan_list *list, const char *name,
    struct problems *problems)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (n > 0 && by_id(&list->items[n - 1], &list->items[i]) == 0)
			problems_add(problems, "snapshot: %s %s stands twice",
			    name, list->items[i].id);
		else
			list->items[n++] = list->items[i];
	list->n = n;
}

static bool
read_plans(struct plan_list *list, struct json_object *array,
    const struct kind *kind, struct problems *problems, struct err *err)
{
	size_t n = json_object_array_length(array);

	list->items = calloc(n + 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, ERR_NO_MEMORY, "%s", kind->name);
	for (size_t i = 0; i < n; i++) {
		struct plan *p = &list->items[list->n];
		struct err why;

		if (read_plan(p, json_object_array_get_idx(array, i), kind,
		    &why))
			p->place = list->n++;
		else
			problems_add(problems, "snapshot: %s %zu: %s: %s",
			    kind->name, i + 1, err_sentence(why.code),
			    why.about);
	}
	qsort(list->items, list->n, sizeof *list->items, by_id_then_place);
	drop_repeated_plans(list, kind->name, problems);
	return true;
}

bool
plans_read_policies(struct plan_list *list, struct json_object *array,
    struct problems *problems, struct err *err)
{
	static const struct kind kind = { "policy", read_primary };

	return read_plans(list, array, &kind, problems, err);
}

bool
plans_read_bundles(struct plan_list *list, struct json_object *array,
    struct problems *problems, struct err *err)
{
	static const struct kind kind = { "bundle", read_first_leg };

	return read_plans(list, array, &kind, problems, err);
}

void
plans_reset(struct plan_list *list)
{
	free(list->items);
	*list = (struct plan_list) { .n = 0 };
}
