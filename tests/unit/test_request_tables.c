/* SPDX-License-Identifier: ISC */
/* The tables that decide what becomes of a request. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/field_policy.h"
#include "proxy/dialect/losses.h"
#include "proxy/dialect/model_traits.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/reasoning_effort.h"
#include "proxy/dialect/tool_names.h"
#include "proxy/dialect/tool_schema.h"

static void
open_digest(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

static void
check_rule(const struct field_scope *scope, const struct field_rule *rule)
{
	cr_expect_eq(field_rule_find(scope, rule->name), rule,
	    "%s.%s stands twice", scope->name, rule->name);
	cr_expect_eq(strspn(rule->types, "snibao"), strlen(rule->types),
	    "%s.%s", scope->name, rule->name);
	for (int to = DIALECT_ANTHROPIC; to < DIALECTS; to++)
		if (to != (int)scope->dialect)
			cr_expect_neq(rule->to[to], FATE_NONE, "%s.%s to %d",
			    scope->name, rule->name, to);
	if (rule->harmless != NULL) {
		struct json_object *value = json_tokener_parse(rule->harmless);

		cr_expect_not_null(value, "%s.%s", scope->name, rule->name);
		cr_expect_str_eq(json_object_to_json_string_ext(value,
		    JSON_C_TO_STRING_PLAIN), rule->harmless);
		json_object_put(value);
	}
}

Test(field_policy, every_field_has_one_fate_at_each_target)
{
	for (int d = DIALECT_ANTHROPIC; d < DIALECTS; d++) {
		size_t n;
		const struct field_scope *scopes =
		    field_scopes((enum dialect)d, &n);

		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < scopes[i].n_rules; k++)
				check_rule(&scopes[i], &scopes[i].rules[k]);
	}
}

Test(reasoning_effort, words_and_budgets_agree)
{
	for (int e = EFFORT_LOW; e < EFFORTS; e++) {
		enum effort word = (enum effort)e;

		cr_expect_eq(effort_of_budget(effort_budget(word)), word,
		    "%s", effort_name(word));
		cr_expect_eq(effort_parse(text_of(effort_name(word))), word);
	}
	cr_expect_eq(effort_of_budget(1025), EFFORT_MEDIUM);
	cr_expect_eq(effort_of_budget(31999), EFFORT_XHIGH);
	cr_expect_eq(effort_parse(WORDS("lots")), EFFORT_UNSAID);
}

Test(reasoning_effort, each_model_gets_a_word_that_it_takes)
{
	const struct model_traits *sonnet =
	    model_traits_find("claude-sonnet-5");
	const struct model_traits *older = model_traits_find("claude-opus-4-6");
	const struct model_traits *o3 = model_traits_find("o3");
	const struct model_traits *gpt5 = model_traits_find("gpt-5");
	const struct model_traits *gpt56 = model_traits_find("gpt-5.6");

	cr_expect_eq(effort_for_claude(EFFORT_MINIMAL, sonnet), EFFORT_LOW);
	cr_expect_eq(effort_for_claude(EFFORT_XHIGH, sonnet), EFFORT_XHIGH);
	cr_expect_eq(effort_for_claude(EFFORT_XHIGH, older), EFFORT_MAX);
	cr_expect_eq(effort_for_openai(EFFORT_NONE, o3), EFFORT_LOW);
	cr_expect_eq(effort_for_openai(EFFORT_NONE, gpt5), EFFORT_MINIMAL);
	cr_expect_eq(effort_for_openai(EFFORT_NONE, gpt56), EFFORT_NONE);
	cr_expect_eq(effort_for_openai(EFFORT_MAX, gpt56), EFFORT_MAX);
	cr_expect_eq(effort_for_openai(EFFORT_MAX, o3), EFFORT_HIGH);
}

Test(model_traits, the_longest_prefix_without_the_vendor_counts)
{
	cr_expect_str_eq(model_family("anthropic/claude-opus-4-7-20260101"),
	    "claude-opus-4-7");
	cr_expect_str_eq(model_family("us.anthropic.claude-sonnet-4-5-v1:0"),
	    "claude-sonnet-4-5");
	cr_expect_str_eq(model_family("openai/gpt-5.5-2026"), "gpt-5.5");
	cr_expect_str_eq(model_family("gpt-5"), "gpt-5");
	cr_expect_str_eq(model_family("qwen/qwen3"), "qwen3");
	cr_expect_str_eq(model_family("anthropic/claude-opus-4.6"),
	    "claude-opus-4-6");
	cr_expect_str_eq(model_family("gpt-4-1106-preview"), "gpt-4");
	cr_expect_not(model_has(model_traits_find(""), IS_CLAUDE));
}

/* Each line is what the vendor refuses with 400, or takes since that model. */
Test(model_traits, each_generation_takes_what_its_vendor_says)
{
	static const struct {
		const char *model;
		enum trait trait;
		bool has;
	} said[] = {
		{ "claude-haiku-4-5", TAKES_ADAPTIVE, false },
		{ "claude-haiku-4-5", TAKES_MID_SYSTEM, false },
		{ "claude-sonnet-4-6", TAKES_BUDGET, true },
		{ "claude-sonnet-4-6", FIXED_SAMPLING, false },
		{ "claude-opus-4-7", TAKES_BUDGET, false },
		{ "claude-opus-4-7", TAKES_MID_SYSTEM, false },
		{ "claude-opus-4-8", TAKES_MID_SYSTEM, true },
		{ "claude-opus-5", THINKS_ALWAYS, false },
		{ "claude-opus-5", NO_FORCED_TOOL, false },
		{ "claude-opus-5-5", THINKS_ALWAYS, true },
		{ "claude-opus-5-5", NO_FORCED_TOOL, true },
		{ "claude-sonnet-5", THINKS_ALWAYS, false },
		{ "claude-sonnet-5", TAKES_MID_SYSTEM, false },
		{ "claude-sonnet-5-5", NO_FORCED_TOOL, true },
		{ "claude-haiku-5-5", THINKS_ALWAYS, false },
		{ "claude-fable-5", THINKS_ALWAYS, true },
		{ "claude-fable-5", NO_FORCED_TOOL, false },
		{ "claude-fable-5-1", NO_FORCED_TOOL, true },
		{ "gpt-5", TAKES_EFFORT_NONE, false },
		{ "gpt-5.1", TAKES_MINIMAL, false },
		{ "gpt-5.1", TAKES_XHIGH, false },
		{ "gpt-5.2", TAKES_XHIGH, true },
		{ "gpt-5.5", TAKES_MAX, false },
		{ "gpt-6-luna", TAKES_EFFORT_NONE, true },
		{ "gpt-6-astra", TAKES_EFFORT_NONE, false },
		{ "gpt-6.1-sol", TAKES_EFFORT_NONE, false },
		{ "gpt-6.1-terra", TAKES_EFFORT_NONE, true },
		{ "gpt-5-chat-latest", TAKES_EFFORT, false },
		{ "gpt-5.2-chat-latest", TAKES_EFFORT, false },
		{ "gpt-5-codex", TAKES_MINIMAL, false },
		{ "gpt-4o-mini-search-preview", SEARCHES, true },
	};

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		cr_expect_eq(model_has(model_traits_find(said[i].model),
		    said[i].trait), said[i].has, "%s: trait %x",
		    said[i].model, (unsigned)said[i].trait);
	cr_expect_eq(model_traits_find("claude-sonnet-4-6")->output_max,
	    128000);
}

