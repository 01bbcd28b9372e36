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
