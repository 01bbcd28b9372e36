/* SPDX-License-Identifier: ISC */
/* What is believed of policies and bundles, and where they lead. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/plan_choice.h"
#include "proxy/problems.h"

static struct problems problems;
static struct plan_list list;
static struct day_usage *usage;

static void
begin(void)
{
	usage = day_usage_new();
	cr_assert_not_null(usage);
}

static void
end(void)
{
	plans_reset(&list);
	day_usage_free(usage);
}

TestSuite(plans, .init = begin, .fini = end);

typedef bool reader(struct plan_list *, struct json_object *,
    struct problems *, struct err *);

/* One plan of the cloud with this spec; NULL when it was dropped. */
static const struct plan *
read_cloud(reader *read, const char *spec)
{
	struct json_object *array = json_object_new_array();
	struct json_object *plan = json_object_new_object();
	struct err err;

	json_object_object_add(plan, "id", json_object_new_string("p"));
	json_object_object_add(plan, "enabled", json_object_new_boolean(true));
	json_object_object_add(plan, "spec", json_tokener_parse(spec));
	json_object_array_add(array, plan);
	problems.n = 0;
	plans_reset(&list);
	cr_assert(read(&list, array, &problems, &err));
	json_object_put(array);
	return plans_find(&list, "p");
}

static const struct plan *
read_local(const char *policy)
{
	struct err err;
	char text[2048];

	snprintf(text, sizeof text, "{\"policies\":{\"a\":%s}}", policy);
	problems.n = 0;
	plans_reset(&list);
	cr_assert(plans_parse_local(&list, text, strlen(text), &problems,
	    &err));
	return plans_find_local(&list, "a");
}

static void
use(const char *agent, int n_calls, bool is_priced, double usd)
{
	for (int i = 0; i < n_calls; i++)
		cr_assert(day_usage_add(usage, &(struct usage_holder) {
		    .agent = agent }, &(struct usage_cost) { is_priced,
		    usd }));
}

static void
use_leg(const struct model_ref *leg, int n_calls, double usd)
{
	for (int i = 0; i < n_calls; i++)
		cr_assert(day_usage_add(usage, &(struct usage_holder) {
		    .agent = "a", .plan = "p", .leg = leg },
		    &(struct usage_cost) { true, usd }));
}

static void
expect(const struct plan *p, const char *model, const char *failover)
{
	struct plan_choice c;

	cr_assert_not_null(p);
	plan_choose(p, "a", usage, &c);
	if (model == NULL)
		cr_expect_null(c.ref);
	else
		cr_expect_str_eq(c.ref->model, model, "%s", c.reason);
	if (failover == NULL)
		cr_expect_null(c.failover);
	else
		cr_expect_str_eq(c.failover->model, failover);
}

#define TARGET(model) "{\"provider\":\"x\",\"model\":\"" model "\"}"
#define SPEND(usd, model) "{\"triggerSpendDay\":" #usd ",\"fallback\":"	\
	TARGET(model) "}"
#define CALLS(n, model) "{\"triggerCallsDay\":" #n ",\"fallback\":"	\
	TARGET(model) "}"
#define POLICY(steps) "{\"id\":\"cost-cascade\",\"primary\":" TARGET("m") \
	",\"cascade\":[" steps "]}"

Test(plans, choose_the_highest_step_that_is_reached)
{
	static const struct { double spent; const char *model; } cases[] = {
		{ 0, "m" }, { 4.99, "m" }, { 5, "five" }, { 9.99, "five" },
		{ 10, "ten" }, { 1000, "ten" },
	};
	static const char *const orders[] = {
		POLICY(SPEND(5, "five") "," SPEND(10, "ten")),
		POLICY(SPEND(10, "ten") "," SPEND(5, "five")),
	};

	for (size_t o = 0; o < 2; o++)
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			day_usage_clear(usage);
			use("a", 1, true, cases[i].spent);
			use("other", 1, true, 100);
			expect(read_local(orders[o]), cases[i].model, NULL);
		}
}

