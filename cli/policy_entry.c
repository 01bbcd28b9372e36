/* SPDX-License-Identifier: ISC */
#include "cli/policy_entry.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/invocation.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define POLICY_KIND "cost-cascade"

static const struct {
	const char *option, *member;
	bool (*parse)(struct amount *, const char *, const char *,
	    struct err *);
} triggers[] = {
	[POLICY_BY_SPEND] = { "at", "triggerSpendDay", amount_parse },
	[POLICY_BY_CALLS] = { "at-calls", "triggerCallsDay",
	    amount_parse_count },
};

/* "5=provider/model" */
static bool
parse_step(struct policy_step *step, enum policy_trigger trigger,
    const char *text, struct err *err)
{
	const char *sign = strchr(text, '='), *option = triggers[trigger].option;
	char at[64], what[16];

	snprintf(what, sizeof what, "--%s", option);
	if (sign == NULL || (size_t)(sign - text) >= sizeof at)
		return err_set(err, ERR_USAGE,
		    "%s wants an amount, '=' and a target", what);
	snprintf(at, sizeof at, "%.*s", (int)(sign - text), text);
	step->trigger = trigger;
	return triggers[trigger].parse(&step->at, at, what, err) &&
	    routing_target_parse(&step->fallback, sign + 1, err);
}

static int
compare_steps(const void *a, const void *b)
{
	const struct policy_step *x = a, *y = b;

	if (x->trigger != y->trigger)
		return x->trigger < y->trigger ? -1 : 1;
	return (x->at.value > y->at.value) - (x->at.value < y->at.value);
}

static bool
parse_steps(struct policy *p, const struct invocation *inv,
    enum policy_trigger trigger, struct err *err)
{
	const char *text;

	for (int i = 0; (text = invocation_option_at(inv,
	    triggers[trigger].option, i)) != NULL; i++) {
		if (p->n_steps == POLICY_STEPS_MAX)
			return err_set(err, ERR_USAGE, "more than %d steps",
			    POLICY_STEPS_MAX);
		if (!parse_step(&p->steps[p->n_steps++], trigger, text, err))
			return false;
	}
	return true;
}

static bool
sort_steps(struct policy *p, struct err *err)
{
	qsort(p->steps, p->n_steps, sizeof p->steps[0], compare_steps);
	for (size_t i = 1; i < p->n_steps; i++)
		if (compare_steps(&p->steps[i - 1], &p->steps[i]) == 0)
			return err_set(err, ERR_USAGE, "two steps --%s %s",
			    triggers[p->steps[i].trigger].option,
			    p->steps[i].at.text);
	return true;
}

bool
policy_parse(struct policy *p, const struct invocation *inv, struct err *err)
{
	const char *primary = invocation_option(inv, "primary");
	const char *failover = invocation_option(inv, "failover-to");

	*p = (struct policy) { .has_failover = failover != NULL };
	if (primary == NULL)
		return err_set(err, ERR_USAGE, "--primary is needed");
	return routing_target_parse(&p->primary, primary, err) &&
	    (failover == NULL ||
	    routing_target_parse(&p->failover, failover, err)) &&
	    parse_steps(p, inv, POLICY_BY_SPEND, err) &&
	    parse_steps(p, inv, POLICY_BY_CALLS, err) && sort_steps(p, err);
}

struct json_object *
policy_target(const struct routing_target *target)
{
	struct json_object *o = json_object_new_object();

	field_set_text(o, "provider", target->provider);
	field_set_text(o, "model", target->model);
	return o;
}

struct json_object *
policy_entry(const struct policy *p)
{
	struct json_object *entry = json_object_new_object(), *cascade;

	field_set_text(entry, "id", POLICY_KIND);
	json_object_object_add(entry, "primary", policy_target(&p->primary));
	cascade = field_set_array(entry, "cascade");
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct policy_step *step = &p->steps[i];
		struct json_object *o = field_append_object(cascade);

		json_object_object_add(o, triggers[step->trigger].member,
		    amount_json(&step->at));
		json_object_object_add(o, "fallback",
		    policy_target(&step->fallback));
	}
	if (p->has_failover)
		json_object_object_add(entry, "failoverTo",
		    policy_target(&p->failover));
	return entry;
}

struct json_object *
policy_view(struct json_object *entry)
{
	struct json_object *view = json_object_new_object();
	struct json_object *from = json_text_array(entry, "cascade");
	struct json_object *to;
	size_t n = from != NULL ? json_object_array_length(from) : 0;

	field_copy(view, entry, "id");
	field_copy(view, entry, "primary");
	to = field_set_array(view, "cascade");
	for (size_t i = 0; i < n; i++) {
		struct json_object *step = json_object_array_get_idx(from, i);
		struct json_object *o = field_append_object(to);

		field_copy(o, step, "triggerSpendDay");
		field_copy(o, step, "triggerCallsDay");
		field_copy(o, step, "fallback");
	}
	field_copy(view, entry, "failoverTo");
	return view;
}
