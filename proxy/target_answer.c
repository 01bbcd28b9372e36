/* SPDX-License-Identifier: ISC */
#include "proxy/target_answer.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/plan_choice.h"

static void
add(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

static void
add_text(struct json_object *o, const char *name, const char *text)
{
	add(o, name, text != NULL ? json_object_new_string(text) : NULL);
}

static void
add_flag(struct json_object *o, const char *name, bool value)
{
	add(o, name, json_object_new_boolean(value));
}

static void
add_count(struct json_object *o, const char *name, uint64_t n)
{
	add(o, name, json_object_new_int64((int64_t)n));
}

/* Without the noise of binary fractions: a millionth of a cent is enough. */
static void
add_usd(struct json_object *o, const char *name, double usd)
{
	char text[64];

	snprintf(text, sizeof text, "%.8g", usd);
	add(o, name, json_object_new_double_s(usd, text));
}

static void
add_ref_members(struct json_object *o, const struct model_ref *ref)
{
	add_text(o, "provider", ref->provider);
	add_text(o, "model", ref->model);
}

static void
add_ref(struct json_object *o, const char *name, const struct model_ref *ref)
{
	struct json_object *target = NULL;

	if (ref != NULL) {
		target = json_object_new_object();
		add_ref_members(target, ref);
	}
	add(o, name, target);
}

/* What a step counts from, or a leg up to. */
static void
add_limits(struct json_object *o, const struct plan_step *s,
    const char *spend, const char *calls)
{
	add(o, spend, NULL);
	add(o, calls, NULL);
	if (s->has_spend)
		add_usd(o, spend, s->spend_usd);
	if (s->has_calls)
		add_count(o, calls, s->n_calls);
}

static struct json_object *
step_object(const struct target *t, const struct plan_step *s,
    const struct usage_totals *used)
{
	struct json_object *o = json_object_new_object();

	add_limits(o, s, "triggerSpendDay", "triggerCallsDay");
	add_ref(o, "fallback", &s->target);
	add_flag(o, "reached", plan_step_is_reached(s, used));
	add_flag(o, "inForce", t->step == s);
	return o;
}

static struct json_object *
leg_object(const struct target *t, const struct plan_step *s,
    const struct usage_totals *used)
{
	struct json_object *o = json_object_new_object();

	add_ref_members(o, &s->target);
	add(o, "priority", json_object_new_int64(s->priority));
	add_limits(o, s, "capUsdPerDay", "capCallsPerDay");
	add_usd(o, "spendDay", used->spend_usd);
	add_count(o, "callsDay", used->n_calls);
	add_flag(o, "reached", plan_step_is_reached(s, used));
	add_flag(o, "inForce", t->step == s);
	return o;
}

static void
add_plan(struct json_object *o, const struct target_wish *w,
    const struct target *t, const struct usage_totals *used)
{
	struct json_object *cascade = json_object_new_array();
	struct json_object *legs = json_object_new_array();
	const struct plan *p = t->plan;

	for (size_t i = 0; p != NULL && i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];
		struct usage_totals leg = day_usage_leg(w->usage, p->id,
		    &s->target);

		if (p->kind == PLAN_BUNDLE)
			json_object_array_add(legs, leg_object(t, s, &leg));
		else
			json_object_array_add(cascade,
			    step_object(t, s, used));
	}
	add_text(o, "policyId", target_policy_id(t));
	add_text(o, "policyKind", p == NULL ? NULL :
	    p->kind == PLAN_BUNDLE ? "bundle" : "policy");
	add_text(o, "policySource", target_policy_source(t));
	add(o, "cascade", cascade);
	add(o, "legs", legs);
}

/* Of the route, when it is what decides. */
static struct json_object *
alias_list(const struct target_wish *w, const struct target *t)
{
	const struct route *r = routing_route(w->routing, w->agent);
	struct json_object *list = json_object_new_array();
	bool counts = r != NULL && t->source == TARGET_LOCAL &&
	    t->plan == NULL;

	for (size_t i = 0; counts && i < r->n_aliases; i++) {
		const struct route_alias *a = &r->aliases[i];
		struct json_object *o = json_object_new_object();
		char pattern[MODEL_MAX + 1];

		snprintf(pattern, sizeof pattern, "%s%s", a->pattern,
		    a->is_prefix ? "*" : "");
		add_text(o, "pattern", pattern);
		add_ref_members(o, &a->target);
		json_object_array_add(list, o);
	}
	return list;
}

/* Why a request would be refused before anybody is asked, or null. */
static void
add_refusal(struct json_object *o, const struct target_wish *w,
    const struct target *t)
{
	char reason[TARGET_REASON_MAX + 120];
	struct err err = { .code = t->why_none };

	if (t->ref != NULL && target_provider(w, t->ref->provider, &err) !=
	    NULL)
		err.code = ERR_NONE;
	snprintf(reason, sizeof reason, "%s%s%s", t->reason,
	    t->ref != NULL && err.code != ERR_NONE ? "; refused: " : "",
	    t->ref != NULL && err.code != ERR_NONE ? err_sentence(err.code) :
	    "");
	add_text(o, "reason", reason);
	add_text(o, "refusal", err.code != ERR_NONE ? err_name(err.code) :
	    NULL);
}

struct json_object *
target_answer(const struct target_wish *w)
{
	const struct snapshot *snapshot = routing_snapshot(w->routing);
	struct usage_totals used = day_usage_agent(w->usage, w->agent);
	struct json_object *o = json_object_new_object();
	struct target t;

	target_choose(w, &t);
	add_text(o, "id", w->agent);
	add_ref(o, "effective", t.ref);
	add_text(o, "source", target_source_name(t.source));
	add_refusal(o, w, &t);
	add_text(o, "file", t.file);
	add_text(o, "syncedAt", t.source == TARGET_CLOUD ?
	    snapshot->synced_at : NULL);
	add_ref(o, "failoverTo", t.failover);
	add_usd(o, "spendDay", used.spend_usd);
	add_count(o, "callsDay", used.n_calls);
	add_count(o, "unpricedCallsDay", used.n_unpriced);
	add_count(o, "callsInFlight", used.n_in_flight);
	add_plan(o, w, &t, &used);
	add(o, "aliases", alias_list(w, &t));
	return o;
}