Test(plans, reach_a_step_when_the_calls_add_up_to_it_exactly)
{
	const struct plan *p = read_local(POLICY(SPEND(1, "one")));

	use("a", 9, true, 0.1);
	expect(p, "m", NULL);
	use("a", 1, true, 0.1);
	expect(p, "one", NULL);
}

Test(plans, choose_by_calls_too_and_of_both_the_later_step)
{
	use("a", 2, true, 3);
	expect(read_local(POLICY(CALLS(2, "two") "," CALLS(3, "three"))),
	    "two", NULL);
	expect(read_local(POLICY(SPEND(6, "six") "," CALLS(2, "two"))),
	    "two", NULL);
	expect(read_local(POLICY(CALLS(2, "two") "," SPEND(6, "six"))),
	    "six", NULL);
	expect(read_local(POLICY("{\"triggerSpendDay\":100,"
	    "\"triggerCallsDay\":2,\"fallback\":" TARGET("both") "}")),
	    "both", NULL);
}

Test(plans, keep_spend_rules_when_some_calls_have_no_price)
{
	use("a", 1, false, 0);
	use("a", 1, true, 6);
	use("a", 1, false, 0);
	expect(read_local(POLICY(SPEND(5, "five"))), "five", NULL);
}

Test(plans, count_calls_that_are_under_way)
{
	const struct plan *p = read_local(POLICY(CALLS(2, "two")));
	struct usage_holder a = { .agent = "a" };
	struct usage_cost free_of_charge = { true, 0 };

	cr_assert(day_usage_begin(usage, &a));
	expect(p, "m", NULL);
	cr_assert(day_usage_begin(usage, &a));
	expect(p, "two", NULL);
	day_usage_end(usage, &a, &a, &free_of_charge);
	expect(p, "two", NULL);
	day_usage_clear(usage);		/* midnight: one is still under way */
	expect(p, "m", NULL);
	day_usage_end(usage, &a, &a, &free_of_charge);
	cr_expect_eq(day_usage_agent(usage, "a").n_calls, 1);
}

Test(plans, expect_of_calls_under_way_what_a_call_cost_today)
{
	const struct plan *p = read_local(POLICY(SPEND(10, "ten")));
	struct usage_holder a = { .agent = "a" };

	use("a", 4, true, 2);
	expect(p, "m", NULL);
	cr_assert(day_usage_begin(usage, &a));
	expect(p, "ten", NULL);
	cr_expect_eq(day_usage_agent(usage, "a").spend_usd, 8);
}

Test(plans, name_a_second_target_unless_it_is_the_first)
{
	expect(read_local("{\"id\":\"i\",\"primary\":" TARGET("m")
	    ",\"failoverTo\":" TARGET("f") "}"), "m", "f");
	expect(read_local("{\"id\":\"i\",\"primary\":" TARGET("m")
	    ",\"failoverTo\":" TARGET("m") "}"), "m", NULL);
	expect(read_local("{\"id\":\"i\",\"primary\":" TARGET("m")
	    ",\"failoverTo\":null}"), "m", NULL);
	expect(read_cloud(plans_read_policies, "{\"primary\":{\"providerId\":"
	    "\"x\",\"model\":\"m\"},\"failoverTo\":{\"providerId\":\"y\","
	    "\"model\":\"f\"}}"), "m", "f");
	cr_expect_eq(problems.n, 0);
}

#define LEG(model, more) "{\"providerId\":\"x\",\"model\":\"" model "\"" more \
	"}"
#define LEGS(legs) "{\"schemaVersion\":1,\"legs\":[" legs "]}"

