/* SPDX-License-Identifier: ISC */
/* Whether an answer with a good status has begun to say something. */
#include <criterion/criterion.h>
#include <string.h>

#include "proxy/first_content.h"

static const struct { const char *text; enum content_sign sign; } streams[] = {
	/* Openings, and signs of life. */
	{ "", CONTENT_AWAITED },
	{ "\r\n: keep-alive\n\n", CONTENT_AWAITED },
	{ "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
	    "{\"usage\":{\"input_tokens\":1}}}\n\nevent: ping\n"
	    "data: {\"type\":\"ping\"}\n\nevent: content_block_start\ndata: "
	    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
	    "{\"type\":\"text\",\"text\":\"\"}}\n\n", CONTENT_AWAITED },
	{ "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
	    "\"content\":\"\"},\"finish_reason\":null}]}\n\n",
	    CONTENT_AWAITED },
	{ "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n",
	    CONTENT_AWAITED },
	{ "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\","
	    "\"content\":null,\"refusal\":null}}]}\r\n\r\n", CONTENT_AWAITED },
	{ "data: {\"type\":\"response.created\",\"response\":{\"error\":null}}"
	    "\n\ndata: {\"type\":\"response.in_progress\"}\n\n"
	    "data: {\"type\":\"response.output_item.added\",\"item\":"
	    "{\"type\":\"reasoning\"}}\n\n", CONTENT_AWAITED },
	{ "data: {\"type\":\"content_block_delta\"", CONTENT_AWAITED },
	/* Content. */
	{ "data: {\"type\":\"content_block_delta\",\"delta\":{}}\n\n",
	    CONTENT_SEEN },
	{ "data: {\"type\":\"content_block_start\",\"content_block\":"
	    "{\"type\":\"tool_use\",\"name\":\"f\"}}\n\n", CONTENT_SEEN },
	{ "data: {\"choices\":[{\"delta\":{\"content\":\"H\"}}]}\n\n",
	    CONTENT_SEEN },
	{ "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{}]}}]}\n\n",
	    CONTENT_SEEN },
	{ "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
	    CONTENT_SEEN },
	{ "data: {\"type\":\"response.output_text.delta\"}\n\n", CONTENT_SEEN },
	{ "data: {\"type\":\"response.output_item.added\",\"item\":"
	    "{\"type\":\"function_call\"}}\n\n", CONTENT_SEEN },
	{ "data: [DONE]\n\n", CONTENT_SEEN },
	{ "data: nonsense\n\n", CONTENT_SEEN },
	{ "<html>", CONTENT_SEEN },
	/* Faults that another target may not have. */
	{ "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
	    "\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
	    CONTENT_FAULT },
	{ "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
	    "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n",
	    CONTENT_FAULT },
	{ "data: {\"error\":{\"type\":\"server_error\",\"message\":\"x\"}}\n\n",
	    CONTENT_FAULT },
	{ "data: {\"error\":{\"code\":\"rate_limit_exceeded\"}}\n\n",
	    CONTENT_FAULT },
	{ "data: {\"type\":\"response.failed\",\"response\":{\"error\":{"
	    "\"code\":\"server_error\",\"message\":\"x\"}}}\n\n",
	    CONTENT_FAULT },
	/* Faults of the request: anybody's answer. */
	{ "data: {\"type\":\"error\",\"error\":{\"type\":"
	    "\"invalid_request_error\",\"message\":\"x\"}}\n\n", CONTENT_SEEN },
	{ "data: {\"error\":{\"type\":\"authentication_error\"}}\n\n",
	    CONTENT_SEEN },
	/* What comes behind content is too late. */
	{ "data: {\"choices\":[{\"delta\":{\"content\":\"H\"}}]}\n\n"
	    "data: {\"error\":{\"type\":\"server_error\"}}\n\n", CONTENT_SEEN },
};

Test(first_content, is_found_in_a_stream_however_it_is_cut)
{
	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
		for (size_t step = 1; step < 400; step *= 3) {
			const char *text = streams[i].text;
			size_t len = strlen(text);
			struct first_content c;

			first_content_open(&c);
			for (size_t at = 0; at < len; at += step)
				first_content_feed(&c, text + at,
				    len - at < step ? len - at : step);
			cr_expect_eq(first_content_feed(&c, "", 0),
			    streams[i].sign, "%s", text);
			first_content_close(&c);
		}
}

Test(first_content, is_known_of_a_plain_body_at_its_end)
{
	static const struct { const char *text; enum content_sign sign; }
	    bodies[] = {
		{ "{\"error\":{\"type\":\"overloaded_error\"}}", CONTENT_FAULT },
		{ "{\"type\":\"error\",\"error\":{\"type\":"
		    "\"rate_limit_error\"}}", CONTENT_FAULT },
		{ "{\"error\":\"the server is overloaded\"}", CONTENT_FAULT },
		{ "{\"status\":\"failed\",\"error\":{\"code\":"
		    "\"server_error\"}}", CONTENT_FAULT },
		{ "{\"error\":null,\"output\":[]}", CONTENT_SEEN },
		{ "{\"error\":{\"type\":\"invalid_request_error\"}}",
		    CONTENT_SEEN },
		{ "{\"choices\":[{\"message\":{\"content\":\"{\\\"error\\\":"
		    "{}}\"}}]}", CONTENT_SEEN },
		{ "{\"choices\":", CONTENT_SEEN },
		{ "[]", CONTENT_SEEN },
		{ "", CONTENT_SEEN },
	};

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct first_content c;

		first_content_open(&c);
		first_content_feed(&c, bodies[i].text, strlen(bodies[i].text));
		cr_expect_eq(first_content_end(&c, bodies[i].text,
		    strlen(bodies[i].text)), bodies[i].sign, "%s",
		    bodies[i].text);
		first_content_close(&c);
	}
}
