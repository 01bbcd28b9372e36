/* SPDX-License-Identifier: ISC */
/* What "runs" makes of lines that come newest first. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/run_list.h"
#include "common/json/json_text.h"

/* A call of an agent, of one second, that ended at second 's' of an hour. */
static void
take(struct run_list *l, const char *run, const char *agent, unsigned s,
    const char *rest)
{
	char line[600];
	int len = snprintf(line, sizeof line, "{\"runId\":\"%s\",\"agent\":"
	    "\"%s\",\"startedAt\":\"2026-01-02T03:%02u:%02u.000Z\","
	    "\"endedAt\":\"2026-01-02T03:%02u:%02u.000Z\",\"status\":\"ok\","
	    "\"outboundProvider\":\"p\",\"outboundModel\":\"m\","
	    "\"inputTokens\":10,\"outputTokens\":2%s}", run, agent,
	    (s - 1) / 60, (s - 1) % 60, s / 60, s % 60, rest);

	run_list_take(line, (size_t)len, l);
}

static struct json_object *
row(struct json_object *rows, size_t i)
{
	return json_object_array_get_idx(rows, i);
}

static int64_t
number(const struct json_object *o, const char *name)
{
	int64_t n = -1;

	json_text_int(o, name, &n);
	return n;
}

Test(run_list, adds_up_the_calls_of_a_run)
{
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 20 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows, *one;
	double spend;

	take(l, "a", "bot", 30, ",\"cost\":0.5,\"failovers\":1");
	take(l, "b", "bot", 20, ",\"cost\":null");
	take(l, "a", "bot", 10, ",\"cost\":0.25,\"cacheReadTokens\":7");
	rows = run_list_rows(l);
	cr_assert_eq(json_object_array_length(rows), 2);
	one = row(rows, 0);
	cr_expect_str_eq(json_text_string(one, "runId"), "a");
	cr_expect_eq(number(one, "modelCalls"), 2);
	cr_expect_eq(number(one, "durationMs"), 21000);
	cr_expect_eq(number(one, "failovers"), 1);
	cr_expect_eq(number(json_text_object(one, "tokens"), "input"), 20);
	cr_expect_eq(number(json_text_object(one, "tokens"), "cacheRead"), 7);
	cr_expect(json_text_number(one, "spend", &spend));
	cr_expect_eq(spend, 0.75);
	cr_expect_str_eq(json_text_string(row(rows, 1), "runId"), "b");
	cr_expect(json_text_is_absent(row(rows, 1), "spend"));
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, sums_what_is_known_and_counts_what_is_not)
{
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 20 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;
	double spend;

	take(l, "a", "bot", 30, ",\"cost\":null");
	take(l, "a", "bot", 10, ",\"cost\":0.25");
	rows = run_list_rows(l);
	cr_expect(json_text_number(row(rows, 0), "spend", &spend));
	cr_expect_eq(spend, 0.25);
	cr_expect_eq(number(row(rows, 0), "unpricedCalls"), 1);
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, finds_the_oldest_call_of_a_run_beyond_the_limit)
{
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 2 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;

	take(l, "a", "bot", 50, "");
	take(l, "b", "bot", 40, "");
	take(l, "c", "bot", 30, "");
	take(l, "a", "bot", 20, "");
	rows = run_list_rows(l);
	cr_assert_eq(json_object_array_length(rows), 2);
	cr_expect_eq(number(row(rows, 0), "modelCalls"), 2);
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, counts_all_of_a_run_that_ended_in_time)
{
	/* 2026-01-02T03:00:25Z */
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 9,
		.since_ms = UINT64_C(1767322825000) };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;

	take(l, "a", "bot", 30, "");
	take(l, "a", "bot", 20, "");
	take(l, "b", "bot", 10, "");
	rows = run_list_rows(l);
	cr_assert_eq(json_object_array_length(rows), 1);
	cr_expect_eq(number(row(rows, 0), "modelCalls"), 2);
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, sorts_by_the_end_whatever_the_order_of_lines)
{
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 9 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;

	take(l, "a", "bot", 10, "");
	take(l, "b", "bot", 30, "");
	rows = run_list_rows(l);
	cr_expect_str_eq(json_text_string(row(rows, 0), "runId"), "b");
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, keeps_to_one_agent)
{
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 9,
		.agent = "bot" };
	struct run_list *l = run_list_new(&wish);
	const char spaced[] = "{\"runId\": \"s\", \"agent\": \"bot\", "
	    "\"startedAt\": \"2026-01-02T03:00:00Z\", "
	    "\"endedAt\": \"2026-01-02T03:00:01Z\"}";
	const char foreign[] = "{\"runId\": \"f\", \"agent\": \"bott\", "
	    "\"startedAt\": \"2026-01-02T03:00:00Z\", "
	    "\"endedAt\": \"2026-01-02T03:00:01Z\"}";
	struct json_object *rows;

	take(l, "a", "bott", 10, "");
	run_list_take(foreign, sizeof foreign - 1, l);
	cr_expect_not(run_list_knows_agent(l));
	take(l, "b", "bot", 9, "");
	run_list_take(spaced, sizeof spaced - 1, l);
	cr_expect(run_list_knows_agent(l));
	rows = run_list_rows(l);
	cr_expect_eq(json_object_array_length(rows), 2);
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, counts_bad_lines_and_goes_on)
{
	static const char *const bad[] = { "{", "[]", "{}", "null", "\x01",
		"{\"runId\":\"a\",\"agent\":\"b\",\"startedAt\":\"x\","
		"\"endedAt\":\"y\"}" };
	struct run_wish wish = { .kind = RUN_LIST_RUNS, .limit = 9 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect(run_list_take(bad[i], strlen(bad[i]), l));
	take(l, "a", "bot", 10, "");
	cr_expect_eq(run_list_bad(l), sizeof bad / sizeof bad[0]);
	rows = run_list_rows(l);
	cr_expect_eq(json_object_array_length(rows), 1);
	json_object_put(rows);
	run_list_free(l);
}

Test(run_list, shows_single_calls_up_to_the_limit)
{
	struct run_wish wish = { .kind = RUN_LIST_CALLS, .limit = 2 };
	struct run_list *l = run_list_new(&wish);
	struct json_object *rows;

	take(l, "a", "bot", 30, ",\"httpStatus\":200,\"requestId\":\"r\"");
	take(l, "a", "bot", 20, ",\"httpStatus\":503");
	take(l, "a", "bot", 10, "");
	rows = run_list_rows(l);
	cr_assert_eq(json_object_array_length(rows), 2);
	cr_expect_str_eq(json_text_string(row(rows, 0), "requestId"), "r");
	cr_expect_eq(number(row(rows, 1), "httpStatus"), 503);
	json_object_put(rows);
	run_list_free(l);
}
