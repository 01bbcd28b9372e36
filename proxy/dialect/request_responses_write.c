/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_openai.h"
#include "proxy/dialect/request_responses.h"

static struct value *
write_web_search(struct reading *r, const struct tool *t)
{
	struct value *o = value_new_object(r->arena), *filters;
	struct value *place = member_of(t->search, "user_location");
	struct value *domains = member_of(t->search, "allowed_domains");

	text_put(o, "type", WORDS("web_search"));
	if (domains != NULL) {
		filters = value_new_object(r->arena);
		value_put(filters, "allowed_domains", domains);
		value_put(o, "filters", filters);
	}
	if (place != NULL)
		value_put(o, "user_location", place);
	return o;
}

static struct value *
write_tool(struct reading *r, const struct tool *t)
{
	struct value *o, *schema;
	bool is_strict;

	if (t->name->kind == TOOL_WEB_SEARCH)
		return write_web_search(r, t);
	o = value_new_object(r->arena);
	text_put(o, "type", t->name->kind == TOOL_CUSTOM ? WORDS("custom") :
	    WORDS("function"));
	text_put(o, "name", text_of(t->name->sent));
	text_put(o, "description", t->description);
	if (t->name->kind == TOOL_CUSTOM) {
		if (t->grammar != NULL)
			value_put(o, "format",
			    request_openai_grammar(r, t->grammar));
		return o;
	}
	schema = request_openai_schema(r, t->schema, t->strict, &is_strict);
	value_put(o, "parameters", schema);
	/* Unsaid would be true here, unlike anywhere else. */
	value_put(o, "strict", value_of_bool(is_strict));
	return o;
}

static void
write_tools(struct reading *r, struct value *body)
{
	const struct tool *t = r->request->tools.first;
	struct value *list;

	if (t == NULL)
		return;
	list = value_new_array(r->arena);
	for (; t != NULL; t = t->next)
		value_add(list, write_tool(r, t));
	value_put(body, "tools", list);
}

static struct value *
write_name(struct reading *r, const struct tool_name *name)
{
	struct value *o = value_new_object(r->arena);

	text_put(o, "type", name->kind == TOOL_CUSTOM ? WORDS("custom") :
	    name->kind == TOOL_WEB_SEARCH ? WORDS("web_search") :
	    WORDS("function"));
	if (name->kind != TOOL_WEB_SEARCH)
		text_put(o, "name", text_of(name->sent));
	return o;
}

static void
write_choice(struct reading *r, struct value *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "required", [CHOICE_NONE] = "none" };
	const struct tool_choice *choice = &r->request->choice;
	struct value *o, *list;

	if (choice->kind == CHOICE_UNSAID)
		return;
	if (choice->kind == CHOICE_TOOL) {
		value_put(body, "tool_choice", write_name(r, choice->tool));
		return;
	}
	if (choice->allowed == NULL) {
		text_put(body, "tool_choice", text_of(words[choice->kind]));
		return;
	}
	o = value_new_object(r->arena);
	list = value_new_array(r->arena);
	for (const struct allowed_tool *a = choice->allowed; a != NULL;
	    a = a->next)
		value_add(list, write_name(r, a->name));
	text_put(o, "type", WORDS("allowed_tools"));
	text_put(o, "mode", text_of(words[choice->kind]));
	value_put(o, "tools", list);
	value_put(body, "tool_choice", o);
}

static struct value *
write_format(struct reading *r, const struct output_format *f)
{
	struct value *o = value_new_object(r->arena);

	text_put(o, "type", f->kind == FORMAT_JSON ? WORDS("json_object") :
	    WORDS("json_schema"));
	if (f->kind == FORMAT_JSON)
		return o;
	text_put(o, "name", f->name.len > 0 ? f->name : WORDS("answer"));
	text_put(o, "description", f->description);
	value_put(o, "schema", f->schema);
	value_put(o, "strict", value_of_bool(request_openai_is_strict(f)));
	return o;
}

static void
write_text(struct reading *r, struct value *body)
{
	const struct neutral_request *q = r->request;
	struct value *text;

	if (q->format.kind == FORMAT_UNSAID && q->verbosity.at == NULL)
		return;
	text = value_new_object(r->arena);
	if (q->format.kind != FORMAT_UNSAID)
		value_put(text, "format", write_format(r, &q->format));
	text_put(text, "verbosity", q->verbosity);
	value_put(body, "text", text);
}

static void
write_reasoning(struct reading *r, struct value *body)
{
	const struct reasoning_wish *wish = &r->request->reasoning;
	struct value *o;

	if (wish->form != REASONING_EFFORT)
		return;
	o = value_new_object(r->arena);
	text_put(o, "effort", text_of(effort_name(wish->effort)));
	/* Omitted is said by nothing; who shows it wants a summary. */
	if (wish->display != DISPLAY_OMITTED && wish->effort != EFFORT_NONE)
		text_put(o, "summary", WORDS("auto"));
	value_put(body, "reasoning", o);
}

/* No provider keeps our clients' words; sealed reasoning comes back instead. */
static void
write_storage(struct reading *r, struct value *body)
{
	struct value *include = value_new_array(r->arena);

	value_put(body, "store", value_of_bool(false));
	value_add(include,
	    value_new_string(r->arena, WORDS("reasoning.encrypted_content")));
	value_put(body, "include", include);
}

struct value *
request_responses_write(struct reading *r)
{
	const struct neutral_request *q = r->request;
	struct value *body = value_new_object(r->arena);

	text_put(body, "model", q->model);
	if (q->is_stream)
		value_put(body, "stream", value_of_bool(true));
	request_responses_write_input(r, body);
	write_tools(r, body);
	write_choice(r, body);
	write_text(r, body);
	write_reasoning(r, body);
	if (q->max_tokens > 0)
		value_put(body, "max_output_tokens",
		    value_new_int(r->arena, q->max_tokens));
	if (q->top_logprobs != NULL)
		value_put(body, "top_logprobs", q->top_logprobs);
	write_storage(r, body);
	request_openai_write_common(r, body);
	return body;
}
