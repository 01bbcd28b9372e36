/* SPDX-License-Identifier: ISC */
#include "proxy/run_record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/iso_time.h"
#include "proxy/json_escape.h"
#include "proxy/json_members.h"

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

/* A count of milliseconds, or null. */
static void
put_ms(char out[24], int64_t ms)
{
	if (ms < 0)
		snprintf(out, 24, "null");
	else
		snprintf(out, 24, "%lld", (long long)ms);
}

/* USD with all digits that matter, or null. */
static void
put_cost(char out[32], const struct usage_cost *cost)
{
	if (!cost->is_priced)
		snprintf(out, 32, "null");
	else
		snprintf(out, 32, "%.10g", cost->usd);
}

/* "a, b" as ["a","b"]: visible ASCII, see losses.h. */
static void
put_losses(char *out, size_t size, const char *losses)
{
	size_t n = 0;

	for (const char *at = losses; *at != '\0';) {
		char path[256], text[512];
		size_t len = strcspn(at, ",");

		snprintf(path, sizeof path, "%.*s", (int)len, at);
		quote(text, sizeof text, path);
		if (n + strlen(text) + 3 > size)
			break;
		n += (size_t)snprintf(out + n, size - n, "%c%s",
		    n == 0 ? '[' : ',', text);
		at += len + strspn(at + len, ", ");
	}
	snprintf(out + n, size - n, "%s", n == 0 ? "[]" : "]");
}

/* Who called what, when. */
static size_t
format_call(const struct run_record *r, char *out, size_t size)
{
	char started[ISO_TIME_TEXT], ended[ISO_TIME_TEXT];
	char run[3 * RUN_ID_MAX], model[3 * MODEL_MAX], target[3 * MODEL_MAX];
	/* A clock that was set back makes no negative duration. */
	int64_t ms = r->ended_ms > r->started_ms ?
	    r->ended_ms - r->started_ms : 0;

	iso_time_format(r->started_ms, started);
	iso_time_format(r->ended_ms, ended);
	quote(run, sizeof run, r->run_id);
	quote(model, sizeof model, r->model);
	quote(target, sizeof target, r->target_model);
	return (size_t)snprintf(out, size,
	    "{\"runId\":%s,\"requestId\":\"%s\",\"agent\":\"%s\","
	    "\"startedAt\":\"%s\",\"endedAt\":\"%s\",\"durationMs\":%lld,"
	    "\"status\":\"%s\",\"inboundProtocol\":\"%s\","
	    "\"outboundProvider\":\"%s\",\"outboundModel\":%s,"
	    "\"targetModel\":%s,", run, r->request_id, r->agent, started,
	    ended, (long long)ms, r->error == NULL ? "ok" : "error",
	    r->dialect == DIALECT_ANTHROPIC ? "anthropic" : "openai",
	    r->provider, model, target);
}

/* What it took. */
static size_t
format_usage(const struct run_record *r, char *out, size_t size)
{
	char model[3 * USAGE_MODEL_MAX], cost[32], granted[24], first[24];

	quote(model, sizeof model,
	    r->usage.model[0] != '\0' ? r->usage.model : NULL);
	put_cost(cost, &r->cost);
	put_ms(granted, r->grant_ms);
	put_ms(first, r->first_byte_ms);
	return (size_t)snprintf(out, size,
	    "\"answeredModel\":%s,\"inputTokens\":%llu,"
	    "\"outputTokens\":%llu,\"cacheReadTokens\":%llu,"
	    "\"cacheWriteTokens\":%llu,\"reasoningTokens\":%llu,"
	    "\"cost\":%s,\"grantMs\":%s,\"firstByteMs\":%s,"
	    "\"streamed\":%s,\"httpStatus\":%d,", model,
	    (unsigned long long)r->usage.input,
	    (unsigned long long)r->usage.output,
	    (unsigned long long)r->usage.cache_read,
	    (unsigned long long)r->usage.cache_write,
	    (unsigned long long)r->usage.reasoning, cost, granted, first,
	    r->is_streamed ? "true" : "false", r->http_status);
}

