/* SPDX-License-Identifier: ISC */
/*
 * explain_agent: where an agent's requests go now, and who says so: asked of
 * the proxy, which would decide in the same way for a request.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/daemon.h"
#include "cli/explanation.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/known.h"
#include "cli/run_call.h"
#include "cli/run_files.h"
#include "cli/target_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define DAY_MS UINT64_C(86400000)

static bool
is_true(struct json_object *o, const char *name)
{
	bool value = false;

	json_text_bool(o, name, &value);
	return value;
}

static const char *
state_of(struct json_object *step)
{
	return is_true(step, "inForce") ? ", in force" :
	    is_true(step, "reached") ? ", reached" : "";
}

static void
add_steps(struct json_object *o, struct json_object *target)
{
	struct json_object *steps = json_text_array(target, "cascade");

	for (size_t i = 0; steps != NULL &&
	    i < json_object_array_length(steps); i++) {
		struct json_object *step = json_object_array_get_idx(steps, i);
		char to[TARGET_TEXT_MAX];
		double usd;
		int64_t calls;

		target_view_format(json_text_object(step, "fallback"), to);
		if (json_text_number(step, "triggerSpendDay", &usd))
			explanation_add(o, "cascade", NULL,
			    "from $%.2f a day: %s%s", usd, to, state_of(step));
		if (json_text_int(step, "triggerCallsDay", &calls))
			explanation_add(o, "cascade", NULL,
			    "from %lld calls a day: %s%s", (long long)calls,
			    to, state_of(step));
	}
}

static void
add_legs(struct json_object *o, struct json_object *target)
{
	struct json_object *legs = json_text_array(target, "legs");

	for (size_t i = 0; legs != NULL &&
	    i < json_object_array_length(legs); i++) {
		struct json_object *leg = json_object_array_get_idx(legs, i);
		char to[TARGET_TEXT_MAX];
		double spend = 0;
		int64_t calls = 0;

		target_view_format(leg, to);
		json_text_number(leg, "spendDay", &spend);
		json_text_int(leg, "callsDay", &calls);
		explanation_add(o, "cascade", NULL, "leg %zu: %s, today $%.4f "
		    "and %lld calls%s", i + 1, to, spend, (long long)calls,
		    is_true(leg, "inForce") ? ", in force" :
		    is_true(leg, "reached") ? ", its cap is reached" : "");
	}
}

static void
add_aliases(struct json_object *o, struct json_object *target)
{
	struct json_object *all = json_text_array(target, "aliases");

	for (size_t i = 0; all != NULL &&
	    i < json_object_array_length(all); i++) {
		struct json_object *alias = json_object_array_get_idx(all, i);
		char to[TARGET_TEXT_MAX];

		target_view_format(alias, to);
		explanation_add(o, "route", NULL, "models like %s: %s",
		    json_text_string(alias, "pattern"), to);
	}
}

/* As the request's refusal says it, with the agent in the place of <id>. */
static void
tell_no_target(struct json_object *o, const char *agent,
    struct json_object *target)
{
	static const enum err_code codes[] = { ERR_CAPS_REACHED,
		ERR_SNAPSHOT_STALE };
	const char *refusal = json_text_string(target, "refusal");
	enum err_code code = ERR_NO_ROUTE;
	const char *remedy, *mark;

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (refusal != NULL && strcmp(refusal, err_name(codes[i])) == 0)
			code = codes[i];
	remedy = err_remedy(code);
	mark = strstr(remedy, "<id>");
	if (mark == NULL)
		mark = remedy + strlen(remedy);
	explanation_tell(o, "%s has no target (%s); %.*s%s%s.", agent,
	    json_text_string(target, "reason"), (int)(mark - remedy), remedy,
	    *mark != '\0' ? agent : "",
	    *mark != '\0' ? mark + strlen("<id>") : "");
}

static void
add_target(struct json_object *o, const char *agent,
    struct json_object *target)
{
	const char *file = json_text_string(target, "file");
	const char *policy = json_text_string(target, "policyId");
	const char *reason = json_text_string(target, "reason");
	const char *synced_at = json_text_string(target, "syncedAt");
	struct json_object *effective = json_text_object(target, "effective");
	char to[TARGET_TEXT_MAX];