static const struct carrier_key key = { (const uint8_t *)"0123456789", 10 };
static const struct carrier sealed = { CARRIER_ENCRYPTED, { "openai", 6 },
	{ "gpt-5.5", 7 }, { "rs_1", 4 }, { "gAAAA", 5 } };

Test(carrier, comes_back_as_it_was)
{
	struct carrier c;
	char *text, *room;

	open_digest();
	text = carrier_wrap(&key, &sealed);
	cr_assert(carrier_unwrap(&key, (struct carrier_text) { text,
	    strlen(text) }, &c, &room));
	cr_expect_eq(c.kind, CARRIER_ENCRYPTED);
	cr_expect_eq(c.issuer.len, 6);
	cr_expect_eq(memcmp(c.family.at, "gpt-5.5", 7), 0);
	cr_expect_eq(memcmp(c.item_id.at, "rs_1", 4), 0);
	cr_expect(c.sealed.len == 5 && memcmp(c.sealed.at, "gAAAA", 5) == 0);
	free(room);
	free(text);
}

Test(carrier, may_hold_nothing_or_much)
{
	struct carrier much = sealed, c;
	char *bytes = malloc(100000), *text, *room;

	open_digest();
	cr_assert_not_null(bytes);
	memset(bytes, 'x', 100000);
	for (size_t len = 0; len < 100000; len += len < 5 ? 1 : 31111) {
		much.sealed = (struct carrier_text) { bytes, len };
		text = carrier_wrap(&key, &much);
		cr_assert(carrier_unwrap(&key, (struct carrier_text) { text,
		    strlen(text) }, &c, &room), "%zu", len);
		cr_expect_eq(c.sealed.len, len);
		free(room);
		free(text);
	}
	free(bytes);
}

