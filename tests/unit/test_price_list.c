/* SPDX-License-Identifier: ISC */
/* What a model costs, and by whose word. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/price_list.h"

static struct price_list list;
static size_t n_problems;

static void
tell(void *arg, const char *line)
{
	(void)arg;
	cr_expect_neq(line[0], '\0');
	n_problems++;
}

static bool
parse(const char *text)
{
	static const struct price_problems problems = { tell, NULL };
	struct err err;

	price_list_reset(&list);
	n_problems = 0;
	return price_list_parse(&list, text, text != NULL ? strlen(text) : 0,
	    &problems, &err);
}

static void
begin(void)
{
	cr_assert(parse(NULL));
}

static void
end(void)
{
	price_list_reset(&list);
}

TestSuite(price_list, .init = begin, .fini = end);

static bool
is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

Test(price_list, knows_a_model_with_and_without_its_date)
{
	static const char *const known[][2] = {
		{ "anthropic", "claude-haiku-4-5" },
		{ "anthropic", "claude-haiku-4-5-20251001" },
		{ "anthropic", "claude-haiku-4-5@20251001" },
		{ "anthropic", "claude-haiku-4-5-latest" },
		{ "openai", "gpt-4o-2024-08-06" },
		{ "groq", "llama-3.3-70b-versatile" },
	};
	static const char *const unknown[][2] = {
		{ "openai", "claude-haiku-4-5" }, { "anthropic", "" },
		{ "anthropic", "claude-haiku-4-5-2025100" },
		{ "anthropic", "claude-haiku-4-5-20251001-x" },
		{ "anthropic", "-20251001" }, { "", "" },
		{ "constructor", "__proto__" }, { "openai", "passthrough" },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		cr_expect_not_null(price_list_find(&list, known[i][0],
		    known[i][1]), "%s", known[i][1]);
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
		cr_expect_null(price_list_find(&list, unknown[i][0],
		    unknown[i][1]), "%s", unknown[i][1]);
}

Test(price_list, tells_a_dated_model_of_its_own_from_the_undated)
{
	cr_assert(parse("{\"prices\":{\"openai/gpt-4o-2024-08-06\":{"
	    "\"input\":7,\"output\":8}}}"));
	cr_expect(is_near(price_list_find(&list, "openai",
	    "gpt-4o-2024-08-06")->input, 7));
	cr_expect(is_near(price_list_find(&list, "openai",
	    "gpt-4o-2024-11-20")->input, 2.5));
}

Test(price_list, lets_the_file_count_and_keeps_what_it_leaves_open)
{
	const struct price *p;

	cr_assert(parse("{\"prices\":{\"anthropic/claude-haiku-4-5\":{"
	    "\"input\":2,\"output\":4},\"mine/m\":{\"input\":1,\"output\":0,"
	    "\"cacheRead\":0.5,\"tier\":\"cheap\",\"protocol\":\"responses\""
	    "}},\"more\":1}"));
	cr_expect_eq(n_problems, 0);
	p = price_list_find(&list, "anthropic", "claude-haiku-4-5");
	cr_expect(is_near(p->input, 2) && is_near(p->cache_read, 0.2) &&
	    is_near(p->cache_write, 2.5));
	cr_expect_eq(p->tier, TIER_CHEAP);
	cr_expect_eq(p->source, PRICE_OVERLAY);
	cr_expect_str_eq(p->protocol, "anthropic");
	p = price_list_find(&list, "mine", "m");
	cr_expect(is_near(p->cache_read, 0.5) && is_near(p->cache_write, 1));
	cr_expect_str_eq(p->protocol, "responses");
	cr_expect_eq(p, &list.items[list.n - 1]);
	cr_expect_str_eq(price_tier_name(p->tier), "cheap");
}

Test(price_list, leaves_bad_entries_out_and_tells_each)
{
	cr_assert(parse("{\"prices\":{\"a/b\":{\"input\":1},\"c\":{\"input\":"
	    "1,\"output\":1},\"/d\":{\"input\":1,\"output\":1},\"e/f\":1,"
	    "\"g/h\":{\"input\":-1,\"output\":1},\"i/j\":{\"input\":1,"
	    "\"output\":\"1\"},\"k/l\":{\"input\":1,\"output\":1e300},"
	    "\"m/n\":{\"input\":1,\"output\":1,\"tier\":\"gold\"},"
	    "\"o/p\":{\"input\":1,\"output\":1,\"protocol\":3},"
	    "\"openai/gpt-4o\":{\"input\":1},"
	    "\"constructor/x\":{\"input\":1,\"output\":1}}}"));
	cr_expect_eq(n_problems, 10);
	cr_expect_not_null(price_list_find(&list, "constructor", "x"));
	cr_expect(is_near(price_list_find(&list, "openai", "gpt-4o")->input,
	    2.5), "a bad entry leaves the built-in price");
}

Test(price_list, is_refused_when_the_file_is_none)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"prices\":[]}",
		"{\"prices\":{}" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_not(parse(bad[i]), "%s", bad[i]);
		cr_expect_eq(list.n, 0);
	}
}

Test(price_list, counts_what_was_cached_at_its_own_price)
{
	const struct price *opus = price_list_find(&list, "anthropic",
	    "claude-opus-4-7");
	const struct price *gpt = price_list_find(&list, "openai", "gpt-4o");
	struct price_usage u = { 1000000, 200000, 2000000, 400000, 100000,
	    INPUT_WITHOUT_CACHE };

	/* 15 + 0.2 * 75 + 2 * 1.5 + 0.4 * 18.75; reasoning is output. */
	cr_expect(is_near(price_cost(opus, &u), 40.5));
	u = (struct price_usage) { 1000000, 0, 600000, 0, 0,
	    INPUT_WITH_CACHE };
	/* 0.4 * 2.5 + 0.6 * 1.25 */
	cr_expect(is_near(price_cost(gpt, &u), 1.75));
	u.input = 5;	/* less than was cached: nothing wraps */
	cr_expect(is_near(price_cost(gpt, &u), 0.75));
}
