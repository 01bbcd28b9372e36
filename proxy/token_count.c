/* SPDX-License-Identifier: ISC */
#include "proxy/token_count.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <json-c/json.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/count_estimate.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/reply.h"
#include "proxy/request.h"

#define ANSWER_LEN_MAX 128	/* bytes */
#define DEPTH_MAX 256		/* tools bring schemas of their own */

void
token_count_answer(struct request *r)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(r->http);
	struct json_text text = {
		.text = (const char *)evbuffer_pullup(input, -1),
		.len = evbuffer_get_length(input),
		.depth = DEPTH_MAX,
		.code = ERR_INVALID_REQUEST,
	};
	struct dialect_output out = { .max = ANSWER_LEN_MAX };
	struct evhttp_request *http = r->http;
	struct json_object *body = NULL;
	struct err err;

	if (text.text == NULL || !json_text_parse(&text, &body, &err)) {
		if (text.text == NULL)
			err_set(&err, ERR_INVALID_REQUEST, "the body is empty");
		request_fail(r, &err);
		return;
	}
	count_estimate_write(count_estimate(body), &out);
	json_object_put(body);
	evhttp_add_header(evhttp_request_get_output_headers(http),
	    "x-cofferdam-estimate", "input_tokens");
	r->http = NULL;
	reply_json(http, 200, dialect_output_peek(&out), out.len);
	dialect_output_free(&out);
	request_free(r);
}