Test(carrier, that_was_changed_anywhere_is_not_opened)
{
	struct carrier c;
	char *text, *room;

	open_digest();
	text = carrier_wrap(&key, &sealed);
	for (size_t i = 0; i < strlen(text); i++) {
		text[i] ^= 1;
		cr_expect_not(carrier_unwrap(&key, (struct carrier_text) {
		    text, strlen(text) }, &c, &room), "byte %zu", i);
		cr_expect_null(room);
		text[i] ^= 1;
		cr_expect_not(carrier_unwrap(&key, (struct carrier_text) {
		    text, i }, &c, &room), "length %zu", i);
	}
	free(text);
}

Test(carrier, of_another_key_is_not_opened)
{
	const struct carrier_key other = { (const uint8_t *)"9876543210", 10 };
	struct carrier c;
	char *text, *room;

	open_digest();
	text = carrier_wrap(&other, &sealed);
	cr_expect_not(carrier_unwrap(&key, (struct carrier_text) { text,
	    strlen(text) }, &c, &room));
	free(text);
}

Test(tool_names, short_ones_stay_and_long_ones_keep_apart)
{
	struct tool_names *t = tool_names_new();
	char one[200], two[200];
	const struct tool_name *a, *b;

	open_digest();
	memset(one, 'a', sizeof one);
	memset(two, 'a', sizeof two);
	one[199] = two[199] = '\0';
	two[198] = 'b';
	a = tool_names_add(t, &(struct tool_name) { .name = "Bash" });
	cr_expect_str_eq(a->sent, "Bash");
	a = tool_names_add(t, &(struct tool_name) { .name = one });
	b = tool_names_add(t, &(struct tool_name) { .name = two });
	cr_expect_eq(strlen(a->sent), TOOL_NAME_MAX);
	cr_expect_str_neq(a->sent, b->sent);
	cr_expect_eq(tool_names_find_sent(t, b->sent), b);
	cr_expect_str_eq(tool_names_find_sent(t, b->sent)->name, two);
	tool_names_free(t);
}

Test(tool_names, each_is_the_same_in_every_turn)
{
	struct tool_names *t = tool_names_new(), *later = tool_names_new();
	const struct tool_name *a, *b;

	open_digest();
	a = tool_names_add(t, &(struct tool_name) { .name = "a.b" });
	tool_names_add(later, &(struct tool_name) { .name = "a_b" });
	tool_names_add(later, &(struct tool_name) { .name = "a:b" });
	b = tool_names_add(later, &(struct tool_name) { .name = "a.b" });
	cr_expect_str_eq(a->sent, b->sent);
	tool_names_free(t);
	tool_names_free(later);
}

