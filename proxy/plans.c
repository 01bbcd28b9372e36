/* SPDX-License-Identifier: ISC */
#include "proxy/plans.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/problems.h"

/* Who wrote it, and thus what its members are called. */
struct names {
	const char *file, *provider, *spend;
};

static const struct names cloud_names = { "snapshot", "providerId",
	"triggerSpendDayUsd" };
static const struct names local_names = { "policies", "provider",
	"triggerSpendDay" };

/* A plan that is being read. */
struct reading {
	const struct names *names;
	struct plan *plan;
	struct problems *problems;
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

/* --- steps and legs --- */

/* A member that is absent or null is no limit. */
static bool
read_limits(struct plan_step *s, struct json_object *entry,
    const char *spend, const char *calls, struct err *err)
{
	int64_t n = 0;

	s->has_spend = !json_text_is_absent(entry, spend);
	s->has_calls = !json_text_is_absent(entry, calls);
	if (s->has_spend && (!json_text_number(entry, spend, &s->spend_usd) ||
	    s->spend_usd < 0))
		return err_set(err, ERR_FILE_DAMAGED, "%s", spend);
	if (s->has_calls && (!json_text_int(entry, calls, &n) || n < 1))
		return err_set(err, ERR_FILE_DAMAGED, "%s", calls);
	s->n_calls = (uint64_t)n;
	return true;
}

static bool
read_step(struct plan_step *s, struct json_object *entry,
    const struct names *names, struct err *err)
{
	if (!read_limits(s, entry, names->spend, "triggerCallsDay", err))
		return false;
	if (!s->has_spend && !s->has_calls)
		return err_set(err, ERR_FILE_DAMAGED, "no trigger");
	return model_ref_read(&s->target, json_text_object(entry, "fallback"),
	    names->provider, "model", err);
}

static bool
read_leg(struct plan_step *s, struct json_object *entry,
    const struct names *names, struct err *err)
{
	if (!json_text_is_absent(entry, "priority") &&
	    !json_text_int(entry, "priority", &s->priority))
		return err_set(err, ERR_FILE_DAMAGED, "priority");
	return read_limits(s, entry, "capUsdPerDay", "capCallsPerDay", err) &&
	    model_ref_read(&s->target, entry, names->provider, "model", err);
}

typedef bool step_reader(struct plan_step *, struct json_object *entry,
    const struct names *, struct err *);

/* What is wrong with a part of the plan that goes without it. */
static void
tell_part(const struct reading *r, const char *part, const struct err *why)
{
	problems_add(r->problems, "%s: %s: %s: %s: %s", r->names->file,
	    r->plan->id, part, err_sentence(why->code), why->about);
}

static bool
read_steps(const struct reading *r, struct json_object *array,
    const char *part, step_reader *read, struct err *err)
{
	size_t n = array != NULL ? json_object_array_length(array) : 0;
	struct plan *p = r->plan;

	if (n > PLAN_STEPS_MAX)
		return err_set(err, ERR_FILE_DAMAGED, "more than %d in %s",
		    PLAN_STEPS_MAX, part);
	p->steps = calloc(n + 1, sizeof *p->steps);
	if (p->steps == NULL)
		return err_set(err, ERR_NO_MEMORY, "%s", part);
	for (size_t i = 0; i < n; i++) {
		struct plan_step *s = &p->steps[p->n_steps];
		struct err why;

		*s = (struct plan_step) { .place = i };
		if (read(s, json_object_array_get_idx(array, i), r->names,
		    &why))
			p->n_steps++;
		else
			tell_part(r, part, &why);
	}
	return true;
}

/* --- policies --- */

static void
read_failover(const struct reading *r, struct json_object *spec)
{
	struct plan *p = r->plan;
	struct err why;

	if (json_text_is_absent(spec, "failoverTo"))
		return;
	p->has_failover = model_ref_read(&p->failover,
	    json_text_object(spec, "failoverTo"), r->names->provider, "model",
	    &why);
	if (!p->has_failover)
		tell_part(r, "failoverTo", &why);
}

static bool
read_policy(const struct reading *r, struct json_object *spec,
    struct err *err)
{
	struct json_object *cascade = json_text_array(spec, "cascade");