	target_view_format(effective, to);
	if (effective == NULL) {
		explanation_add(o, "route", NULL, "no target: %s", reason);
		tell_no_target(o, agent, target);
		add_legs(o, target);
		return;
	}
	explanation_add(o, "route", NULL, "%s, says %s%s%s", to,
	    file != NULL ? file : "nobody", synced_at != NULL ? " of " : "",
	    synced_at != NULL ? synced_at : "");
	explanation_tell(o, "%s goes to %s now: %s.", agent, to, reason);
	if (policy != NULL)
		explanation_add(o, "policy-applied", NULL, "%s %s",
		    json_text_string(target, "policyKind"), policy);
	add_aliases(o, target);
	add_steps(o, target);
	add_legs(o, target);
	if (json_text_object(target, "failoverTo") != NULL) {
		target_view_format(json_text_object(target, "failoverTo"), to);
		explanation_add(o, "fallback", NULL, "when it fails: %s", to);
	}
}

static void
add_today(struct json_object *o, struct json_object *target)
{
	int64_t calls = 0, unpriced = 0;
	double spend = 0;

	json_text_int(target, "callsDay", &calls);
	json_text_int(target, "unpricedCallsDay", &unpriced);
	json_text_number(target, "spendDay", &spend);
	explanation_add(o, "cost", NULL, "today (UTC): %lld calls, $%.4f, %lld "
	    "calls without a price", (long long)calls, spend,
	    (long long)unpriced);
	explanation_tell(o, "Today it made %lld call%s for $%.4f.",
	    (long long)calls, calls == 1 ? "" : "s", spend);
}

/* The newest call of today that failed. */
struct error_search {
	const char *agent;
	uint64_t midnight_ms;
	struct json_object *explanation;
};

static bool
on_line(const char *line, size_t len, void *arg)
{
	struct error_search *s = arg;
	struct json_object *record = NULL;
	struct run_call c;
	bool goes_on = true;
	size_t agent_len;
	const char *agent = run_line_text(line, len, "agent", &agent_len);

	if (agent != NULL && (agent_len != strlen(s->agent) ||
	    memcmp(agent, s->agent, agent_len) != 0))
		return true;
	if (run_call_parse(&c, line, len, &record)) {
		goes_on = c.ended_ms >= s->midnight_ms;
		if (goes_on && c.is_failed &&
		    strcmp(c.agent, s->agent) == 0) {
			explanation_add(s->explanation, "error", c.ended,
			    "HTTP %lld: %s", (long long)c.http_status,
			    c.error != NULL ? c.error : "failed");
			goes_on = false;
		}
	}
	json_object_put(record);
	return goes_on;
}

static void
add_last_error(struct invocation *inv, const char *agent,
    struct json_object *o)
{
	uint64_t now_ms = (uint64_t)time(NULL) * 1000;
	struct error_search search = { .agent = agent,
		.midnight_ms = now_ms - now_ms % DAY_MS, .explanation = o };
	struct run_files files;
	struct err err;

	if (!run_files_open(&files, inv, &err) ||
	    !run_files_scan(&files, on_line, &search, &err))
		warning_add(o, "the run records cannot be read");
	run_files_close(&files);
}

struct json_object *
explain_agent(struct invocation *inv, const char *id, struct err *err)
{
	struct json_object *o, *targets, *target;

	if (!daemon_is_needed(inv, err))
		return NULL;
	o = explanation_new("agent", id);
	if (!known_agent(inv, id, o, err)) {
		json_object_put(o);
		return NULL;
	}
	targets = target_view_of_one(inv, id);
	target = target_view_find(targets, id);
	if (target != NULL) {
		add_target(o, id, target);
		add_today(o, target);
	}
	add_last_error(inv, id, o);
	json_object_object_add(o, "target", json_object_get(target));
	json_object_put(targets);
	return o;
}