Test(tool_names, two_that_would_meet_are_kept_apart)
{
	struct tool_names *t = tool_names_new();
	const struct tool_name *a, *b, *c, *d;

	open_digest();
	a = tool_names_add(t, &(struct tool_name) { .name = "a.b" });
	b = tool_names_add(t, &(struct tool_name) { .name = "a:b" });
	c = tool_names_add(t, &(struct tool_name) { .name = "x__y" });
	d = tool_names_add(t, &(struct tool_name) { .name = "y",
	    .space = "x" });
	cr_expect_str_neq(a->sent, b->sent);
	cr_expect_str_neq(c->sent, d->sent);
	cr_expect_str_eq(tool_names_find_sent(t, d->sent)->space, "x");
	cr_expect_eq(tool_names_count(t), 4);
	cr_expect_eq(tool_names_at(t, 3), d);
	tool_names_free(t);
}

static bool
is_strict(const char *text)
{
	struct json_object *schema = json_tokener_parse(text);
	bool is;

	cr_assert_not_null(schema, "%s", text);
	is = tool_schema_is_strict(schema);
	json_object_put(schema);
	return is;
}

Test(tool_schema, strict_is_what_openai_means_by_it)
{
	cr_expect(is_strict("{\"type\":\"object\",\"properties\":{\"a\":"
	    "{\"type\":\"string\"}},\"required\":[\"a\"],"
	    "\"additionalProperties\":false}"));
	cr_expect_not(is_strict("{\"type\":\"object\",\"properties\":{\"a\":"
	    "{}},\"required\":[],\"additionalProperties\":false}"));
	cr_expect_not(is_strict("{\"type\":\"object\",\"properties\":{}}"));
	cr_expect_not(is_strict("{\"type\":\"object\",\"properties\":{\"a\":"
	    "{\"type\":\"object\",\"properties\":{}}},\"required\":[\"a\"],"
	    "\"additionalProperties\":false}"));
	cr_expect_not(is_strict("{\"type\":\"object\",\"properties\":{\"a\":"
	    "{\"not\":{}}},\"required\":[\"a\"],"
	    "\"additionalProperties\":false}"));
	/* A property may be called like a word. */
	cr_expect(is_strict("{\"type\":\"object\",\"properties\":{\"not\":"
	    "{\"type\":\"string\"}},\"required\":[\"not\"],"
	    "\"additionalProperties\":false}"));
}

/* Each is sought among the required ones: a hostile list would take minutes. */
Test(tool_schema, strict_has_a_limit_of_properties)
{
	for (int n = 1000; n <= 1001; n++) {
		struct dialect_output o = { .max = 1 << 20 };

		dialect_output_text(&o, "{\"type\":\"object\","
		    "\"additionalProperties\":false,\"properties\":{");
		for (int i = 0; i < n; i++)
			dialect_output_form(&o, "%s\"p%d\":{}",
			    i > 0 ? "," : "", i);
		dialect_output_text(&o, "},\"required\":[");
		for (int i = 0; i < n; i++)
			dialect_output_form(&o, "%s\"p%d\"",
			    i > 0 ? "," : "", i);
		dialect_output_text(&o, "]}");
		cr_expect_eq(is_strict(o.text), n == 1000, "%d", n);
		dialect_output_free(&o);
	}
}

Test(losses, name_a_path_once_and_fit_a_header)
{
	struct losses *l = losses_new();
	char text[64];

	cr_assert_not_null(l);
	losses_add(l, LOSS_PRIVATE, "metadata");
	cr_expect_null(losses_first_real(l));
	losses_add(l, LOSS_DROPPED, "a\r\nb, c");
	losses_add(l, LOSS_DROPPED, "a\r\nb, c");
	cr_expect_eq(l->n, 2);
	losses_format(l, text, sizeof text);
	cr_expect_str_eq(text, "metadata, a??b??c");
	losses_format(l, text, 16);
	cr_expect_str_eq(text, "metadata, ...");
	for (int i = 0; i < 2 * LOSSES_MAX; i++)
		losses_add(l, LOSS_DROPPED, "field%d", i);
	cr_expect_eq(l->n, LOSSES_MAX);
	cr_expect_eq(l->n_more, LOSSES_MAX + 2);
	free(l);
}
