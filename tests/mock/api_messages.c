/* SPDX-License-Identifier: ISC */
/* Anthropic's Messages: docs.anthropic.com/en/api/messages */
#include "tests/mock/api.h"
#include "tests/mock/template.h"

#define USAGE "{'input_tokens':%ld,'cache_creation_input_tokens':0,"	\
	"'cache_read_input_tokens':0,'output_tokens':%ld}"

static void
add_whole(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'id':'msg_demo','type':'message',"
	    "'role':'assistant','model':%s,'content':[{'type':'text',"
	    "'text':'", q->model);
	api_add_text(out, q);
	template_add(out, "'}],'stop_reason':'end_turn','stop_sequence':null,"
	    "'usage':" USAGE "}", API_INPUT_TOKENS, q->n_deltas);
}

static void
add_opening(struct evbuffer *out, const struct question *q, long i)
{
	switch (i) {
	case 0:
		template_add(out, "event: message_start\n"
		    "data: {'type':'message_start','message':{"
		    "'id':'msg_demo','type':'message','role':'assistant',"
		    "'model':%s,'content':[],'stop_reason':null,"
		    "'stop_sequence':null,'usage':" USAGE "}}\n\n",
		    q->model, API_INPUT_TOKENS, 1L);
		break;
	case 1:
		template_add(out, "event: content_block_start\n"
		    "data: {'type':'content_block_start','index':0,"
		    "'content_block':{'type':'text','text':''}}\n\n");
		break;
	default:
		template_add(out, "event: ping\ndata: {'type':'ping'}\n\n");
	}
}

static void
add_delta(struct evbuffer *out, const struct question *q, long i)
{
	template_add(out, "event: content_block_delta\n"
	    "data: {'type':'content_block_delta','index':0,"
	    "'delta':{'type':'text_delta','text':'");
	api_add_delta(out, q, i);
	template_add(out, "'}}\n\n");
}

static bool
add_closing(struct evbuffer *out, const struct question *q, long i)
{
	switch (i) {
	case 0:
		template_add(out, "event: content_block_stop\n"
		    "data: {'type':'content_block_stop','index':0}\n\n");
		return true;
	case 1:
		template_add(out, "event: message_delta\n"
		    "data: {'type':'message_delta','delta':{"
		    "'stop_reason':'end_turn','stop_sequence':null},"
		    "'usage':" USAGE "}\n\n", API_INPUT_TOKENS, q->n_deltas);
		return true;
	case 2:
		template_add(out, "event: message_stop\n"
		    "data: {'type':'message_stop'}\n\n");
		return true;
	default:
		return false;
	}
}

static void
add_count(struct evbuffer *out, const struct question *q)
{
	(void)q;
	template_add(out, "{'input_tokens':%ld}", API_INPUT_TOKENS);
}

const struct api api_messages = {
	.add_whole = add_whole,
	.n_openings = 3,
	.add_opening = add_opening,
	.add_delta = add_delta,
	.add_closing = add_closing,
};

const struct api api_count_tokens = { .add_whole = add_count };
