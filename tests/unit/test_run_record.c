/* SPDX-License-Identifier: ISC */
/* What is written down of a model call. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "proxy/run_record.h"

static const struct run_spent none, some = { .provider = "first",
    .model = "big", .usage = { .input = 11 }, .cost = { true, 0.5 } };
static const struct run_record run = {
	.run_id = "task \"1\"",
	.request_id = "req_1",
	.agent = "claude-code",
	.provider = "mock",
	.model = "m\\1",
	.policy_source = "local",
	.started_ms = 1700000000000,
	.ended_ms = 1700000000250,
	.dialect = DIALECT_RESPONSES,
	.http_status = 200,
	.is_streamed = true,
	.usage = { 1, 2, 3, 4, 5, "m-2026-11-22" },
	.target_model = "*",
	.losses = "top_k, messages[].name",
	.failover_note = "first/m: HTTP 503",
	.n_failovers = 1,
	.grant_ms = 7,
	.first_byte_ms = -1,
	.cost = { true, 0.0000125 },
	.spent = &none,
};

static struct json_object *
record(const struct run_record *r)
{
	char line[RUN_RECORD_MAX];
	size_t len = run_record_format(r, line);

	cr_assert_eq(len, strlen(line));
	cr_assert_eq(line[len - 1], '\n');
	cr_assert_eq(strcspn(line, "\n"), len - 1);
	return json_tokener_parse(line);
}

static const char *
text(struct json_object *o, const char *name)
{
	struct json_object *value;

	cr_assert(json_object_object_get_ex(o, name, &value), "%s", name);
	return value == NULL ? "null" : json_object_get_string(value);
}

Test(run_record, has_every_member_that_readers_rely_on)
{
	static const char *const members[][2] = {
		{ "runId", "task \"1\"" }, { "requestId", "req_1" },
		{ "agent", "claude-code" }, { "durationMs", "250" },
		{ "startedAt", "2023-11-14T22:13:20.000Z" },
		{ "endedAt", "2023-11-14T22:13:20.250Z" },
		{ "status", "ok" }, { "inboundProtocol", "openai" },
		{ "outboundProvider", "mock" }, { "outboundModel", "m\\1" },
		{ "inputTokens", "1" }, { "outputTokens", "2" },
		{ "cacheReadTokens", "3" }, { "cacheWriteTokens", "4" },
		{ "reasoningTokens", "5" }, { "cost", "1.25e-05" },
		{ "streamed", "true" }, { "httpStatus", "200" },
		{ "errorMessage", "null" }, { "failovers", "1" },
		{ "failoverNote", "first/m: HTTP 503" },
		{ "policyId", "null" }, { "targetModel", "*" },
		{ "answeredModel", "m-2026-11-22" }, { "grantMs", "7" },
		{ "firstByteMs", "null" },
		{ "lostFields", "[ \"top_k\", \"messages[].name\" ]" },
		{ "policySource", "local" }, { "failedAttempt", "null" },
	};
	struct json_object *o = record(&run);

	cr_assert_not_null(o);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		cr_expect_str_eq(text(o, members[i][0]), members[i][1]);
	json_object_put(o);
}

Test(run_record, names_what_was_tried_before_a_substitute_answered)
{
	struct run_record r = run;
	struct json_object *o;

	r.n_failovers = 1;
	r.failover_note = "a/\"b\": it answered 503";
	o = record(&r);
	cr_expect_str_eq(text(o, "failovers"), "1");
	cr_expect_str_eq(text(o, "failoverNote"), r.failover_note);
	json_object_put(o);
}

Test(run_record, is_an_error_when_there_is_one)
{
	struct run_record r = run;
	struct json_object *o;

	r.error = "the provider answered 500";
	r.ended_ms = r.started_ms - 5;	/* the clock was set back */
	o = record(&r);
	cr_expect_str_eq(text(o, "status"), "error");
	cr_expect_str_eq(text(o, "errorMessage"), r.error);
	cr_expect_str_eq(text(o, "durationMs"), "0");
	json_object_put(o);
}

Test(run_record, fits_whatever_others_wrote)
{
	char long_text[2000];
	struct run_record r = run;
	struct json_object *o;

	memset(long_text, '\1', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	r.model = r.error = r.policy_id = long_text;
	r.target_model = r.failover_note = r.losses = long_text;
	memset(r.usage.model, '\2', sizeof r.usage.model - 1);
	o = record(&r);
	cr_expect_not_null(o);
	json_object_put(o);
}

Test(run_record, takes_run_ids_of_64_visible_characters)
{
	char id[RUN_ID_MAX + 1] = "";

	memset(id, 'a', 64);
	cr_expect(run_id_is_valid(id));
	id[64] = 'a';
	cr_expect_not(run_id_is_valid(id));
	cr_expect_not(run_id_is_valid(""));
	cr_expect_not(run_id_is_valid("a b"));
	cr_expect_not(run_id_is_valid("a\xc3\xa9"));
}

Test(run_record, is_read_back_for_the_counts_of_its_day)
{
	struct run_record r = run;
	struct run_summary s;
	char line[RUN_RECORD_MAX];
	size_t len;

	r.policy_id = "p1";
	len = run_record_format(&r, line);
	cr_assert(run_summary_read(&s, line, len - 1));
	cr_expect_str_eq(s.agent, "claude-code");
	cr_expect_str_eq(s.policy_id, "p1");
	cr_expect_str_eq(s.target.provider, "mock");
	cr_expect_str_eq(s.target.model, "*");
	cr_expect_eq(s.ended_s, 1700000000);
	cr_expect(s.cost.is_priced);
	cr_expect_float_eq(s.cost.usd, 0.0000125, 1e-12);
	r.cost.is_priced = false;
	len = run_record_format(&r, line);
	cr_assert(run_summary_read(&s, line, len - 1));
	cr_expect_not(s.cost.is_priced);
}

Test(run_record, is_none_when_it_was_cut_or_made_up)
{
	static const char *const bad[] = { "", "{", "[]", "null", "{}",
		"{\"agent\":\"a\"}", "{\"agent\":\"a\",\"endedAt\":\"x\"}",
		"{\"agent\":1,\"endedAt\":\"2026-11-22T10:00:00Z\"}",
		"{\"agent\":\"a\",\"endedAt\":\"2026-11-22T10:00:00Z\","
		    "\"cost\":-1}",
		"{\"agent\":\"a\",\"endedAt\":\"2026-11-22T10:00:00Z\","
		    "\"cost\":1e999}",
	};
	char line[RUN_RECORD_MAX];
	size_t len = run_record_format(&run, line);
	struct run_summary s;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(run_summary_read(&s, bad[i], strlen(bad[i])),
		    "%s", bad[i]);
	for (size_t cut = 0; cut < len - 1; cut++)
		cr_expect_not(run_summary_read(&s, line, cut));
}

Test(run_record, tells_what_a_failed_attempt_took)
{
	struct run_record r = run;
	struct json_object *o, *failed;

	r.spent = &some;
	o = record(&r);
	failed = json_object_object_get(o, "failedAttempt");
	cr_expect_str_eq(text(failed, "provider"), "first");
	cr_expect_str_eq(text(failed, "model"), "big");
	cr_expect_str_eq(text(failed, "inputTokens"), "11");
	cr_expect_str_eq(text(failed, "cost"), "0.5");
	json_object_put(o);
}
