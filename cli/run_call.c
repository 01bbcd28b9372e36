/* SPDX-License-Identifier: ISC */
#include "cli/run_call.h"

#include <json-c/json.h>
#include <string.h>

#include "cli/moment.h"
#include "common/json/json_text.h"

static int64_t
count(const struct json_object *record, const char *name)
{
	int64_t n = 0;

	json_text_int(record, name, &n);
	return n > 0 ? n : 0;
}

/* An attempt before the one that the record names. */
static void
read_failed(struct run_call *c, const struct json_object *failed)
{
	if (failed == NULL)
		return;
	c->failed_provider = json_text_string(failed, "provider");
	c->failed_model = json_text_string(failed, "model");
	c->failed_input = count(failed, "inputTokens");
	c->failed_output = count(failed, "outputTokens");
	c->failed_has_cost = json_text_number(failed, "cost",
	    &c->failed_cost) && c->failed_cost >= 0;
	if (c->failed_model == NULL)
		c->failed_provider = NULL;
}

bool
run_call_read(struct run_call *c, const struct json_object *record)
{
	const char *status = json_text_string(record, "status");

	*c = (struct run_call) {
		.run_id = json_text_string(record, "runId"),
		.request_id = json_text_string(record, "requestId"),
		.agent = json_text_string(record, "agent"),
		.provider = json_text_string(record, "outboundProvider"),
		.model = json_text_string(record, "outboundModel"),
		.error = json_text_string(record, "errorMessage"),
		.failover_note = json_text_string(record, "failoverNote"),
		.policy_id = json_text_string(record, "policyId"),
		.policy_source = json_text_string(record, "policySource"),
		.started = json_text_string(record, "startedAt"),
		.ended = json_text_string(record, "endedAt"),
		.http_status = count(record, "httpStatus"),
		.failovers = count(record, "failovers"),
		.input = count(record, "inputTokens"),
		.output = count(record, "outputTokens"),
		.cache_read = count(record, "cacheReadTokens"),
		.cache_write = count(record, "cacheWriteTokens"),
		.reasoning = count(record, "reasoningTokens"),
		.is_failed = status == NULL || strcmp(status, "ok") != 0,
	};
	c->has_cost = json_text_number(record, "cost", &c->cost) &&
	    c->cost >= 0;
	read_failed(c, json_text_object(record, "failedAttempt"));
	json_text_bool(record, "streamed", &c->is_streamed);
	return c->run_id != NULL && c->agent != NULL && c->started != NULL &&
	    c->ended != NULL && moment_parse_ms(c->started, &c->started_ms) &&
	    moment_parse_ms(c->ended, &c->ended_ms);
}

bool
run_call_parse(struct run_call *c, const char *line, size_t len,
    struct json_object **record)
{
	struct json_text json = { .text = line, .len = len,
	    .code = ERR_FILE_DAMAGED };
	struct err ignored;

	*record = NULL;
	return json_text_parse(&json, record, &ignored) &&
	    run_call_read(c, *record);
}
