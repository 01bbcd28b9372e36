/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/upstream_error.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/dialect_output.h"

/* source: dialects.md D.7.  An upstream's 401 is not the client's own. */
static const struct row {
	int anthropic_status;
	const char *anthropic;
	int openai_status;
	const char *openai, *code;
} rows[FAULTS] = {
	[FAULT_NONE] = { 502, "api_error", 502, "server_error",
	    "server_error" },
	[FAULT_INVALID] = { 400, "invalid_request_error", 400,
	    "invalid_request_error", "invalid_request_error" },
	[FAULT_CONTEXT] = { 400, "invalid_request_error", 400,
	    "invalid_request_error", "context_length_exceeded" },
	[FAULT_KEY] = { 502, "api_error", 502, "server_error",
	    "upstream_rejected_key" },
	[FAULT_BILLING] = { 402, "billing_error", 429, "insufficient_quota",
	    "insufficient_quota" },
	[FAULT_PERMISSION] = { 403, "permission_error", 403,
	    "permission_error", "permission_denied" },
	[FAULT_NOT_FOUND] = { 404, "not_found_error", 404,
	    "invalid_request_error", "model_not_found" },
	[FAULT_CONFLICT] = { 409, "conflict_error", 409, "conflict_error",
	    "conflict" },
	[FAULT_TOO_LARGE] = { 413, "request_too_large", 413,
	    "invalid_request_error", "request_too_large" },
	[FAULT_RATE] = { 429, "rate_limit_error", 429, "rate_limit_error",
	    "rate_limit_exceeded" },
	[FAULT_SERVER] = { 500, "api_error", 500, "server_error",
	    "server_error" },
	[FAULT_TIMEOUT] = { 504, "timeout_error", 504, "server_error",
	    "timeout" },
	[FAULT_OVERLOADED] = { 529, "overloaded_error", 503, "server_error",
	    "server_error" },
};

