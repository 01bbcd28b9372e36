/* SPDX-License-Identifier: ISC */
/* How many tokens a passing answer says it cost. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "proxy/usage_scan.h"

/* Fed in pieces of 'piece' bytes. */
static struct usage_scan
scan(const char *text, size_t piece, struct usage *usage)
{
	struct usage_scan s;
	size_t len = strlen(text);

	usage_scan_begin(&s, usage);
	for (size_t at = 0; at < len; at += piece)
		usage_scan_feed(&s, (const uint8_t *)text + at,
		    len - at < piece ? len - at : piece);
	return s;
}

static const struct {
	const char *text;
	struct usage usage;
} cases[] = {
	{ "{\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":1,"
	  "\"cache_read_input_tokens\":2,\"output_tokens\":30}}",
	  { 10, 30, 2, 1, 0, "" } },
	{ "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"\\\"usage\\\""
	  ":{\\\"prompt_tokens\\\":999}\"}}],\"usage\":{\"prompt_tokens\":12,"
	  "\"completion_tokens\":7,\"total_tokens\":19,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":4,"
	  "\"cache_write_tokens\":5},\"completion_tokens_details\":{"
	  "\"reasoning_tokens\":3}}}", { 12, 7, 4, 5, 3, "" } },
	{ "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{"
	  "\"input_tokens\":8,\"output_tokens\":1}}}", { 8, 1, 0, 0, 0, "" } },
	{ "{\"type\":\"response.completed\",\"response\":{\"output\":[{"
	  "\"usage\":{\"input_tokens\":99}}],\"usage\":{ \"input_tokens\" : 5 ,"
	  "\"input_tokens_details\":{\"cached_tokens\":1},\"output_tokens\":6,"
	  "\"output_tokens_details\":{\"reasoning_tokens\":2}}}}",
	  { 5, 6, 1, 0, 2, "" } },
	{ "{\"content\":[{\"type\":\"tool_use\",\"input\":{\"usage\":{"
	  "\"input_tokens\":77}}}]}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"a\":{\"usage\":{\"input_tokens\":77}}}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"usage\":null}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"usage\":{\"input_tokens\":\"77\"}}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"us\\u0061ge\":{\"input_tokens\":77}}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"usage\":[{\"input_tokens\":77}]}", { 0, 0, 0, 0, 0, "" } },
	{ "{\"usage\":{\"x\":{\"input_tokens\":77}}}", { 0, 0, 0, 0, 0, "" } },
	{ "not JSON \"usage\":{\"input_tokens\":77", { 0, 0, 0, 0, 0, "" } },
	{ "}}}]]]{\"usage\":{\"input_tokens\":7}}", { 7, 0, 0, 0, 0, "" } },
};

Test(usage_scan, finds_the_usage_of_all_three_dialects_and_nothing_like_it)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t piece = 1; piece < 60; piece += 3) {
			struct usage u = { .input = 0 };

			scan(cases[i].text, piece, &u);
			cr_expect_eq(memcmp(&u, &cases[i].usage, sizeof u), 0,
			    "case %zu in pieces of %zu", i, piece);
		}
}

Test(usage_scan, sees_why_a_chat_stream_finishes)
{
	static const struct {
		const char *text;
		bool has_finish;
	} rows[] = {
		{ "{\"choices\":[{\"index\":0,\"delta\":{},"
		  "\"finish_reason\":\"stop\"}]}", true },
		{ "{\"choices\":[{\"finish_reason\":null}]}", false },
		{ "{\"choices\":[{\"delta\":{\"finish_reason\":\"x\"}}]}",
		    false },
		{ "{\"choices\":[{\"delta\":{\"content\":"
		  "\"finish_reason\"}}]}", false },
		{ "{\"x\":[{\"finish_reason\":\"stop\"}]}", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t piece = 1; piece < 60; piece += 3) {
			struct usage u = { .input = 0 };

			cr_expect_eq(scan(rows[i].text, piece, &u).has_finish,
			    rows[i].has_finish, "%s", rows[i].text);
		}
}

Test(usage_scan, keeps_the_larger_count_of_a_stream)
{
	struct usage u = { .input = 0 };

	scan("{\"message\":{\"usage\":{\"input_tokens\":9,"
	    "\"output_tokens\":1}}}", 100, &u);
	scan("{\"usage\":{\"input_tokens\":0,\"output_tokens\":25}}", 100, &u);
	cr_expect_eq(u.input, 9);
	cr_expect_eq(u.output, 25);
}

Test(usage_scan, knows_the_usage_chunk_by_its_empty_choices)
{
	struct usage u = { .input = 0 };
	struct usage_scan s;

	s = scan("{\"choices\":[ ],\"usage\":{\"prompt_tokens\":1}}", 1, &u);
	cr_expect(s.has_empty_choices && s.has_usage);
	s = scan("{\"choices\":[{}],\"usage\":{\"prompt_tokens\":1}}", 1, &u);
	cr_expect_not(s.has_empty_choices);
	s = scan("{\"choices\":[],\"usage\":null}", 1, &u);
	cr_expect_not(s.has_usage);
	s = scan("{\"a\":{\"choices\":[]},\"usage\":{}}", 1, &u);
	cr_expect_not(s.has_empty_choices);
}

Test(usage_scan, is_not_upset_by_depth_or_huge_numbers)
{
	struct usage u = { .input = 0 };
	char text[3000];

	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	strcpy(text + 2000, "{\"usage\":{\"input_tokens\":"
	    "99999999999999999999999999,\"output_tokens\":4}}");
	scan(text, 7, &u);
	cr_expect_eq(u.output, 4);
	cr_expect_gt(u.input, 1000000);
}

Test(usage_scan, finds_the_model_that_answers)
{
	static const struct { const char *text, *model; } models[] = {
		{ "{\"model\":\"gpt-4o-2024-08-06\",\"usage\":null}",
		    "gpt-4o-2024-08-06" },
		{ "{\"message\":{\"id\":\"model\",\"model\":\"c\"}}", "c" },
		{ "{\"response\":{\"model\":\"r\"},\"model\":\"s\"}", "r" },
		{ "{\"choices\":[{\"model\":\"no\"}],\"x\":{\"model\":"
		  "\"no\"},\"usage\":{\"model\":\"no\"}}", "" },
		{ "{\"model\":\"with\\u0041\"}", "" },
		{ "{\"model\":\"with blank\"}", "" },
		{ "{\"model\":7,\"text\":\"no\"}", "" },
		{ "{\"model\":[\"no\"]}", "" },
	};
	char text[400];

	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++)
		for (size_t piece = 1; piece < 60; piece += 3) {
			struct usage u = { .input = 0 };

			scan(models[i].text, piece, &u);
			cr_expect_str_eq(u.model, models[i].model,
			    "case %zu in pieces of %zu", i, piece);
		}
	for (size_t len = USAGE_MODEL_MAX - 1; len <= USAGE_MODEL_MAX; len++) {
		struct usage u = { .input = 0 };

		snprintf(text, sizeof text, "{\"model\":\"%0*d\"}",
		    (int)len, 0);
		scan(text, 64, &u);
		cr_expect_eq(strlen(u.model),
		    len < USAGE_MODEL_MAX ? len : 0);
	}
}
