/* SPDX-License-Identifier: ISC */
/* The targets chosen on this machine. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/routes.h"

static struct problems problems;

static bool
parse(struct route_list *list, const char *text)
{
	struct err err;

	problems.n = 0;
	return routes_parse(list, text, strlen(text), &problems, &err);
}

Test(routes, finds_each_agents_own)
{
	struct route_list list;

	cr_assert(parse(&list, "{\"routes\":{\"codex\":{\"provider\":\"b\","
	    "\"model\":\"*\"},\"claude-code\":{\"provider\":\"a\",\"model\":"
	    "\"x/y:z\",\"more\":1}},\"other\":2}"));
	cr_expect_eq(problems.n, 0);
	cr_expect_str_eq(routes_find(&list, "claude-code")->target.model,
	    "x/y:z");
	cr_expect_str_eq(routes_find(&list, "codex")->target.provider, "b");
	cr_expect_null(routes_find(&list, "hermes"));
	routes_reset(&list);
	cr_expect_null(routes_find(&list, "codex"));
}

Test(routes, leaves_bad_entries_out_and_tells_each)
{
	struct route_list list;

	cr_assert(parse(&list, "{\"routes\":{\"a\":{\"provider\":\"p\","
	    "\"model\":\"m\"},\"b\":{},\"c\":1,\"d d\":{\"provider\":\"p\","
	    "\"model\":\"m\"},\"e\":{\"provider\":\"p/q\",\"model\":\"m\"},"
	    "\"f\":{\"provider\":\"p\",\"model\":\"a\\nb\"}}}"));
	cr_expect_eq(list.n, 1);
	cr_expect_eq(problems.n, 5);
	routes_reset(&list);
}

Test(routes, rejects_a_file_that_is_none)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"routes\":[]}",
		"{\"routes\":{}" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct route_list list;

		cr_expect_not(parse(&list, bad[i]), "%s", bad[i]);
		routes_reset(&list);
	}
}

Test(routes, give_some_models_a_target_of_their_own)
{
	static const struct { const char *model, *target; } cases[] = {
		{ "claude-haiku-4-5", "exact" },
		{ "claude-haiku-4-5-20251001", "long" },
		{ "claude-haiku-3", "short" }, { "claude", NULL },
		{ "gpt-4o", NULL }, { "", NULL },
	};
	struct route_list list;
	const struct route *r;

	cr_assert(parse(&list, "{\"routes\":{\"a\":{\"provider\":\"p\","
	    "\"model\":\"m\",\"pinned\":true,\"aliases\":{"
	    "\"claude-h*\":{\"provider\":\"q\",\"model\":\"short\"},"
	    "\"claude-haiku-4-5\":{\"provider\":\"q\",\"model\":\"exact\"},"
	    "\"claude-haiku-4*\":{\"provider\":\"q\",\"model\":\"long\"}"
	    "}}}}"));
	cr_expect_eq(problems.n, 0);
	r = routes_find(&list, "a");
	cr_expect(r->is_pinned);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct route_alias *a = route_alias_find(r,
		    cases[i].model);

		if (cases[i].target == NULL)
			cr_expect_null(a, "%s", cases[i].model);
		else
			cr_expect_str_eq(a->target.model, cases[i].target);
	}
	routes_reset(&list);
}

Test(routes, leaves_bad_aliases_out_and_tells_each)
{
	struct route_list list;

	cr_assert(parse(&list, "{\"routes\":{\"a\":{\"provider\":\"p\","
	    "\"model\":\"m\",\"aliases\":{\"\":{\"provider\":\"q\","
	    "\"model\":\"n\"},\"a*b\":{\"provider\":\"q\",\"model\":"
	    "\"n\"},\"c\":1,\"d\":{\"provider\":\"q\"},\"*\":{"
	    "\"provider\":\"q\",\"model\":\"all\"}}},\"b\":{\"provider\":"
	    "\"p\",\"model\":\"m\",\"aliases\":[]},\"c\":{\"provider\":"
	    "\"p\",\"model\":\"m\",\"pinned\":1}}}"));
	cr_expect_eq(list.n, 1);
	cr_expect_eq(problems.n, 6);
	cr_expect_str_eq(route_alias_find(routes_find(&list, "a"), "x")->
	    target.model, "all");
	routes_reset(&list);
}
