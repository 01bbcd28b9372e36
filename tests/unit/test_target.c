/* SPDX-License-Identifier: ISC */
/* Where an agent's request goes, and by whose word. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/target.h"

static struct problems problems;
static struct routing *routing;

static void
take(struct routing *r)
{
	cr_assert_not_null(r);
	routing_unref(routing);
	routing = r;
}

static void
set_routes(const char *text)
{
	struct route_list list;
	struct err err;

	cr_assert(routes_parse(&list, text, strlen(text), &problems, &err));
	take(routing_with_routes(routing, &list));
}

static void
set_providers(const char *text)
{
	struct provider_list list;
	struct err err;

	cr_assert(providers_parse(&list, text, strlen(text), &problems, &err));
	take(routing_with_providers(routing, &list, &problems));
}

static void
set_snapshot(const char *text)
{
	struct err err;
	struct snapshot *s = snapshot_parse(text, strlen(text), &problems,
	    &err);

	cr_assert_not_null(s, "%s", err.about);
	take(routing_with_snapshot(routing, s));
}

#define SNAPSHOT(bindings)						\
	"{\"schemaVersion\":1,\"policies\":["				\
	"{\"id\":\"p1\",\"enabled\":true,\"spec\":{\"primary\":{"	\
	"\"providerId\":\"cloudy\",\"model\":\"pm\"}}},"		\
	"{\"id\":\"off\",\"enabled\":false,\"spec\":{\"primary\":{"	\
	"\"providerId\":\"cloudy\",\"model\":\"pm\"}}}],"		\
	"\"bundles\":[{\"id\":\"b1\",\"enabled\":true,\"spec\":{\"legs\":["\
	"{\"providerId\":\"cloudy\",\"model\":\"bm\"}]}}],"		\
	"\"bindings\":[" bindings "],\"providers\":["			\
	"{\"providerId\":\"cloudy\",\"protocol\":\"openai\","		\
	"\"originBaseUrl\":\"https://cloudy.example\"},"		\
	"{\"providerId\":\"both\",\"protocol\":\"openai\","		\
	"\"originBaseUrl\":\"https://cloud-both.example\"},"		\
	"{\"providerId\":\"openai\",\"protocol\":\"openai\","		\
	"\"originBaseUrl\":\"https://evil.example\"}],"			\
	"\"syncedAt\":\"2026-11-22T10:00:00Z\"}"
#define STATIC "{\"agentId\":\"a\",\"bindingKind\":\"static\","		\
	"\"staticTarget\":{\"providerId\":\"cloudy\",\"model\":\"sm\"}}"
#define PLAN(kind, id) "{\"agentId\":\"a\",\"bindingKind\":\"" kind	\
	"\",\"targetId\":\"" id "\"}"

static void
begin(void)
{
	struct err err;

	cr_assert(digest_open(&err));
	routing = routing_new();
	set_routes("{\"routes\":{\"a\":{\"provider\":\"local\",\"model\":"
	    "\"lm\"},\"star\":{\"provider\":\"local\",\"model\":\"*\"}}}");
}

static void
end(void)
{
	routing_unref(routing);
}

TestSuite(target, .init = begin, .fini = end);

static void
choose(const struct routing *r, const char *agent, struct target *t)
{
	target_choose(&(struct target_wish) { .routing = r, .agent = agent },
	    t);
}

static void
expect(const char *agent, enum target_source source, const char *model)
{
	struct target t;

	choose(routing, agent, &t);
	cr_expect_eq(t.source, source, "%s: %s", agent, t.reason);
	cr_expect_neq(t.reason[0], '\0');
	if (model == NULL)
		cr_expect_null(t.ref);
	else
		cr_expect_str_eq(t.ref->model, model);
}

Test(target, is_the_local_route_without_a_binding)
{
	expect("a", TARGET_LOCAL, "lm");
	set_snapshot(SNAPSHOT(""));
	expect("a", TARGET_LOCAL, "lm");
}

Test(target, is_what_the_cloud_binds)
{
	set_snapshot(SNAPSHOT(STATIC));
	expect("a", TARGET_CLOUD, "sm");
	set_snapshot(SNAPSHOT(PLAN("policy", "p1")));
	expect("a", TARGET_CLOUD, "pm");
	set_snapshot(SNAPSHOT(PLAN("bundle", "b1")));
	expect("a", TARGET_CLOUD, "bm");
}

Test(target, falls_back_to_the_route_when_a_binding_leads_nowhere)
{
	set_snapshot(SNAPSHOT(PLAN("policy", "off")));
	expect("a", TARGET_LOCAL, "lm");
	set_snapshot(SNAPSHOT(PLAN("bundle", "p1")));
	expect("a", TARGET_LOCAL, "lm");
}

static void
set_policies(const char *text)
{
	struct plan_list list;
	struct err err;

	cr_assert(plans_parse_local(&list, text, strlen(text), &problems,
	    &err));
	take(routing_with_policies(routing, &list));
}

#define LOCAL_POLICY "{\"policies\":{\"a\":{\"id\":\"mine\",\"primary\":{" \
	"\"provider\":\"local\",\"model\":\"policed\"}}}}"

Test(target, is_of_the_binding_then_the_policy_then_the_route)
{
	struct target t;

	set_policies(LOCAL_POLICY);
	expect("a", TARGET_LOCAL, "policed");
	choose(routing, "a", &t);
	cr_expect_str_eq(t.file, "routing/policies.json");
	cr_expect_str_eq(target_policy_id(&t), "mine");
	cr_expect_str_eq(target_policy_source(&t), "local");
	set_snapshot(SNAPSHOT(STATIC));
	expect("a", TARGET_CLOUD, "sm");
	set_snapshot(SNAPSHOT(PLAN("policy", "off")));
	expect("a", TARGET_LOCAL, "policed");
	set_policies("{\"policies\":{}}");
	choose(routing, "a", &t);
	cr_expect_str_eq(t.file, "routing/routes.json");
	cr_expect_null(target_policy_id(&t));
	cr_expect_str_eq(target_policy_source(&t), "none");
}

Test(target, is_the_pinned_route_whatever_others_say)
{
	set_policies(LOCAL_POLICY);
	set_snapshot(SNAPSHOT(STATIC));
	set_routes("{\"routes\":{\"a\":{\"provider\":\"local\",\"model\":"
	    "\"lm\",\"pinned\":true}}}");
	expect("a", TARGET_LOCAL, "lm");
}

Test(target, is_an_error_when_the_binding_may_have_changed_long_ago)
{
	struct target_wish w = { .agent = "a", .is_stale = true };
	struct target t;

	set_snapshot(SNAPSHOT(STATIC));
	w.routing = routing;
	target_choose(&w, &t);
	cr_expect_null(t.ref);
	cr_expect_eq(t.why_none, ERR_SNAPSHOT_STALE);
	w.agent = "star";	/* not bound: its route is its own */
	target_choose(&w, &t);
	cr_expect_str_eq(t.ref->provider, "local");
}