	r->plan->kind = PLAN_POLICY;
	if (cascade == NULL && !json_text_is_absent(spec, "cascade"))
		return err_set(err, ERR_FILE_DAMAGED, "cascade");
	if (!model_ref_read(&r->plan->target,
	    json_text_object(spec, "primary"), r->names->provider, "model",
	    err) || !read_steps(r, cascade, "cascade", read_step, err))
		return false;
	read_failover(r, spec);
	return true;
}

/* --- bundles --- */

static int
by_priority(const void *a, const void *b)
{
	const struct plan_step *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

static bool
read_bundle(const struct reading *r, struct json_object *spec,
    struct err *err)
{
	struct plan *p = r->plan;

	p->kind = PLAN_BUNDLE;
	if (!read_steps(r, json_text_array(spec, "legs"), "legs", read_leg,
	    err))
		return false;
	if (p->n_steps == 0)
		return err_set(err, ERR_FILE_DAMAGED, "no leg of use");
	qsort(p->steps, p->n_steps, sizeof *p->steps, by_priority);
	return true;
}

/* --- lists --- */

typedef bool spec_reader(const struct reading *, struct json_object *spec,
    struct err *);

struct kind {
	const char *name;
	spec_reader *read;
};

static bool
read_plan(struct plan *p, struct json_object *entry, const struct kind *kind,
    struct problems *problems, struct err *err)
{
	struct reading r = { &cloud_names, p, problems };

	*p = (struct plan) { .is_enabled = false };
	if (!plan_id_read(p->id, entry, "id", err))
		return false;
	if (!json_text_bool(entry, "enabled", &p->is_enabled))
		return err_set(err, ERR_FILE_DAMAGED, "enabled");
	return kind->read(&r, json_text_object(entry, "spec"), err);
}

static int
by_name(const void *a, const void *b)
{
	const struct plan *x = a, *y = b;
	int order = strcmp(x->agent, y->agent);

	return order != 0 ? order : strcmp(x->id, y->id);
}

static int
by_name_then_place(const void *a, const void *b)
{
	const struct plan *x = a, *y = b;
	int order = by_name(x, y);

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

const struct plan *
plans_find(const struct plan_list *list, const char *id)
{
	struct plan wanted = { .is_enabled = false };

	strncpy(wanted.id, id, sizeof wanted.id - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_name);
}

static int
by_agent(const void *a, const void *b)
{
	return strcmp(((const struct plan *)a)->agent,
	    ((const struct plan *)b)->agent);
}

const struct plan *
plans_find_local(const struct plan_list *list, const char *agent)
{
	struct plan wanted = { .is_enabled = false };

	strncpy(wanted.agent, agent, sizeof wanted.agent - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_agent);
}

static void
drop_repeated_plans(struct plan_list *list, const char *name,
    struct problems *problems)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (n > 0 &&
		    by_name(&list->items[n - 1], &list->items[i]) == 0) {
			problems_add(problems, "snapshot: %s %s stands twice",
			    name, list->items[i].id);
			free(list->items[i].steps);
		} else
			list->items[n++] = list->items[i];
	list->n = n;
}

/* Keeps what was read, or gives back what a half-read one holds. */
static void
keep_plan(struct plan_list *list, bool is_good)
{
	struct plan *p = &list->items[list->n];

	if (is_good)
		p->place = list->n++;
	else
		free(p->steps);
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
		struct err why;
		bool ok = read_plan(&list->items[list->n],
		    json_object_array_get_idx(array, i), kind, problems,
		    &why);

		keep_plan(list, ok);
		if (!ok)
			problems_add(problems, "snapshot: %s %zu: %s: %s",
			    kind->name, i + 1, err_sentence(why.code),
			    why.about);
	}
	qsort(list->items, list->n, sizeof *list->items, by_name_then_place);
	drop_repeated_plans(list, kind->name, problems);
	return true;
}

bool
plans_read_policies(struct plan_list *list, struct json_object *array,
    struct problems *problems, struct err *err)
{
	static const struct kind kind = { "policy", read_policy };

	return read_plans(list, array, &kind, problems, err);
}

bool
plans_read_bundles(struct plan_list *list, struct json_object *array,
    struct problems *problems, struct err *err)
{
	static const struct kind kind = { "bundle", read_bundle };

	return read_plans(list, array, &kind, problems, err);
}

static bool
read_local(struct plan *p, const char *agent, struct json_object *entry,
    struct problems *problems, struct err *err)
{
	struct reading r = { &local_names, p, problems };
	struct ipc_name checked;

	*p = (struct plan) { .is_enabled = true };
	if (!ipc_name_set(&checked, agent, err))
		return false;
	strncpy(p->agent, agent, sizeof p->agent - 1);
	return plan_id_read(p->id, entry, "id", err) &&
	    read_policy(&r, entry, err);
}

static bool
read_local_plans(struct plan_list *list, struct json_object *policies,
    struct problems *problems, struct err *err)
{
	size_t n = (size_t)json_object_object_length(policies);

	list->items = calloc(n + 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, ERR_NO_MEMORY, "policies");
	json_object_object_foreach(policies, agent, entry) {
		struct err why;
		bool ok = read_local(&list->items[list->n], agent, entry,
		    problems, &why);

		keep_plan(list, ok);
		if (!ok)
			problems_add(problems, "policy of %.64s: %s: %s",
			    agent, err_sentence(why.code), why.about);
	}
	qsort(list->items, list->n, sizeof *list->items, by_agent);
	return true;
}

bool
plans_parse_local(struct plan_list *list, const char *text, size_t len,
    struct problems *problems, struct err *err)
{
	struct json_object *file, *policies;
	bool ok;

	*list = (struct plan_list) { .n = 0 };
	if (!json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED }, &file, err))
		return false;
	policies = json_text_object(file, "policies");
	ok = policies != NULL ?
	    read_local_plans(list, policies, problems, err) :
	    err_set(err, ERR_FILE_DAMAGED, "no object \"policies\"");
	json_object_put(file);
	return ok;
}

void
plans_reset(struct plan_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].steps);
	free(list->items);
	*list = (struct plan_list) { .n = 0 };
}
