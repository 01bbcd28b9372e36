/* SPDX-License-Identifier: ISC */
#include "proxy/token_count.h"

#include <event2/buffer.h>
#include <event2/http.h>

#include "common/errors.h"
#include "proxy/dialect/count_estimate.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/value.h"
#include "proxy/reply.h"
#include "proxy/request.h"

#define ANSWER_LEN_MAX 128	/* bytes */

void
token_count_answer(struct request *r)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(r->http);
	struct text text = {
		.at = (const char *)evbuffer_pullup(input, -1),
		.len = evbuffer_get_length(input),
	};
	struct dialect_output out = { .max = ANSWER_LEN_MAX };
	struct evhttp_request *http = r->http;
	struct arena *arena = arena_new();
	struct value *body = NULL;
	struct err err;

	if (text.at != NULL)
		body = value_parse(arena, text, &err);
	else
		err_set(&err, ERR_INVALID_REQUEST, "the body is empty");
	if (body == NULL) {
		arena_free(arena);
		request_fail(r, &err);
		return;
	}
	count_estimate_write(count_estimate(body), &out);
	arena_free(arena);
	evhttp_add_header(evhttp_request_get_output_headers(http),
	    "x-cofferdam-estimate", "input_tokens");
	r->http = NULL;
	reply_json(http, 200, dialect_output_peek(&out), out.len);
	dialect_output_free(&out);
	request_free(r);
}
