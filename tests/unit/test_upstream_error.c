/* SPDX-License-Identifier: ISC */
/* What an upstream's refusal becomes for a client of another dialect. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/rate_limit_line.h"
#include "proxy/dialect/upstream_error.h"

static const struct {
	int status;
	const char *body;
	int anthropic;
	const char *anthropic_says;
	int openai;
	const char *openai_says;
} refusals[] = {
	{ 400, "{\"error\":{\"message\":\"This model's maximum context length "
	    "is 200,000 tokens. However, your messages resulted in 212345 "
	    "tokens.\",\"type\":\"invalid_request_error\",\"param\":"
	    "\"messages\",\"code\":\"context_length_exceeded\"}}",
	    400, "prompt is too long: 212345 tokens > 200000 maximum",
	    400, "\"code\":\"context_length_exceeded\"" },
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":"
	    "\"invalid_request_error\",\"message\":\"prompt is too long: "
	    "212345 tokens > 200000 maximum\"}}",
	    400, "\"prompt is too long: 212345 tokens > 200000 maximum\"",
	    400, "\"code\":\"context_length_exceeded\"" },
	{ 400, "{\"error\":{\"message\":\"top_k: Extra inputs are not "
	    "permitted\",\"type\":\"invalid_request_error\"}}",
	    400, "\"top_k: Extra inputs are not permitted\"",
	    400, "\"top_k: Extra inputs are not permitted\"" },
	{ 401, "{\"error\":{\"message\":\"Incorrect API key provided: "
	    "sk-proj-abcdefgh12345678\",\"code\":\"invalid_api_key\"}}",
	    502, "provided: [key]", 502, "upstream_rejected_key" },
	{ 402, "{}", 402, "billing_error", 429, "insufficient_quota" },
	{ 429, "{\"error\":{\"message\":\"m\",\"type\":"
	    "\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
	    402, "billing_error", 429, "insufficient_quota" },
	{ 403, "{\"message\":\"no\"}", 403, "permission_error",
	    403, "permission_denied" },
	{ 404, "{\"detail\":\"no such model\"}", 404, "not_found_error",
	    404, "model_not_found" },
	{ 409, "x", 409, "conflict_error", 409, "conflict" },
	{ 413, "", 413, "request_too_large", 413, "request_too_large" },
	{ 422, "{\"detail\":\"bad\"}", 422, "invalid_request_error",
	    422, "\"bad\"" },
	{ 429, "{\"error\":\"slow down\"}", 429, "rate_limit_error",
	    429, "rate_limit_exceeded" },
	{ 500, "<html>oops</html>", 500, "<html>oops</html>",
	    500, "server_error" },
	{ 502, "bad gateway", 502, "api_error", 502, "server_error" },
	{ 503, "", 529, "overloaded_error", 503, "server_error" },
	{ 504, "", 504, "timeout_error", 504, "timeout" },
	{ 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
	    "\"message\":\"Overloaded\"}}", 529, "overloaded_error",
	    503, "Overloaded" },
};

static void
expect_body(const struct upstream_error *e, enum dialect to, int status,
    const char *says)
{
	struct dialect_output out = { .max = 65536 };

	upstream_error_write(e, to, "req_1", &out);
	cr_expect(upstream_error_status(e, to) == status, "%s: %d", says,
	    upstream_error_status(e, to));
	cr_expect(strstr(dialect_output_peek(&out), says) != NULL, "%s: %s",
	    says, dialect_output_peek(&out));
	dialect_output_free(&out);
}

Test(upstream_error, has_a_status_type_and_code_in_each_dialect)
{
	struct upstream_error e;

	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		upstream_error_read(&e, refusals[i].status, refusals[i].body,
		    strlen(refusals[i].body));
		expect_body(&e, DIALECT_ANTHROPIC, refusals[i].anthropic,
		    refusals[i].anthropic_says);
		expect_body(&e, DIALECT_CHAT, refusals[i].openai,
		    refusals[i].openai_says);
		expect_body(&e, DIALECT_RESPONSES, refusals[i].openai,
		    refusals[i].openai_says);
	}
}

Test(upstream_error, keeps_the_first_two_kilobytes_of_what_is_no_json)
{
	static char body[5000];
	struct upstream_error e;

	memset(body, 'x', sizeof body);
	body[UPSTREAM_ERROR_TEXT - 1] = '\303';
	body[UPSTREAM_ERROR_TEXT] = '\244';
	upstream_error_read(&e, 500, body, sizeof body);
	cr_expect(strlen(e.message) <= UPSTREAM_ERROR_TEXT &&
	    strlen(e.message) >= UPSTREAM_ERROR_TEXT - 4);
}

Test(upstream_error, hides_what_looks_like_a_key)
{
	static const char *const bodies[] = { "Bearer sk-ant-api03-AAAABBBBCC",
		"key=AIzaSyA1234567890", "gsk_0123456789abcdef!" };
	struct upstream_error e;

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		upstream_error_read(&e, 500, bodies[i], strlen(bodies[i]));
		cr_expect(strstr(e.message, "[key]") != NULL, "%s", e.message);
		cr_expect(strstr(e.message, "0123") == NULL &&
		    strstr(e.message, "AAAA") == NULL, "%s", e.message);
	}
	upstream_error_read(&e, 500, "task-key-0123456789", 19);
	cr_expect_str_eq(e.message, "task-key-0123456789");
}

Test(upstream_error, of_ours_has_our_code)
{
	struct upstream_error e;
	struct err err;

	err_set(&err, ERR_UPSTREAM_TIMEOUT, "openai");
	upstream_error_set(&e, &err);
	expect_body(&e, DIALECT_ANTHROPIC, 504, "timeout_error");
	err_set(&err, ERR_UPSTREAM_BROKEN, "openai");
	upstream_error_set(&e, &err);
	expect_body(&e, DIALECT_CHAT, 502, "\"code\":\"upstream_broken\"");
}

/* --- limits --- */

