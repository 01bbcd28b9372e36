/* SPDX-License-Identifier: ISC */
/* What has no streams: embeddings, models, and the central server's check. */
#include "tests/mock/api.h"
#include "tests/mock/template.h"

static void
add_embeddings(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{'object':'list','model':%s,'data':[", q->model);
	for (long i = 0; i < q->n_inputs; i++)
		template_add(out, "%s{'object':'embedding','index':%ld,"
		    "'embedding':[0.25,-0.5,0.125,1]}", i > 0 ? "," : "", i);
	template_add(out, "],'usage':{'prompt_tokens':%ld,"
	    "'total_tokens':%ld}}", API_INPUT_TOKENS, API_INPUT_TOKENS);
}

static void
add_entry(struct evbuffer *out, const struct question *q, const char *model)
{
	if (q->is_anthropic)
		template_add(out, "{'type':'model','id':%s,"
		    "'display_name':%s,"
		    "'created_at':'2023-11-14T00:00:00Z'}", model, model);
	else
		template_add(out, "{'id':%s,'object':'model',"
		    "'created':1700000000,'owned_by':'demo'}", model);
}

static void
add_models(struct evbuffer *out, const struct question *q)
{
	template_add(out, "{%s'data':[", q->is_anthropic ? "" :
	    "\"object\":\"list\",");
	add_entry(out, q, "\"demo-small\"");
	template_add(out, ",");
	add_entry(out, q, "\"demo-large\"");
	template_add(out, "]");
	if (q->is_anthropic)
		template_add(out, ",'has_more':false,"
		    "'first_id':'demo-small','last_id':'demo-large'");
	template_add(out, "}");
}

static void
add_model(struct evbuffer *out, const struct question *q)
{
	add_entry(out, q, q->model);
}

static void
add_nothing(struct evbuffer *out, const struct question *q)
{
	(void)out;
	(void)q;
}

const struct api api_embeddings = { .add_whole = add_embeddings };
const struct api api_models = { .add_whole = add_models };
const struct api api_model = { .add_whole = add_model };
const struct api api_nothing = { .add_whole = add_nothing };
