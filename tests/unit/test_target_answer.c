/* SPDX-License-Identifier: ISC */
/* What the user is told of a target: what a request would get. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/target_answer.h"

static struct problems problems;

static void
setup(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

TestSuite(target_answer, .init = setup);

static struct routing *
add_policy(struct routing *old, const char *text)
{
	struct routing *new;
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
with_policy(const char *text)
{
	return add_policy(routing_new(), text);
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
	    "\"provider\":\"openai\",\"model\":\"m\"},\"cascade\":[{"
	    "\"triggerCallsDay\":3,\"fallback\":{\"provider\":\"groq\","
	    "\"model\":\"n\"}},{\"triggerSpendDay\":9,\"fallback\":{"
	    "\"provider\":\"groq\",\"model\":\"o\"}}],\"failoverTo\":{"
	    "\"provider\":\"z\",\"model\":\"f\"}}}}"), usage,
	    "{\"id\":\"a\",\"effective\":{\"provider\":\"groq\",\"model\":\"n\"},"
	    "\"source\":\"local\",\"reason\":\"local policy i; step 1: calls "
	    "3/day >= 3\",\"refusal\":null,\"file\":\"routing/policies.json\",\"syncedAt\":null,"
	    "\"failoverTo\":{\"provider\":\"z\",\"model\":\"f\"},"
	    "\"spendDay\":0.3,\"callsDay\":2,\"unpricedCallsDay\":1,"
	    "\"callsInFlight\":1,\"policyId\":\"i\",\"policyKind\":\"policy\","
	    "\"policySource\":\"local\",\"cascade\":[{\"triggerSpendDay\":null,"
	    "\"triggerCallsDay\":3,\"fallback\":{\"provider\":\"groq\",\"model\":"
	    "\"n\"},\"reached\":true,\"inForce\":true},{\"triggerSpendDay\":9,"
	    "\"triggerCallsDay\":null,\"fallback\":{\"provider\":\"groq\","
	    "\"model\":\"o\"},\"reached\":false,\"inForce\":false}],"
	    "\"legs\":[],\"aliases\":[]}");
	day_usage_free(usage);
}

Test(target_answer, tells_legs_and_the_snapshot_that_they_come_from)
{
	expect(with_snapshot("{\"schemaVersion\":1,\"policies\":[],"
	    "\"bundles\":[{\"id\":\"b\",\"enabled\":true,\"spec\":{\"legs\":[{"
	    "\"providerId\":\"openai\",\"model\":\"m\",\"priority\":3,"
	    "\"capUsdPerDay\":2.5}]}}],\"bindings\":[{\"agentId\":\"a\","
	    "\"bindingKind\":\"bundle\",\"targetId\":\"b\"}],\"providers\":[],"
	    "\"syncedAt\":\"2026-11-22T10:00:00Z\"}"), NULL,
	    "{\"id\":\"a\",\"effective\":{\"provider\":\"openai\",\"model\":\"m\"},"
	    "\"source\":\"cloud\",\"reason\":\"cloud binding: bundle b; leg of "
	    "priority 3\",\"refusal\":null,\"file\":\"cloud/snapshot.json\",\"syncedAt\":"
	    "\"2026-11-22T10:00:00Z\",\"failoverTo\":null,\"spendDay\":0,"
	    "\"callsDay\":0,\"unpricedCallsDay\":0,\"callsInFlight\":0,"
	    "\"policyId\":\"b\",\"policyKind\":\"bundle\",\"policySource\":"
	    "\"cloud\",\"cascade\":[],\"legs\":[{\"provider\":\"openai\",\"model\":"
	    "\"m\",\"priority\":3,\"capUsdPerDay\":2.5,\"capCallsPerDay\":null,"
	    "\"spendDay\":0,\"callsDay\":0,\"reached\":false,\"inForce\":true}"
	    "],\"aliases\":[]}");
}

/* Status, explain and a request are to say the same. */
Test(target_answer, tells_what_a_request_would_be_refused_for)
{
	static const char *const cases[][2] = { { "nobody",
	    "unknown_provider" }, { "cloudy", "snapshot_stale" } };

	for (size_t i = 0; i < 2; i++) {
		char text[512];
		struct routing *r;
		struct json_object *o;

		snprintf(text, sizeof text, "{\"schemaVersion\":1,"
		    "\"policies\":[],\"bundles\":[],\"bindings\":[],"
		    "\"providers\":[{\"providerId\":\"cloudy\",\"protocol\":"
		    "\"openai\",\"originBaseUrl\":\"https://c.example\"}],"
		    "\"syncedAt\":\"2020-11-22T10:00:00Z\"}");
		r = with_snapshot(text);
		snprintf(text, sizeof text, "{\"policies\":{\"a\":{\"id\":"
		    "\"i\",\"primary\":{\"provider\":\"%s\",\"model\":"
		    "\"m\"},\"cascade\":[]}}}", cases[i][0]);
		r = add_policy(r, text);
		o = target_answer(&(struct target_wish) { .routing = r,
		    .agent = "a", .is_stale = true });
		cr_expect_str_eq(json_object_get_string(
		    json_object_object_get(o, "refusal")), cases[i][1]);
		json_object_put(o);
		routing_unref(r);
	}
}