#define NOW_S 1795343820	/* 2026-11-22T10:37:00Z */

static const char *const pairs[][4] = {
	{ "anthropic-ratelimit-requests-limit", "50",
	    "x-ratelimit-limit-requests", "50" },
	{ "anthropic-ratelimit-tokens-remaining", "7",
	    "x-ratelimit-remaining-tokens", "7" },
	{ "anthropic-ratelimit-requests-reset", "2026-11-22T10:43:00Z",
	    "x-ratelimit-reset-requests", "6m0s" },
	{ "anthropic-ratelimit-tokens-reset", "2026-11-22T12:37:01Z",
	    "x-ratelimit-reset-tokens", "2h0m1s" },
};

static void
expect_line(const char *name, const char *value, enum dialect to,
    const char *const wanted[2])
{
	struct header_line line = { name, value };
	struct rate_limit_lines out;

	rate_limit_convert(&out, to, NOW_S, &line, 1);
	cr_assert_eq(out.n, wanted != NULL ? 1 : 0, "%s: %s", name, value);
	if (wanted == NULL)
		return;
	cr_expect_str_eq(out.line[0].name, wanted[0]);
	cr_expect_str_eq(out.line[0].value, wanted[1]);
}

Test(rate_limit_line, says_the_same_in_both_dialects)
{
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		expect_line(pairs[i][0], pairs[i][1], DIALECT_CHAT,
		    pairs[i] + 2);
		expect_line(pairs[i][2], pairs[i][3], DIALECT_ANTHROPIC,
		    pairs[i]);
	}
}

