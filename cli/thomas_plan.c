/* SPDX-License-Identifier: ISC */
#include "cli/thomas_plan.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "common/json/json_text.h"

#define TARGET_MAX 320		/* bytes of "<provider>/<model>" */

static struct json_object *
begin(struct json_object *plan, const char *kind, const char *id)
{
	struct json_object *step = field_append_object(plan);

	field_set_text(step, "kind", kind);
	field_set_text(step, "id", id);
	return step;
}

static void
add_word(struct json_object *command, const char *word)
{
	json_object_array_add(command, json_object_new_string(word));
}

struct json_object *
thomas_plan_add(struct json_object *plan, const char *kind, const char *id,
    const char *const words[])
{
	struct json_object *step = begin(plan, kind, id);
	struct json_object *command = field_set_array(step, "command");

	for (size_t i = 0; words[i] != NULL; i++)
		add_word(command, words[i]);
	return step;
}

void
thomas_plan_skip(struct json_object *plan, const char *kind, const char *id,
    const char *reason)
{
	field_set_text(begin(plan, kind, id), "reason", reason);
}

static bool
is_planned(const struct json_object *plan, const char *id)
{
	for (size_t i = 0; i < json_object_array_length(plan); i++)
		if (strcmp(json_text_string(json_object_array_get_idx(plan, i),
		    "id"), id) == 0)
			return true;
	return false;
}

void
thomas_plan_providers(struct json_object *plan, struct json_object *file)
{
	struct json_object *all = json_text_array(file, "providers");
	size_t n = all != NULL ? json_object_array_length(all) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *p = json_object_array_get_idx(all, i);
		const char *id = json_text_string(p, "id");
		const char *protocol = json_text_string(p, "protocol");
		const char *url = json_text_string(p, "originBaseUrl");

		if (id == NULL || protocol == NULL || url == NULL)
			thomas_plan_skip(plan, "provider", id != NULL ? id :
			    "?", "id, protocol or originBaseUrl is missing");
		else if (is_planned(plan, id))
			thomas_plan_skip(plan, "provider", id,
			    "it stands twice: the first one counts there");
		else
			thomas_plan_add(plan, "provider", id,
			    (const char *const[]) { "providers", "register",
			    "--protocol", protocol, "--base-url", url, "--",
			    id, NULL });
	}
}

/* As the commands take it: no exponent, nothing that says nothing. */
static const char *
number_text(const struct json_object *o, const char *name, char text[32])
{
	double value;
	char *end;

	if (!json_text_number(o, name, &value) ||
	    snprintf(text, 32, "%.9f", value) >= 32)
		return NULL;
	for (end = text + strlen(text); end[-1] == '0'; end--)
		end[-1] = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	return text;
}

void
thomas_plan_prices(struct json_object *plan, struct json_object *file)
{
	struct json_object *all = json_text_object(file, "prices");

	if (all == NULL)
		return;
	json_object_object_foreach(all, key, price) {
		char input[32], output[32];
		const char *tier = json_text_string(price, "tier");
		const char *protocol = json_text_string(price, "protocol");
		const char *words[16] = { "prices", "set", "--input",
		    number_text(price, "input", input), "--output",
		    number_text(price, "output", output) };
		size_t n = 6;

		if (words[3] == NULL || words[5] == NULL) {
			thomas_plan_skip(plan, "price", key,
			    "input or output is missing");
			continue;
		}
		if (tier != NULL) {
			words[n++] = "--tier";
			words[n++] = tier;
		}
		if (protocol != NULL) {
			words[n++] = "--protocol";
			words[n++] = protocol;
		}
		words[n++] = "--";
		words[n] = key;
		thomas_plan_add(plan, "price", key, words);
	}
}

/* There, "passthrough" is the model that the client asks for. */
static bool
target_text(const struct json_object *ref, char text[TARGET_MAX])
{
	const char *provider = json_text_string(ref, "provider");
	const char *model = json_text_string(ref, "model");

	return provider != NULL && model != NULL && snprintf(text, TARGET_MAX,
	    "%s/%s", provider, strcmp(model, "passthrough") == 0 ? "*" :
	    model) < TARGET_MAX;
}

/* A rule with both triggers is reached by either: two of ours. */
static bool
add_rule(struct json_object *command, const struct json_object *rule)
{
	static const char *const options[][2] = {
		{ "triggerSpendDay", "--at" }, { "triggerCallsDay",
		    "--at-calls" } };
	char target[TARGET_MAX], number[32], text[TARGET_MAX + 40];
	bool has_one = false;

	if (!target_text(json_text_object(rule, "fallback"), target))
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (number_text(rule, options[i][0], number) == NULL)
			continue;
		snprintf(text, sizeof text, "%s=%s", number, target);
		add_word(command, options[i][1]);
		add_word(command, text);
		has_one = true;
	}
	return has_one;
}

static void
plan_policy(struct json_object *plan, const char *agent,
    const struct json_object *policy)
{
	struct json_object *rules = json_text_array(policy, "cascade");
	struct json_object *failover = json_text_object(policy, "failoverTo");
	size_t n = rules != NULL ? json_object_array_length(rules) : 0;
	struct json_object *step, *command;
	char target[TARGET_MAX];
	bool ok = true;

	if (!target_text(json_text_object(policy, "primary"), target)) {
		thomas_plan_skip(plan, "policy", agent, "it has no primary");
		return;
	}
	step = thomas_plan_add(plan, "policy", agent, (const char *const[]) {
	    "policy", "set", "--primary", target, NULL });
	command = json_text_array(step, "command");
	for (size_t i = 0; i < n; i++)
		ok = add_rule(command, json_object_array_get_idx(rules, i)) &&
		    ok;
	if (failover != NULL && target_text(failover, target)) {
		add_word(command, "--failover-to");
		add_word(command, target);
	}
	add_word(command, "--");
	add_word(command, agent);
	if (!ok) {
		json_object_object_del(step, "command");
		field_set_text(step, "reason", "a rule of it is not whole");
	}
}

void
thomas_plan_policies(struct json_object *plan, struct json_object *file)
{
	struct json_object *all = json_text_object(file, "policies");

	if (all == NULL)
		return;
	json_object_object_foreach(all, agent, policy)
		plan_policy(plan, agent, policy);
}

void
thomas_plan_routes(struct json_object *plan, struct json_object *file)
{
	struct json_object *all = json_text_object(file, "routes");

	if (all == NULL)
		return;
	json_object_object_foreach(all, agent, route) {
		char target[TARGET_MAX];

		if (target_text(route, target))
			thomas_plan_add(plan, "route", agent,
			    (const char *const[]) { "route", "--", agent,
			    target, NULL });
		else
			thomas_plan_skip(plan, "route", agent,
			    "provider or model is missing");
	}
}
