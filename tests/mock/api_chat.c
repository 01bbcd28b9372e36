/* SPDX-License-Identifier: ISC */
/* OpenAI's Chat: platform.openai.com/docs/api-reference/chat */
#include "tests/mock/api.h"
#include "tests/mock/template.h"

#define CREATED 1700000000L

static void
add_usage(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'prompt_tokens':%ld,'completion_tokens':%ld,"
	    "'total_tokens':%ld,'prompt_tokens_details':{'cached_tokens':0},"
	    "'completion_tokens_details':{'reasoning_tokens':0}}",
	    API_INPUT_TOKENS, q->n_deltas, API_INPUT_TOKENS + q->n_deltas);
}

static void
add_whole(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'id':'chatcmpl-demo','object':'chat.completion',"
	    "'created':%ld,'model':%s,'choices':[{'index':0,'message':{"
	    "'role':'assistant','content':'", CREATED, q->model);
	api_add_text(out, q);
	template_add(out, "','refusal':null},'logprobs':null,"
	    "'finish_reason':'stop'}],'usage':");
	add_usage(out, q);
	template_add(out, ",'system_fingerprint':'fp_demo'}");
}

static void
begin_chunk(struct evbuffer *out, const struct question *q)
{
	template_add(out, "data: {'id':'chatcmpl-demo',"
	    "'object':'chat.completion.chunk','created':%ld,'model':%s,"
	    "'system_fingerprint':'fp_demo','choices':[", CREATED, q->model);
}

static void
end_chunk(struct evbuffer *out, const struct question *q)
{
	template_add(out, "]%s}\n\n", q->wants_usage ? ",\"usage\":null" : "");
}

static void
add_opening(struct evbuffer *out, const struct question *q, long i)
{
	(void)i;
	begin_chunk(out, q);
	template_add(out, "{'index':0,'delta':{'role':'assistant',"
	    "'content':''},'logprobs':null,'finish_reason':null}");
	end_chunk(out, q);
}

static void
add_delta(struct evbuffer *out, const struct question *q, long i)
{
	begin_chunk(out, q);
	template_add(out, "{'index':0,'delta':{'content':'");
	api_add_delta(out, q, i);
	template_add(out, "'},'logprobs':null,'finish_reason':null}");
	end_chunk(out, q);
}

static bool
add_closing(struct evbuffer *out, const struct question *q, long i)
{
	if (i > 0 && !q->wants_usage)
		i++;
	switch (i) {
	case 0:
		begin_chunk(out, q);
		template_add(out, "{'index':0,'delta':{},'logprobs':null,"
		    "'finish_reason':'stop'}");
		end_chunk(out, q);
		return true;
	case 1:
		begin_chunk(out, q);
		template_add(out, "],'usage':");
		add_usage(out, q);
		template_add(out, "}\n\n");
		return true;
	case 2:
		template_add(out, "data: [DONE]\n\n");
		return true;
	default:
		return false;
	}
}

const struct api api_chat = {
	.add_whole = add_whole,
	.n_openings = 1,
	.add_opening = add_opening,
	.add_delta = add_delta,
	.add_closing = add_closing,
};
