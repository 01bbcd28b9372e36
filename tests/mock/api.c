/* SPDX-License-Identifier: ISC */
#include "tests/mock/api.h"

#include <string.h>

#include "tests/mock/template.h"

static const char *const words[] = { "Hello", " from", " the", " demo",
    " provider" };

#define WORDS ((long)(sizeof words / sizeof *words))

static const struct {
	int status;
	const char *anthropic;
	const char *openai;
	const char *code;	/* OpenAI's, JSON */
} errors[] = {
	{ 400, "invalid_request_error", "invalid_request_error", "null" },
	{ 401, "authentication_error", "invalid_request_error",
	    "\"invalid_api_key\"" },
	{ 402, "billing_error", "insufficient_quota",
	    "\"insufficient_quota\"" },
	{ 403, "permission_error", "permission_error", "null" },
	{ 404, "not_found_error", "invalid_request_error",
	    "\"model_not_found\"" },
	{ 409, "conflict_error", "conflict_error", "null" },
	{ 413, "request_too_large", "invalid_request_error", "null" },
	{ 429, "rate_limit_error", "rate_limit_error",
	    "\"rate_limit_exceeded\"" },
	{ 504, "timeout_error", "timeout", "null" },
	{ 529, "overloaded_error", "server_error", "null" },
	{ 0, "api_error", "server_error", "null" },
};

void
api_add_delta(struct evbuffer *out, const struct question *q, long i)
{
	if (i > 0 && i % WORDS == 0)
		evbuffer_add(out, " ", 1);
	evbuffer_add(out, words[i % WORDS], strlen(words[i % WORDS]));
	if (i == 0 && q->pad_len > 0)
		evbuffer_add_printf(out, "%*s", (int)q->pad_len, "");
	if (i == q->n_deltas - 1 && *q->echo != '\0') {
		evbuffer_add(out, " ", 1);
		evbuffer_add(out, q->echo, strlen(q->echo));
	}
}

void
api_add_text(struct evbuffer *out, const struct question *q)
{
	for (long i = 0; i < q->n_deltas; i++)
		api_add_delta(out, q, i);
}

void
api_add_error(struct evbuffer *out, bool is_anthropic, int status,
    const char *about)
{
	size_t i = 0;

	while (errors[i].status != 0 && errors[i].status != status)
		i++;
	if (is_anthropic)
		template_add(out, "{'type':'error','error':{'type':'%s',"
		    "'message':'%s'},'request_id':'req_demo'}",
		    errors[i].anthropic, about);
	else
		template_add(out, "{'error':{'message':'%s','type':'%s',"
		    "'param':null,'code':%s}}", about, errors[i].openai,
		    errors[i].code);
}