/* What upstreams call it, in "type" or "code". */
static const struct {
	const char *word;
	enum fault fault;
} words[] = {
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

static const struct {
	int status;
	enum fault fault;
} statuses[] = {
	{ 401, FAULT_KEY }, { 402, FAULT_BILLING }, { 403, FAULT_PERMISSION },
	{ 404, FAULT_NOT_FOUND }, { 408, FAULT_TIMEOUT },
	{ 409, FAULT_CONFLICT }, { 413, FAULT_TOO_LARGE }, { 429, FAULT_RATE },
	{ 503, FAULT_OVERLOADED }, { 504, FAULT_TIMEOUT },
	{ 529, FAULT_OVERLOADED },
};

/* --- what looks like a key --- */

static bool
is_key_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* The length of a key that begins here, 0: none. */
static size_t
key_len(const char *text)
{
	static const char *const beginnings[] = { "sk-", "sk_", "gsk_", "xai-",
		"AIza", "pk-", "key-" };
	size_t len = 0;

	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
			len = strlen(beginnings[i]);
	if (len == 0)
		return 0;
	while (is_key_char(text[len]) || text[len] == '*')
		len++;
	return len >= 12 ? len : 0;
}

static void
scrub(char *text)
{
	char *to = text, last = ' ';

	for (const char *from = text; *from != '\0';) {
		size_t len = is_key_char(last) ? 0 : key_len(from);

		last = *from;
		if (len == 0) {
			*to++ = *from++;
			continue;
		}
		/* Never longer than a key. */
		memcpy(to, "[key]", 5);
		to += 5;
		from += len;
		last = ']';
	}
	*to = '\0';
}

static void
set_message(struct upstream_error *e, const char *text, size_t len)
{
	size_t n = 0;

	if (len > UPSTREAM_ERROR_TEXT)
		len = UPSTREAM_ERROR_TEXT;
	/* Not through the middle of a character. */
	while (len > 0 && len == UPSTREAM_ERROR_TEXT &&
	    ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\0')
			e->message[n++] = text[i];
	e->message[n] = '\0';
	scrub(e->message);
}

/* --- a context that is full --- */

/* The numbers of at least three digits, commas allowed; the first two. */
static void
find_numbers(const char *text, int64_t numbers[2])
{
	size_t n = 0;

	while (*text != '\0' && n < 2) {
		int64_t value = 0;
		int digits = 0;

		if (!isdigit((unsigned char)*text)) {
			text++;
			continue;
		}
		for (; isdigit((unsigned char)*text) || (*text == ',' &&
		    isdigit((unsigned char)text[1])); text++) {
			if (*text == ',' || digits > 15)
				continue;
			value = value * 10 + *text - '0';
			digits++;
		}
		if (digits >= 3)
			numbers[n++] = value;
	}
}

static void
read_context(struct upstream_error *e)
{
	static const char *const phrases[] = { "prompt is too long",
		"maximum context length", "context length exceeded",
		"context window", "context_length_exceeded",
		"input is too long", "exceeds the context",
		"maximum prompt length" };
	int64_t numbers[2] = { 0, 0 };
	bool is_context = e->fault == FAULT_CONTEXT;

	for (size_t i = 0; i < sizeof phrases / sizeof phrases[0] &&
	    (e->fault == FAULT_INVALID || e->fault == FAULT_TOO_LARGE); i++)
		is_context = is_context ||
		    strcasestr(e->message, phrases[i]) != NULL;
	if (!is_context)
		return;
	e->fault = FAULT_CONTEXT;
	find_numbers(e->message, numbers);
	if (numbers[1] == 0) {
		e->max_tokens = numbers[0];
		return;
	}
	/* Vendors name them in either order; the larger is what was sent. */
	e->n_tokens = numbers[0] > numbers[1] ? numbers[0] : numbers[1];
	e->max_tokens = numbers[0] > numbers[1] ? numbers[1] : numbers[0];
}

/* --- reading --- */

static enum fault
fault_of_word(const char *word)
{
	for (size_t i = 0; word != NULL &&
	    i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].fault;
	return FAULT_NONE;
}

static enum fault
fault_of_status(int status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (statuses[i].status == status)
			return statuses[i].fault;
	return status >= 400 && status < 500 ? FAULT_INVALID : FAULT_SERVER;
}

static enum fault
find_fault(const struct upstream_error *e, const char *type)
{
	enum fault code = fault_of_word(e->code), named = fault_of_word(type);

	/* A code is narrower than a type, and a status than a vague type. */
	if (code != FAULT_NONE && code != FAULT_INVALID)
		return code;
	if (named != FAULT_NONE && (e->status == 0 ||
	    (named != FAULT_INVALID && named != FAULT_SERVER)))
		return named;
	if (e->status != 0)
		return fault_of_status(e->status);
	return code != FAULT_NONE ? code : FAULT_SERVER;
}

static void
copy_word(char word[UPSTREAM_ERROR_WORD], const char *text)
{
	if (text != NULL)
		snprintf(word, UPSTREAM_ERROR_WORD, "%s", text);
}

/* A code that is a number is a status, to those who have no other place. */
static void
read_code(struct upstream_error *e, struct json_object *error)
{
	int64_t status;

	copy_word(e->code, json_text_string(error, "code"));
	if (e->status == 0 && (json_text_int(error, "code", &status) ||
	    json_text_int(error, "status", &status)) &&
	    status >= 400 && status <= 599)
		e->status = (int)status;
}

/* The object with the message, which may be one deeper, or a mere text. */
static struct json_object *
find_error(struct json_object *value)
{
	struct json_object *error;

	if (json_object_is_type(value, json_type_array) &&
	    json_object_array_length(value) > 0)
		value = json_object_array_get_idx(value, 0);
	if (!json_object_is_type(value, json_type_object))
		return value;
	return json_object_object_get_ex(value, "error", &error) &&
	    error != NULL ? error : value;
}

static const char *
message_of(struct json_object *error)
{
	static const char *const names[] = { "message", "detail", "error_msg",
		"msg" };
	const char *text = NULL;

	if (json_object_is_type(error, json_type_string))
		return json_object_get_string(error);
	for (size_t i = 0; text == NULL &&
	    i < sizeof names / sizeof names[0]; i++)
		text = json_text_string(error, names[i]);
	return text;
}

void
upstream_error_take(struct upstream_error *e, int status,
    struct json_object *value)
{
	struct json_object *error = find_error(value);
	const char *text = message_of(error);

	*e = (struct upstream_error) { .status = status };
	if (text == NULL)
		text = json_object_to_json_string_ext(error,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	set_message(e, text, strlen(text));
	read_code(e, error);
	copy_word(e->param, json_text_string(error, "param"));
	e->fault = find_fault(e, json_text_string(error, "type"));
	read_context(e);
}

void
upstream_error_read(struct upstream_error *e, int status, const void *body,
    size_t len)
{
	struct json_text t = { body, len, 64, ERR_UPSTREAM_BROKEN };
	struct json_object *value;
	struct err err;

	if (json_text_parse(&t, &value, &err) && value != NULL) {
		upstream_error_take(e, status, value);
		json_object_put(value);
		return;
	}
	*e = (struct upstream_error) { .status = status,
	    .fault = fault_of_status(status) };
	set_message(e, body, len);
	if (e->message[0] == '\0')
		snprintf(e->message, sizeof e->message,
		    "the provider answered %d and said nothing", status);
	read_context(e);
}

void
upstream_error_set(struct upstream_error *e, const struct err *err)
{
	int status = err_http_status(err->code);
	char text[ERR_TEXT_MAX];

	*e = (struct upstream_error) { .status = status };
	err_format(err, text);
	set_message(e, text, strlen(text));
	copy_word(e->code, err_name(err->code));
	e->fault = status == 502 ? FAULT_NONE : fault_of_status(status);
}

/* --- writing --- */

int
upstream_error_status(const struct upstream_error *e, enum dialect to)
{
	const struct row *row = &rows[e->fault];

	/* A status that is within its row's meaning stays as it was. */
	if (e->fault == FAULT_INVALID && e->status >= 400 && e->status < 500 &&
	    e->status != 401)
		return e->status;
	if (e->fault == FAULT_SERVER && e->status > 500)
		return e->status;
	return to == DIALECT_ANTHROPIC ? row->anthropic_status
	    : row->openai_status;
}

const char *
upstream_error_type(const struct upstream_error *e, enum dialect to)
{
	return to == DIALECT_ANTHROPIC ? rows[e->fault].anthropic
	    : rows[e->fault].openai;
}

const char *
upstream_error_code(const struct upstream_error *e)
{
	/* Codes of a vendor mean something; the rest has ours. */
	if (e->code[0] != '\0' && (e->fault == FAULT_INVALID ||
	    e->fault == FAULT_NONE))
		return e->code;
	return rows[e->fault].code;
}

void
upstream_error_message(const struct upstream_error *e, enum dialect to,
    struct dialect_output *out)
{
	/* The words by which its clients know that they must make room. */
	if (to != DIALECT_ANTHROPIC || e->fault != FAULT_CONTEXT ||
	    strncmp(e->message, "prompt is too long", 18) == 0)
		dialect_output_text(out, e->message);
	else if (e->n_tokens > 0)
		dialect_output_form(out,
		    "prompt is too long: %u tokens > %u maximum",
		    (uint64_t)e->n_tokens, (uint64_t)e->max_tokens);
	else
		dialect_output_form(out, "prompt is too long: %s", e->message);
}

void
upstream_error_write(const struct upstream_error *e, enum dialect to,
    const char *request_id, struct dialect_output *out)
{
	struct dialect_output message = { .max = 2 * UPSTREAM_ERROR_TEXT };

	upstream_error_message(e, to, &message);
	if (to == DIALECT_ANTHROPIC)
		dialect_output_form(out, "{\"type\":\"error\",\"error\":"
		    "{\"type\":%j,\"message\":%j},\"request_id\":%j}",
		    upstream_error_type(e, to), dialect_output_peek(&message),
		    request_id);
	else
		dialect_output_form(out, "{\"error\":{\"message\":%j,"
		    "\"type\":%j,\"param\":%j,\"code\":%j}}",
		    dialect_output_peek(&message), upstream_error_type(e, to),
		    e->param[0] != '\0' ? e->param : NULL,
		    upstream_error_code(e));
	dialect_output_free(&message);
}