Test(plans, use_legs_by_priority_and_each_up_to_its_caps)
{
	const struct plan *p = read_cloud(plans_read_bundles, LEGS(
	    LEG("last", ",\"priority\":9") ","
	    LEG("second", ",\"priority\":2,\"capUsdPerDay\":5") ","
	    LEG("first", ",\"priority\":1,\"capCallsPerDay\":2,"
	    "\"capUsdPerDay\":null")));

	expect(p, "first", "second");
	use_leg(&p->steps[0].target, 1, 100);
	expect(p, "first", "second");
	use_leg(&p->steps[0].target, 1, 0);
	expect(p, "second", "last");
	use_leg(&p->steps[1].target, 1, 5);
	expect(p, "last", NULL);
}

Test(plans, lead_nowhere_when_every_leg_has_reached_its_caps)
{
	const struct plan *p = read_cloud(plans_read_bundles, LEGS(
	    LEG("m", ",\"capCallsPerDay\":1") ","
	    LEG("n", ",\"capUsdPerDay\":1")));

	use_leg(&p->steps[1].target, 1, 1);
	expect(p, "m", NULL);
	use_leg(&p->steps[0].target, 1, 0);
	expect(p, NULL, NULL);
	day_usage_clear(usage);
	expect(p, "m", "n");
}

Test(plans, drop_a_bad_step_or_leg_and_tell_it)
{
	expect(read_cloud(plans_read_policies, "{\"primary\":{\"providerId\":"
	    "\"x\",\"model\":\"m\"},\"cascade\":[1,{},{\"fallback\":{"
	    "\"providerId\":\"x\",\"model\":\"n\"}},{\"triggerSpendDayUsd\":"
	    "\"5\",\"fallback\":{\"providerId\":\"x\",\"model\":\"n\"}},"
	    "{\"triggerCallsDay\":0,\"fallback\":{\"providerId\":\"x\","
	    "\"model\":\"n\"}},{\"triggerSpendDayUsd\":-1,\"fallback\":{"
	    "\"providerId\":\"x\",\"model\":\"n\"}},{\"triggerCallsDay\":1,"
	    "\"fallback\":{\"model\":\"n\"}}],\"failoverTo\":7}"), "m", NULL);
	cr_expect_eq(problems.n, 8);
	expect(read_cloud(plans_read_bundles, LEGS(LEG("m", "") ",3,"
	    LEG("n", ",\"priority\":\"1\"") ","
	    LEG("o", ",\"capCallsPerDay\":1.5"))), "m", NULL);
	cr_expect_eq(problems.n, 3);
}

Test(plans, drop_a_plan_that_leads_nowhere)
{
	cr_expect_null(read_cloud(plans_read_bundles, LEGS("")));
	cr_expect_null(read_cloud(plans_read_bundles, "{}"));
	cr_expect_null(read_cloud(plans_read_bundles, LEGS("{}")));
	cr_expect_null(read_cloud(plans_read_policies, "{\"primary\":{}}"));
	cr_expect_null(read_cloud(plans_read_policies, "{\"primary\":{"
	    "\"providerId\":\"x\",\"model\":\"m\"},\"cascade\":{}}"));
	cr_expect_null(read_local("{}"));
	cr_expect_null(read_local("3"));
}

Test(plans, take_ids_that_other_languages_choke_on)
{
	struct err err;
	static const char text[] = "{\"policies\":{\"constructor\":{\"id\":"
	    "\"__proto__\",\"primary\":{\"provider\":\"toString\",\"model\":"
	    "\"valueOf\"}}}}";

	cr_assert(plans_parse_local(&list, text, strlen(text), &problems,
	    &err));
	cr_expect_str_eq(plans_find_local(&list, "constructor")->id,
	    "__proto__");
	cr_expect_null(plans_find_local(&list, "hasOwnProperty"));
	cr_expect_eq(day_usage_agent(usage, "constructor").n_calls, 0);
}

Test(plans, reject_a_file_that_is_none)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"policies\":[]}",
		"{\"policies\":{}" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err err;

		cr_expect_not(plans_parse_local(&list, bad[i], strlen(bad[i]),
		    &problems, &err), "%s", bad[i]);
		cr_expect_eq(list.n, 0);
	}
}
