/* SPDX-License-Identifier: ISC */
/* What the user is told of a target: what a request would get. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/target_answer.h"

static struct problems problems;

static struct routing *
with_policy(const char *text)
{
	struct routing *old = routing_new(), *new;
	struct plan_list list;
	struct err err;

	cr_assert(plans_parse_local(&list, text, strlen(text), &problems,
	    &err));
	new = routing_with_policies(old, &list);
	routing_unref(old);
	cr_assert_not_null(new);
	return new;
}

static struct routing *
with_snapshot(const char *text)
{
	struct routing *old = routing_new(), *new;
	struct err err;
	struct snapshot *s = snapshot_parse(text, strlen(text), &problems,
	    &err);

	cr_assert_not_null(s, "%s", err.about);
	new = routing_with_snapshot(old, s);
	routing_unref(old);
	cr_assert_not_null(new);
	return new;
}

static void
expect(struct routing *r, const struct day_usage *usage, const char *text)
{
	struct json_object *o = target_answer(&(struct target_wish) {
	    .routing = r, .usage = usage, .agent = "a" });

	cr_expect_str_eq(json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE), text);
	json_object_put(o);
	routing_unref(r);
}

Test(target_answer, tells_steps_what_was_used_and_which_one_counts)
{
	struct day_usage *usage = day_usage_new();
	struct usage_holder a = { .agent = "a" };

	day_usage_add(usage, &a, &(struct usage_cost) { true, 0.1 + 0.2 });
	day_usage_add(usage, &a, &(struct usage_cost) { false, 0 });
	day_usage_begin(usage, &a);
	expect(with_policy("{\"policies\":{\"a\":{\"id\":\"i\",\"primary\":{"
	    "\"provider\":\"p\",\"model\":\"m\"},\"cascade\":[{"
	    "\"triggerCallsDay\":3,\"fallback\":{\"provider\":\"q\","
	    "\"model\":\"n\"}},{\"triggerSpendDay\":9,\"fallback\":{"
	    "\"provider\":\"q\",\"model\":\"o\"}}],\"failoverTo\":{"
	    "\"provider\":\"z\",\"model\":\"f\"}}}}"), usage,
	    "{\"id\":\"a\",\"effective\":{\"provider\":\"q\",\"model\":\"n\"},"
	    "\"source\":\"local\",\"reason\":\"local policy i; step 1: calls "
	    "3/day >= 3\",\"file\":\"routing/policies.json\",\"syncedAt\":null,"
	    "\"failoverTo\":{\"provider\":\"z\",\"model\":\"f\"},"
	    "\"spendDay\":0.3,\"callsDay\":2,\"unpricedCallsDay\":1,"
	    "\"callsInFlight\":1,\"policyId\":\"i\",\"policyKind\":\"policy\","
	    "\"policySource\":\"local\",\"cascade\":[{\"triggerSpendDay\":null,"
	    "\"triggerCallsDay\":3,\"fallback\":{\"provider\":\"q\",\"model\":"
	    "\"n\"},\"reached\":true,\"inForce\":true},{\"triggerSpendDay\":9,"
	    "\"triggerCallsDay\":null,\"fallback\":{\"provider\":\"q\","
	    "\"model\":\"o\"},\"reached\":false,\"inForce\":false}],"
	    "\"legs\":[],\"aliases\":[]}");
	day_usage_free(usage);
}

Test(target_answer, tells_legs_and_the_snapshot_that_they_come_from)
{
	expect(with_snapshot("{\"schemaVersion\":1,\"policies\":[],"
	    "\"bundles\":[{\"id\":\"b\",\"enabled\":true,\"spec\":{\"legs\":[{"
	    "\"providerId\":\"p\",\"model\":\"m\",\"priority\":3,"
	    "\"capUsdPerDay\":2.5}]}}],\"bindings\":[{\"agentId\":\"a\","
	    "\"bindingKind\":\"bundle\",\"targetId\":\"b\"}],\"providers\":[],"
	    "\"syncedAt\":\"2026-11-22T10:00:00Z\"}"), NULL,
	    "{\"id\":\"a\",\"effective\":{\"provider\":\"p\",\"model\":\"m\"},"
	    "\"source\":\"cloud\",\"reason\":\"cloud binding: bundle b; leg of "
	    "priority 3\",\"file\":\"cloud/snapshot.json\",\"syncedAt\":"
	    "\"2026-11-22T10:00:00Z\",\"failoverTo\":null,\"spendDay\":0,"
	    "\"callsDay\":0,\"unpricedCallsDay\":0,\"callsInFlight\":0,"
	    "\"policyId\":\"b\",\"policyKind\":\"bundle\",\"policySource\":"
	    "\"cloud\",\"cascade\":[],\"legs\":[{\"provider\":\"p\",\"model\":"
	    "\"m\",\"priority\":3,\"capUsdPerDay\":2.5,\"capCallsPerDay\":null,"
	    "\"spendDay\":0,\"callsDay\":0,\"reached\":false,\"inForce\":true}"
	    "],\"aliases\":[]}");
}