Test(target, needs_no_route_when_there_is_a_binding)
{
	set_snapshot(SNAPSHOT(STATIC));
	set_routes("{\"routes\":{}}");
	expect("a", TARGET_CLOUD, "sm");
}

Test(target, is_the_alias_of_the_model_that_the_client_asks_for)
{
	struct target_wish w = { .agent = "a" };
	struct target t;

	set_routes("{\"routes\":{\"a\":{\"provider\":\"local\",\"model\":"
	    "\"lm\",\"aliases\":{\"claude-haiku-*\":{\"provider\":\"groq\","
	    "\"model\":\"small\"}}}}}");
	cr_expect(target_depends_on_model(routing, "a"));
	cr_expect_not(target_depends_on_model(routing, "b"));
	w.routing = routing;
	w.model = "claude-haiku-4-5";
	target_choose(&w, &t);
	cr_expect_str_eq(t.ref->provider, "groq");
	w.model = "claude-opus-4-7";
	target_choose(&w, &t);
	cr_expect_str_eq(t.ref->provider, "local");
	set_snapshot(SNAPSHOT(STATIC));	/* a binding speaks for all models */
	w.routing = routing;
	w.model = "claude-haiku-4-5";
	target_choose(&w, &t);
	cr_expect_str_eq(t.ref->model, "sm");
}

Test(target, is_none_for_an_agent_that_nobody_gave_one)
{
	expect("stranger", TARGET_NONE, NULL);
}

Test(target, keeps_the_clients_model_when_its_own_is_a_star)
{
	struct target t;

	choose(routing, "star", &t);
	cr_expect_null(target_model(&t));
	choose(routing, "a", &t);
	cr_expect_str_eq(target_model(&t), "lm");
	choose(routing, "stranger", &t);
	cr_expect_null(target_model(&t));
}

Test(target, believes_the_machine_before_the_cloud_about_providers)
{
	set_snapshot(SNAPSHOT(""));
	set_providers("{\"providers\":[{\"id\":\"both\",\"protocol\":"
	    "\"openai\",\"originBaseUrl\":\"https://local-both.example\"},"
	    "{\"id\":\"openai\",\"protocol\":\"openai\",\"originBaseUrl\":"
	    "\"https://mine.example\"}]}");
	cr_expect_str_eq(routing_provider(routing, "both")->base_url,
	    "https://local-both.example");
	cr_expect_str_eq(routing_provider(routing, "openai")->base_url,
	    "https://api.openai.com");
	cr_expect_eq(routing_provider(routing, "cloudy")->source,
	    SOURCE_CLOUD);
	cr_expect_null(routing_provider(routing, "nobody"));
}

Test(target, stays_what_it_was_for_a_request_that_has_begun)
{
	struct routing *old;
	struct target t;

	set_snapshot(SNAPSHOT(STATIC));
	old = routing_ref(routing);
	set_snapshot(SNAPSHOT(""));
	set_routes("{\"routes\":{}}");
	expect("a", TARGET_NONE, NULL);
	choose(old, "a", &t);
	cr_expect_eq(t.source, TARGET_CLOUD);
	cr_expect_str_eq(t.ref->model, "sm");
	routing_unref(old);
}