Test(rate_limit_line, leaves_out_what_it_cannot_read)
{
	static const char *const lines[][2] = {
		{ "x-ratelimit-limit-requests", "fifty" },
		{ "x-ratelimit-reset-requests", "6 minutes" },
		{ "x-ratelimit-reset-requests", "" },
		{ "x-ratelimit-reset-requests", "99999999999999h" },
		{ "x-ratelimit-limit-images", "5" },
		{ "anthropic-ratelimit-requests-limit", "50" },
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		expect_line(lines[i][0], lines[i][1], DIALECT_ANTHROPIC, NULL);
	expect_line("anthropic-ratelimit-requests-reset", "soon",
	    DIALECT_CHAT, NULL);
}

Test(rate_limit_line, tells_when_there_is_something_again)
{
	static const struct {
		const char *lines;
		int64_t ms;
	} said[] = {
		{ "", 0 },
		{ "x-ratelimit-reset-requests: 8s\n", 0 },
		{ "x-ratelimit-remaining-requests: 3\n"
		    "x-ratelimit-reset-requests: 8s\n", 0 },
		{ "x-ratelimit-remaining-requests: 0\n"
		    "x-ratelimit-reset-requests: 8.5s\n"
		    "x-ratelimit-remaining-tokens: 0\n"
		    "x-ratelimit-reset-tokens: 250ms\n", 8500 },
		{ "anthropic-ratelimit-tokens-remaining: 0\n"
		    "anthropic-ratelimit-tokens-reset: 1970-01-01T00:01:40Z\n",
		    90000 },
		{ "anthropic-ratelimit-tokens-remaining: 0\n"
		    "anthropic-ratelimit-tokens-reset: 1970-01-01T00:00:01Z\n",
		    0 },
		{ "x-ratelimit-remaining-requests: 0\n"
		    "x-ratelimit-reset-requests: soon\n", 0 },
	};

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		cr_expect_eq(rate_limit_wait_ms(said[i].lines,
		    strlen(said[i].lines), 10), said[i].ms, "%s",
		    said[i].lines);
}

Test(rate_limit_line, never_waits_too_short_a_time)
{
	static const char *const wanted[] = {
		"anthropic-ratelimit-tokens-reset", "2026-11-22T10:37:01Z" };
	static const char *const past[] = { "x-ratelimit-reset-tokens",
		"0ms" };

	expect_line("x-ratelimit-reset-tokens", "20ms", DIALECT_ANTHROPIC,
	    wanted);
	expect_line("anthropic-ratelimit-tokens-reset",
	    "2020-01-01T00:00:00Z", DIALECT_CHAT, past);
}

/* Each word that vendors have for it, as a code, and as a type. */
Test(upstream_error, knows_the_words_of_vendors)
{
	static const struct {
		const char *word;
		enum fault fault;
	} rows[] = {
		{ "context_length_exceeded", FAULT_CONTEXT },
		{ "model_context_window_exceeded", FAULT_CONTEXT },
		{ "string_above_max_length", FAULT_INVALID },
		{ "invalid_prompt", FAULT_INVALID },
		{ "authentication_error", FAULT_KEY },
		{ "invalid_api_key", FAULT_KEY },
		{ "billing_error", FAULT_BILLING },
		{ "insufficient_quota", FAULT_BILLING },
		{ "usage_not_included", FAULT_BILLING },
		{ "permission_error", FAULT_PERMISSION },
		{ "permission_denied", FAULT_PERMISSION },
		{ "not_found_error", FAULT_NOT_FOUND },
		{ "model_not_found", FAULT_NOT_FOUND },
		{ "conflict_error", FAULT_CONFLICT },
		{ "request_too_large", FAULT_TOO_LARGE },
		{ "rate_limit_error", FAULT_RATE },
		{ "rate_limit_exceeded", FAULT_RATE },
		{ "tokens", FAULT_RATE },
		{ "requests", FAULT_RATE },
		{ "timeout_error", FAULT_TIMEOUT },
		{ "overloaded_error", FAULT_OVERLOADED },
		{ "server_is_overloaded", FAULT_OVERLOADED },
		{ "slow_down", FAULT_OVERLOADED },
		{ "api_error", FAULT_SERVER },
		{ "server_error", FAULT_SERVER },
		{ "internal_server_error", FAULT_SERVER },
		{ "invalid_request_error", FAULT_INVALID },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (int is_code = 0; is_code < 2; is_code++) {
			struct upstream_error e;
			char body[256];
			int len = snprintf(body, sizeof body, "{\"error\":{"
			    "\"message\":\"m\",\"%s\":\"%s\"}}", is_code ?
			    "code" : "type", rows[i].word);

			upstream_error_read(&e, 0, body, (size_t)len);
			cr_expect_eq(e.fault, rows[i].fault, "%s",
			    rows[i].word);
		}
}

Test(upstream_error, knows_what_a_status_means)
{
	static const struct {
		int status;
		enum fault fault;
	} rows[] = {
		{ 401, FAULT_KEY },
		{ 402, FAULT_BILLING },
		{ 403, FAULT_PERMISSION },
		{ 404, FAULT_NOT_FOUND },
		{ 408, FAULT_TIMEOUT },
		{ 409, FAULT_CONFLICT },
		{ 413, FAULT_TOO_LARGE },
		{ 429, FAULT_RATE },
		{ 503, FAULT_OVERLOADED },
		{ 504, FAULT_TIMEOUT },
		{ 529, FAULT_OVERLOADED },
		{ 400, FAULT_INVALID }, { 418, FAULT_INVALID },
		{ 500, FAULT_SERVER }, { 502, FAULT_SERVER },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct upstream_error e;

		upstream_error_read(&e, rows[i].status, "x", 1);
		cr_expect_eq(e.fault, rows[i].fault, "%d", rows[i].status);
	}
}