/* How it was decided, and what went wrong. */
static size_t
format_story(const struct run_record *r, char *out, size_t size)
{
	char error[1024], note[1024], policy[256], losses[1536];

	quote(error, sizeof error, r->error);
	quote(note, sizeof note, r->failover_note);
	quote(policy, sizeof policy, r->policy_id);
	put_losses(losses, sizeof losses, r->losses);
	return (size_t)snprintf(out, size,
	    "\"errorMessage\":%s,\"failovers\":%u,\"failoverNote\":%s,"
	    "\"policyId\":%s,\"policySource\":\"%s\",\"lostFields\":%s}\n",
	    error, r->n_failovers, note, policy, r->policy_source, losses);
}

static size_t
format_spent(const struct run_spent *s, char *out, size_t size)
{
	char model[3 * MODEL_MAX], cost[32];

	if (s->provider[0] == '\0')
		return (size_t)snprintf(out, size, "\"failedAttempt\":null,");
	quote(model, sizeof model, s->model);
	put_cost(cost, &s->cost);
	return (size_t)snprintf(out, size, "\"failedAttempt\":{"
	    "\"provider\":\"%s\",\"model\":%s,\"inputTokens\":%llu,"
	    "\"outputTokens\":%llu,\"cacheReadTokens\":%llu,"
	    "\"cacheWriteTokens\":%llu,\"reasoningTokens\":%llu,"
	    "\"cost\":%s},", s->provider, model,
	    (unsigned long long)s->usage.input,
	    (unsigned long long)s->usage.output,
	    (unsigned long long)s->usage.cache_read,
	    (unsigned long long)s->usage.cache_write,
	    (unsigned long long)s->usage.reasoning, cost);
}

size_t
run_record_format(const struct run_record *r, char line[RUN_RECORD_MAX])
{
	size_t n = format_call(r, line, RUN_RECORD_MAX);

	if (n < RUN_RECORD_MAX)
		n += format_usage(r, line + n, RUN_RECORD_MAX - n);
	if (n < RUN_RECORD_MAX)
		n += format_spent(r->spent, line + n, RUN_RECORD_MAX - n);
	if (n < RUN_RECORD_MAX)
		n += format_story(r, line + n, RUN_RECORD_MAX - n);
	return n < RUN_RECORD_MAX ? n : 0;
}

/* --- reading --- */

/* A string that fits; an absent or null one is "". */
static bool
take_text(const char *line, const struct json_member *m, char *out,
    size_t size)
{
	char text[JSON_TEXT_ROOM] = "";

	out[0] = '\0';
	if (!m->is_found || json_value_is(line, m, "null"))
		return true;
	if (!json_string_value(line, m, text) || strlen(text) >= size)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool
take_cost(const char *line, const struct json_member *m,
    struct usage_cost *cost)
{
	char text[64];

	*cost = (struct usage_cost) { .is_priced = false };
	if (!m->is_found || json_value_is(line, m, "null"))
		return true;
	snprintf(text, sizeof text, "%.*s", (int)(m->end - m->at),
	    line + m->at);
	*cost = (struct usage_cost) { true, strtod(text, NULL) };
	/* What somebody edited by hand counts only as far as it can be. */
	return isfinite(cost->usd) && cost->usd >= 0;
}

bool
run_summary_read(struct run_summary *s, const char *line, size_t len)
{
	enum { AGENT, ENDED, PROVIDER, MODEL, TARGET, POLICY, COST, MEMBERS };
	struct json_member m[MEMBERS] = {
		[AGENT] = { .name = "agent" },
		[ENDED] = { .name = "endedAt" },
		[PROVIDER] = { .name = "outboundProvider" },
		[MODEL] = { .name = "outboundModel" },
		[TARGET] = { .name = "targetModel" },
		[POLICY] = { .name = "policyId" },
		[COST] = { .name = "cost" },
	};
	struct json_object_text object;
	char ended[64];
	struct err ignored;

	if (!json_members_find(line, len, &object, m, MEMBERS, &ignored))
		return false;
	if (!m[TARGET].is_found)	/* a record of an older version */
		m[TARGET] = m[MODEL];
	return take_text(line, &m[AGENT], s->agent, sizeof s->agent) &&
	    take_text(line, &m[POLICY], s->policy_id, sizeof s->policy_id) &&
	    take_text(line, &m[PROVIDER], s->target.provider,
	    sizeof s->target.provider) &&
	    take_text(line, &m[TARGET], s->target.model,
	    sizeof s->target.model) &&
	    take_text(line, &m[ENDED], ended, sizeof ended) &&
	    take_cost(line, &m[COST], &s->cost) && s->agent[0] != '\0' &&
	    iso_time_parse(ended, &s->ended_s);
}
