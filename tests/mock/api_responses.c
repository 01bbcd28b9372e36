/* SPDX-License-Identifier: ISC */
/* OpenAI's Responses: platform.openai.com/docs/api-reference/responses */
#include "tests/mock/api.h"
#include "tests/mock/template.h"

#define CREATED 1700000000L
#define N_OPENINGS 4L

#define PLACE "'item_id':'msg_demo','output_index':0,'content_index':0,"

static void
add_part(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'type':'output_text','annotations':[],"
	    "'logprobs':[],'text':'");
	if (q != NULL)
		api_add_text(out, q);
	template_add(out, "'}");
}

static void
add_item(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'id':'msg_demo','type':'message','status':'%s',"
	    "'role':'assistant','content':[", q != NULL ? "completed" :
	    "in_progress");
	if (q != NULL)
		add_part(out, q);
	template_add(out, "]}");
}

static void
add_response(struct evbuffer *out, const struct question *q, bool is_done)
{
	template_add(out, "{'id':'resp_demo','object':'response',"
	    "'created_at':%ld,'status':'%s','error':null,"
	    "'incomplete_details':null,'instructions':null,"
	    "'max_output_tokens':null,'metadata':{},'model':%s,"
	    "'parallel_tool_calls':true,'previous_response_id':null,"
	    "'reasoning':{'effort':null,'summary':null},'store':false,"
	    "'temperature':1,'text':{'format':{'type':'text'}},"
	    "'tool_choice':'auto','tools':[],'top_p':1,"
	    "'truncation':'disabled','output':[", CREATED,
	    is_done ? "completed" : "in_progress", q->model);
	if (!is_done) {
		template_add(out, "],'usage':null}");
		return;
	}
	add_item(out, q);
	template_add(out, "],'usage':{'input_tokens':%ld,"
	    "'input_tokens_details':{'cached_tokens':0},'output_tokens':%ld,"
	    "'output_tokens_details':{'reasoning_tokens':0},"
	    "'total_tokens':%ld}}", API_INPUT_TOKENS, q->n_deltas,
	    API_INPUT_TOKENS + q->n_deltas);
}

static void
add_whole(struct evbuffer *out, const struct question *q)
{
	add_response(out, q, true);
}

static void
begin_event(struct evbuffer *out, const char *type, long sequence)
{
	template_add(out, "event: %s\ndata: {'type':'%s',"
	    "'sequence_number':%ld,", type, type, sequence);
}

static void
add_opening(struct evbuffer *out, const struct question *q, long i)
{
	static const char *const types[N_OPENINGS] = {
		"response.created", "response.in_progress",
		"response.output_item.added", "response.content_part.added",
	};

	begin_event(out, types[i], i);
	if (i < 2) {
		template_add(out, "'response':");
		add_response(out, q, false);
	} else if (i == 2) {
		template_add(out, "'output_index':0,'item':");
		add_item(out, NULL);
	} else {
		template_add(out, PLACE "'part':");
		add_part(out, NULL);
	}
	template_add(out, "}\n\n");
}

static void
add_delta(struct evbuffer *out, const struct question *q, long i)
{
	begin_event(out, "response.output_text.delta", N_OPENINGS + i);
	template_add(out, PLACE "'logprobs':[],'delta':'");
	api_add_delta(out, q, i);
	template_add(out, "'}\n\n");
}

static bool
add_closing(struct evbuffer *out, const struct question *q, long i)
{
	static const char *const types[] = {
		"response.output_text.done", "response.content_part.done",
		"response.output_item.done", "response.completed",
	};

	if (i > 3)
		return false;
	begin_event(out, types[i], N_OPENINGS + q->n_deltas + i);
	if (i == 0) {
		template_add(out, PLACE "'logprobs':[],'text':'");
		api_add_text(out, q);
		template_add(out, "'");
	} else if (i == 1) {
		template_add(out, PLACE "'part':");
		add_part(out, q);
	} else if (i == 2) {
		template_add(out, "'output_index':0,'item':");
		add_item(out, q);
	} else {
		template_add(out, "'response':");
		add_response(out, q, true);
	}
	template_add(out, "}\n\n");
	return true;
}

const struct api api_responses = {
	.add_whole = add_whole,
	.n_openings = N_OPENINGS,
	.add_opening = add_opening,
	.add_delta = add_delta,
	.add_closing = add_closing,
};
