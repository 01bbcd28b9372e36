/* SPDX-License-Identifier: ISC */
#include "proxy/run_record.h"

#include <stdio.h>
#include <string.h>

#include "proxy/iso_time.h"
#include "proxy/json_escape.h"
#include "proxy/routes.h"

bool
run_id_is_valid(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return false;
	return len > 0 && len < RUN_ID_MAX;
}

/* A string, or null when there is none. */
static void
quote(char *out, size_t size, const char *text)
{
	size_t n;

	if (text == NULL) {
		snprintf(out, size, "null");
		return;
	}
	out[0] = '"';
	n = json_escape(out + 1, size - 2, text);
	memcpy(out + 1 + n, "\"", 2);
}

size_t
run_record_format(const struct run_record *r, char line[RUN_RECORD_MAX])
{
	char started[ISO_TIME_TEXT], ended[ISO_TIME_TEXT];
	char run[3 * RUN_ID_MAX], model[3 * MODEL_MAX], error[1024];
	char policy[256];
	/* A clock that was set back makes no negative duration. */
	int64_t ms = r->ended_ms > r->started_ms ?
	    r->ended_ms - r->started_ms : 0;
	int n;

	iso_time_format(r->started_ms, started);
	iso_time_format(r->ended_ms, ended);
	quote(run, sizeof run, r->run_id);
	quote(model, sizeof model, r->model);
	quote(error, sizeof error, r->error);
	quote(policy, sizeof policy, r->policy_id);
	n = snprintf(line, RUN_RECORD_MAX,
	    "{\"runId\":%s,\"requestId\":\"%s\",\"agent\":\"%s\","
	    "\"startedAt\":\"%s\",\"endedAt\":\"%s\",\"durationMs\":%lld,"
	    "\"status\":\"%s\",\"inboundProtocol\":\"%s\","
	    "\"outboundProvider\":\"%s\",\"outboundModel\":%s,"
	    "\"inputTokens\":%llu,\"outputTokens\":%llu,"
	    "\"cacheReadTokens\":%llu,\"cacheWriteTokens\":%llu,"
	    "\"reasoningTokens\":%llu,\"cost\":null,\"streamed\":%s,"
	    "\"httpStatus\":%d,\"errorMessage\":%s,\"failovers\":0,"
	    "\"failoverNote\":null,\"policyId\":%s,\"policySource\":\"%s\"}\n",
	    run, r->request_id, r->agent, started, ended,
	    (long long)ms,
	    r->error == NULL ? "ok" : "error",
	    r->dialect == DIALECT_ANTHROPIC ? "anthropic" : "openai",
	    r->provider, model, (unsigned long long)r->usage.input,
	    (unsigned long long)r->usage.output,
	    (unsigned long long)r->usage.cache_read,
	    (unsigned long long)r->usage.cache_write,
	    (unsigned long long)r->usage.reasoning,
	    r->is_streamed ? "true" : "false", r->http_status, error, policy,
	    r->policy_source);
	return n < RUN_RECORD_MAX ? (size_t)n : 0;
}
