/* SPDX-License-Identifier: ISC */
/* A run record of ours, as the control plane's API wants it. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "syncer/run_wire.h"

#define WHOLE "\"runId\":\"r\",\"agent\":\"bot\"," \
	"\"startedAt\":\"2026-01-01T00:00:00.000Z\"," \
	"\"endedAt\":\"2026-01-01T00:00:01.000Z\",\"durationMs\":1000," \
	"\"status\":\"ok\",\"inboundProtocol\":\"openai\"," \
	"\"outboundProvider\":\"p\",\"outboundModel\":\"m\"," \
	"\"inputTokens\":1,\"outputTokens\":2,\"cost\":null," \
	"\"streamed\":false,\"httpStatus\":200"

static struct json_object *
wire(const char *more, enum run_texts texts, struct err *err)
{
	char line[4096];

	snprintf(line, sizeof line, "{" WHOLE "%s}", more);
	return run_wire_read(line, strlen(line), texts, err);
}

static const char *
text_of(struct json_object *o, const char *name)
{
	return json_object_get_string(json_object_object_get(o, name));
}

Test(run_wire, renames_the_agent_and_leaves_out_what_is_not_known)
{
	struct err err;
	struct json_object *o = wire(",\"requestId\":\"x\","
	    "\"cacheReadTokens\":7,\"newField\":{}", RUN_WITHOUT_TEXTS,
	    &err);

	cr_assert(o != NULL, "%s", err.about);
	cr_expect_str_eq(text_of(o, "agentId"), "bot");
	cr_expect_not(json_object_object_get_ex(o, "agent", NULL));
	cr_expect_not(json_object_object_get_ex(o, "requestId", NULL));
	cr_expect_not(json_object_object_get_ex(o, "cacheReadTokens", NULL));
	cr_expect_not(json_object_object_get_ex(o, "newField", NULL));
	cr_expect_not(json_object_object_get_ex(o, "failovers", NULL),
	    "a count that we do not know is not null");
	json_object_put(o);
}

Test(run_wire, tells_two_calls_of_a_run_apart_that_start_at_once)
{
	static const char *const requests[] = { ",\"requestId\":\"req_1\"",
	    ",\"requestId\":\"req_2\"", ",\"requestId\":\"req_1\"" };
	struct json_object *o[3];
	struct err err;

	for (int i = 0; i < 3; i++) {
		o[i] = wire(requests[i], RUN_WITHOUT_TEXTS, &err);
		cr_expect_eq(strncmp(text_of(o[i], "startedAt"),
		    "2026-01-01T00:00:00.000", 23), 0);
	}
	cr_expect_str_neq(text_of(o[0], "startedAt"),
	    text_of(o[1], "startedAt"));
	cr_expect_str_eq(text_of(o[0], "startedAt"),
	    text_of(o[2], "startedAt"), "sent twice, it is the same record");
	for (int i = 0; i < 3; i++)
		json_object_put(o[i]);
}

Test(run_wire, cuts_what_is_too_long_at_a_character)
{
	char more[2048] = ",\"outboundModel\":\"";
	struct json_object *o;
	struct err err;

	for (int i = 0; i < 200; i++)
		strcat(more, "\u00e9");	/* two bytes each */
	strcat(more, "\",\"agent\":\"0123456789012345678901234567890123456789"
	    "too-long\"");
	o = wire(more, RUN_WITHOUT_TEXTS, &err);
	cr_assert(o != NULL, "%s", err.about);
	cr_expect_eq(strlen(text_of(o, "outboundModel")), 240);
	cr_expect_eq(strlen(text_of(o, "agentId")), 40);
	json_object_put(o);
}

Test(run_wire, keeps_free_text_here_unless_allowed)
{
	const char *more = ",\"errorMessage\":\"secret plan\","
	    "\"failoverNote\":\"from a to b\"";
	struct err err;
	struct json_object *o = wire(more, RUN_WITHOUT_TEXTS, &err);

	cr_expect(json_object_object_get(o, "errorMessage") == NULL);
	cr_expect(json_object_object_get(o, "failoverNote") == NULL);
	json_object_put(o);
	o = wire(more, RUN_WITH_TEXTS, &err);
	cr_expect_str_eq(text_of(o, "errorMessage"), "secret plan");
	cr_expect_str_eq(text_of(o, "failoverNote"), "from a to b");
	json_object_put(o);
}

Test(run_wire, names_the_field_that_is_missing_or_wrong)
{
	static const struct { const char *more, *about; } cases[] = {
		{ ",\"runId\":\"\"", "runId" },
		{ ",\"runId\":null", "runId" },
		{ ",\"agent\":7", "agentId" },
		{ ",\"durationMs\":-1", "durationMs" },
		{ ",\"durationMs\":\"1\"", "durationMs" },
		{ ",\"status\":\"running\"", "status" },
		{ ",\"inboundProtocol\":\"gopher\"", "inboundProtocol" },
		{ ",\"outboundModel\":null", "outboundModel" },
		{ ",\"streamed\":1", "streamed" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err;

		cr_expect(wire(cases[i].more, RUN_WITHOUT_TEXTS, &err) ==
		    NULL, "%s", cases[i].more);
		cr_expect_str_eq(err.about, cases[i].about, "%s",
		    cases[i].more);
	}
}

Test(run_wire, makes_null_of_what_may_be_null_and_is_wrong)
{
	struct err err;
	struct json_object *o = wire(",\"cost\":-1,\"policyId\":7,"
	    "\"policySource\":\"moon\"", RUN_WITHOUT_TEXTS, &err);

	cr_assert(o != NULL, "%s", err.about);
	cr_expect(json_object_object_get(o, "cost") == NULL);
	cr_expect(json_object_object_get(o, "policyId") == NULL);
	cr_expect(json_object_object_get(o, "policySource") == NULL);
	json_object_put(o);
	o = wire(",\"cost\":0.25,\"policyId\":\"pol\","
	    "\"policySource\":\"cloud\",\"failovers\":1", RUN_WITHOUT_TEXTS,
	    &err);
	cr_expect_float_eq(json_object_get_double(json_object_object_get(o,
	    "cost")), 0.25, 1e-9);
	cr_expect_str_eq(text_of(o, "policyId"), "pol");
	cr_expect_str_eq(text_of(o, "policySource"), "cloud");
	cr_expect_str_eq(text_of(o, "failovers"), "1");
	json_object_put(o);
}

Test(run_wire, is_not_crashed_by_a_line_that_is_no_record)
{
	static const char *const lines[] = { "", "{", "[]", "null", "7",
		"{\"runId\":", "\xff\xfe", "{\"a\":[[[[[[[[[[[]]]]]]]]]]]}" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct err err;

		cr_expect(run_wire_read(lines[i], strlen(lines[i]),
		    RUN_WITHOUT_TEXTS, &err) == NULL, "%s", lines[i]);
	}
}
