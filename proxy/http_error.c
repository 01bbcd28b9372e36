/* SPDX-License-Identifier: ISC */
#include "proxy/http_error.h"

#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/json_escape.h"

static const struct {
	int status;
	const char *phrase, *anthropic, *openai;
} types[] = {
	{ 400, "Bad Request", "invalid_request_error",
	    "invalid_request_error" },
	{ 401, "Unauthorized", "authentication_error", "authentication_error" },
	{ 403, "Forbidden", "permission_error", "permission_error" },
	{ 404, "Not Found", "not_found_error", "invalid_request_error" },
	{ 405, "Method Not Allowed", "invalid_request_error",
	    "invalid_request_error" },
	{ 413, "Payload Too Large", "request_too_large",
	    "invalid_request_error" },
	{ 426, "Upgrade Required", "invalid_request_error",
	    "invalid_request_error" },
	{ 429, "Too Many Requests", "rate_limit_error", "rate_limit_exceeded" },
	{ 431, "Request Header Fields Too Large", "invalid_request_error",
	    "invalid_request_error" },
	{ 502, "Bad Gateway", "api_error", "server_error" },
	{ 503, "Service Unavailable", "overloaded_error", "server_error" },
	{ 504, "Gateway Timeout", "timeout_error", "server_error" },
	{ 500, "Internal Server Error", "api_error", "server_error" },
};

/* The row of a status; the last one for those that are not listed. */
static size_t
row_of(const struct err *err)
{
	size_t last = sizeof types / sizeof types[0] - 1;
	int status = err_http_status(err->code);

	for (size_t i = 0; i < last; i++)
		if (types[i].status == status)
			return i;
	return last;
}

/*
 * 503 is "overloaded" to Anthropic's clients, who then say that the vendor is
 * busy; only what waiting may cure is told so.
 */
static const char *
type_of(const struct http_error *e)
{
	size_t row = row_of(e->err);

	if (e->dialect != DIALECT_ANTHROPIC)
		return types[row].openai;
	if (types[row].status == 503 && err_retry(e->err->code) == RETRY_NO)
		return "api_error";
	return types[row].anthropic;
}

void
http_error_text(const struct http_error *e, char text[HTTP_ERROR_TEXT_MAX])
{
	char whole[ERR_TEXT_MAX];
	const char *mark, *rest = whole;
	size_t at = 0;

	err_format(e->err, whole);
	while (e->id != NULL && (mark = strstr(rest, "<id>")) != NULL) {
		at += (size_t)snprintf(text + at, HTTP_ERROR_TEXT_MAX - at,
		    "%.*s%.64s", (int)(mark - rest), rest, e->id);
		rest = mark + 4;
		if (at + ERR_TEXT_MAX > HTTP_ERROR_TEXT_MAX)
			break;
	}
	snprintf(text + at, HTTP_ERROR_TEXT_MAX - at, "%s", rest);
}

size_t
http_error_body(const struct http_error *e, char body[HTTP_ERROR_MAX])
{
	char text[HTTP_ERROR_TEXT_MAX], message[3 * HTTP_ERROR_TEXT_MAX];
	int n;

	http_error_text(e, text);
	json_escape(message, sizeof message, text);
	if (e->dialect == DIALECT_ANTHROPIC)
		n = snprintf(body, HTTP_ERROR_MAX,
		    "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
		    "\"message\":\"%s\",\"code\":\"%s\"},"
		    "\"request_id\":\"%s\"}", type_of(e), message,
		    err_name(e->err->code), e->request_id);
	else
		n = snprintf(body, HTTP_ERROR_MAX,
		    "{\"error\":{\"message\":\"%s\",\"type\":\"%s\","
		    "\"param\":null,\"code\":\"%s\"}}", message, type_of(e),
		    err_name(e->err->code));
	return (size_t)n;
}

const char *
http_error_should_retry(const struct err *err)
{
	static const char *const words[] = {
		[RETRY_UNSAID] = NULL,
		[RETRY_NO] = "false",
		[RETRY_YES] = "true",
	};

	return words[err_retry(err->code)];
}

const char *
http_error_retry_after(const struct err *err)
{
	int status = err_http_status(err->code);

	/* Some clients repeat a 429 only when they are told how long. */
	return err_retry(err->code) == RETRY_YES &&
	    (status == 503 || status == 429) ? "1" : NULL;
}

size_t
http_error_event(const struct http_error *e, char event[HTTP_ERROR_MAX])
{
	char body[HTTP_ERROR_MAX];
	const char *name = e->dialect == DIALECT_ANTHROPIC ? "error" :
	    e->dialect == DIALECT_RESPONSES ? "response.failed" : NULL;
	int n;

	http_error_body(e, body);
	if (e->dialect == DIALECT_RESPONSES) {
		/* Its error stands inside a response object. */
		size_t len = strlen(body);

		if (len > 0)
			body[len - 1] = '\0';
		n = snprintf(event, HTTP_ERROR_MAX, "event: %s\ndata: "
		    "{\"type\":\"%s\",\"response\":{\"id\":\"%s\","
		    "\"object\":\"response\",\"status\":\"failed\","
		    "\"output\":[],%s}}\n\n", name, name, e->request_id,
		    body + 1);
	} else if (name != NULL)
		n = snprintf(event, HTTP_ERROR_MAX,
		    "event: %s\ndata: %s\n\n", name, body);
	else
		n = snprintf(event, HTTP_ERROR_MAX, "data: %s\n\n", body);
	return n < HTTP_ERROR_MAX ? (size_t)n : HTTP_ERROR_MAX - 1;
}

size_t
http_error_answer(const struct http_error *e,
    char answer[HTTP_ERROR_ANSWER_MAX])
{
	char body[HTTP_ERROR_MAX], retry[64] = "", after[32] = "", id[96] = "";
	size_t len = http_error_body(e, body), row = row_of(e->err);
	const char *should_retry = http_error_should_retry(e->err);
	const char *retry_after = http_error_retry_after(e->err);
	int n;

	if (should_retry != NULL)
		snprintf(retry, sizeof retry, "x-should-retry: %s\r\n",
		    should_retry);
	if (retry_after != NULL)
		snprintf(after, sizeof after, "retry-after: %s\r\n",
		    retry_after);
	if (e->request_id[0] != '\0')
		snprintf(id, sizeof id, "x-cofferdam-request-id: %s\r\n",
		    e->request_id);
	n = snprintf(answer, HTTP_ERROR_ANSWER_MAX,
	    "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n%s%s%sConnection: close\r\n\r\n%s",
	    types[row].status, types[row].phrase, len, retry, after, id, body);
	return n < HTTP_ERROR_ANSWER_MAX ? (size_t)n
	    : HTTP_ERROR_ANSWER_MAX - 1;
}
