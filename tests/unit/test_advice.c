/* SPDX-License-Identifier: ISC */
/* Suggestions: right amounts, never a number that is none, words that work. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/advice.h"
#include "cli/run_call.h"
#include "common/errors.h"
#include "common/json/json_text.h"

static struct price_list prices;

static void
load(void)
{
	struct price_problems none = { .tell = NULL };
	struct err err;

	cr_assert(price_list_parse(&prices, NULL, 0, &none, &err));
}

static void
reset(void)
{
	price_list_reset(&prices);
}

TestSuite(advice, .init = load, .fini = reset);

/* A million tokens in and 200,000 out a day. */
static struct advice_case
usual(void)
{
	return (struct advice_case) { .agent = "bot", .protocol = "anthropic",
		.objective = ADVICE_QUALITY, .prices = &prices,
		.history = { .n_calls = 7, .input = 7000000,
		.output = 1400000 } };
}

static struct json_object *
give(const struct advice_case *c)
{
	struct json_object *all = json_object_new_array();

	advice_give(c, all);
	return all;
}

static double
spend(struct json_object *all, size_t i)
{
	double usd = -1;

	json_text_number(json_object_array_get_idx(all, i),
	    "estimatedSpendDay", &usd);
	return usd;
}

static const char *
command(struct json_object *all, size_t i)
{
	return json_text_string(json_object_array_get_idx(all, i),
	    "applyCommand");
}

Test(advice, estimates_a_day_of_each_way)
{
	struct advice_case c = usual();
	struct json_object *all;

	c.budget_usd = 5;
	all = give(&c);
	cr_assert_eq(json_object_array_length(all), 3);
	cr_expect_float_eq(spend(all, 0), 30, 1e-9);
	/* 5 of 30 premium; the other 5/6 cheap, of 2 a day */
	cr_expect_float_eq(spend(all, 1), 5 + 2 * (1 - 5.0 / 30), 1e-9);
	cr_expect_float_eq(spend(all, 2), 2, 1e-9);
	json_object_put(all);
}

Test(advice, triggers_at_half_of_the_premium_estimate)
{
	struct advice_case c = usual();
	struct json_object *all = give(&c);

	cr_expect_str_eq(command(all, 1), "cofferdam policy set bot --primary "
	    "anthropic/claude-opus-4-7 --at "
	    "15=anthropic/claude-haiku-4-5");
	cr_expect_str_eq(command(all, 0),
	    "cofferdam route bot anthropic/claude-opus-4-7");
	json_object_put(all);
}

Test(advice, comes_in_the_order_of_the_objective)
{
	static const struct {
		enum advice_objective objective;
		const char *first;
	} cases[] = {
		{ ADVICE_QUALITY, "the best model for every call" },
		{ ADVICE_COST, "the cheapest model for every call" },
	};

	for (size_t i = 0; i < 2; i++) {
		struct advice_case c = usual();
		struct json_object *all;

		c.objective = cases[i].objective;
		all = give(&c);
		cr_expect_str_eq(json_text_string(
		    json_object_array_get_idx(all, 0), "rationale"),
		    cases[i].first);
		json_object_put(all);
	}
}

Test(advice, says_null_without_history_and_never_nan)
{
	struct advice_case c = usual();
	struct json_object *all;

	c.history = (struct advice_history) { .n_calls = 0 };
	all = give(&c);
	cr_expect_eq(json_object_array_length(all), 3);
	cr_expect_null(strstr(json_object_to_json_string(all), "NaN"));
	cr_expect_null(strstr(json_object_to_json_string(all), "nan"));
	cr_expect(json_text_is_absent(json_object_array_get_idx(all, 1),
	    "estimatedSpendDay"));
	cr_expect_not_null(strstr(command(all, 1), "--at 5="));
	json_object_put(all);
	/* Calls that cost next to nothing. */
	c.history = (struct advice_history) { .n_calls = 1, .input = 1 };
	all = give(&c);
	cr_expect_not_null(strstr(command(all, 1), "--at 5="));
	cr_expect(isfinite(spend(all, 1)));
	json_object_put(all);
}

Test(advice, sets_a_policy_where_a_route_would_not_count)
{
	struct advice_case c = usual();
	struct json_object *all;

	c.has_policy = true;
	all = give(&c);
	cr_expect_str_eq(command(all, 0), "cofferdam policy set bot "
	    "--primary anthropic/claude-opus-4-7");
	json_object_put(all);
}

Test(advice, keeps_to_the_protocol)
{
	struct advice_case c = usual();
	struct json_object *all;

	c.protocol = "responses";
	all = give(&c);
	cr_expect_not_null(strstr(command(all, 0), "openai/gpt-4o"));
	json_object_put(all);
	c.protocol = "nobody";
	c.prices = &(struct price_list) { .n = 0 };
	all = give(&c);
	cr_expect_eq(json_object_array_length(all), 0);
	json_object_put(all);
}

Test(advice, prefers_a_model_with_a_key)
{
	struct advice_case c = usual();
	struct json_object *all, *key = json_object_new_object();

	c.protocol = "openai";
	c.credentials = json_object_new_array();
	json_object_object_add(key, "id", json_object_new_string("kimi"));
	json_object_array_add(c.credentials, key);
	c.objective = ADVICE_COST;
	all = give(&c);
	cr_expect_str_eq(command(all, 0),
	    "cofferdam route bot kimi/moonshot-v1-128k");
	json_object_put(all);
	json_object_put(c.credentials);
}

Test(advice, counts_cached_tokens_once)
{
	struct run_call c = { .provider = "openai", .model = "gpt-4o",
		.input = 100, .cache_read = 60, .cache_write = 10 };
	struct advice_history h = { .n_calls = 0 };

	advice_history_add(&h, &c, &prices);
	cr_expect_eq(h.input, 30);
	c.provider = "anthropic";
	c.model = "claude-opus-4-7";
	advice_history_add(&h, &c, &prices);
	cr_expect_eq(h.input, 130);
	cr_expect_eq(h.cache_read, 120);
}

Test(advice, quotes_what_a_shell_would_take_apart)
{
	static const struct { const char *word, *quoted; } cases[] = {
		{ "p/m-1.5:free", "p/m-1.5:free" },
		{ "p/*", "'p/*'" },
		{ "p/a b", "'p/a b'" },
		{ "p/it's", "'p/it'\\''s'" },
		{ "p/$(id)", "'p/$(id)'" },
		{ "", "''" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *quoted = advice_quote(cases[i].word);

		cr_expect_str_eq(quoted, cases[i].quoted);
		free(quoted);
	}
}
