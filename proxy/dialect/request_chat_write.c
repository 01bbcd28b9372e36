/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_chat.h"
#include "proxy/dialect/request_openai.h"
#include "proxy/dialect/tool_schema.h"

static struct value *
write_tool(struct reading *r, const struct tool *t)
{
	struct value *o = value_new_object(r->arena);
	struct value *inner = value_new_object(r->arena);
	bool is_custom = t->name->kind == TOOL_CUSTOM, is_strict = is_custom;

	text_put(o, "type", WORDS("function"));
	text_put(inner, "name", text_of(t->name->sent));
	text_put(inner, "description", is_custom ?
	    tool_schema_describe_custom(r->arena, t->description, t->grammar) :
	    t->description);
	value_put(inner, "parameters", is_custom ?
	    tool_schema_of_custom(r->arena) : request_openai_schema(r, t->schema,
	    t->strict, &is_strict));
	if (is_strict && model_has(r->target, IS_OPENAI))
		value_put(inner, "strict", value_of_bool(true));
	value_put(o, "function", inner);
	return o;
}

static void
write_web_search(struct reading *r, const struct tool *t, struct value *body)
{
	struct value *options = value_new_object(r->arena);
	struct value *place = member_of(t->search, "user_location");
	struct value *outer, *inner;

	value_put(body, "web_search_options", options);
	if (!value_is(place, VALUE_OBJECT))
		return;
	outer = value_new_object(r->arena);
	inner = value_new_object(r->arena);
	text_put(outer, "type", WORDS("approximate"));
	for (size_t i = 0; i < value_len(place); i++)
		if (strcmp(value_member_at(place, i)->name, "type") != 0)
			value_put(inner, value_member_at(place, i)->name,
			    value_at(place, i));
	value_put(outer, "approximate", inner);
	value_put(options, "user_location", outer);
}

static void
write_tools(struct reading *r, struct value *body)
{
	struct value *list = value_new_array(r->arena);

	for (const struct tool *t = r->request->tools.first; t != NULL;
	    t = t->next) {
		if (t->name->kind == TOOL_WEB_SEARCH)
			write_web_search(r, t, body);
		else
			value_add(list, write_tool(r, t));
	}
	if (value_len(list) > 0)
		value_put(body, "tools", list);
}

static void
write_choice(struct reading *r, struct value *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "required", [CHOICE_NONE] = "none" };
	const struct tool_choice *choice = &r->request->choice;
	struct value *o, *inner;

	if (choice->kind == CHOICE_UNSAID || member_of(body, "tools") == NULL)
		return;
	if (choice->kind != CHOICE_TOOL) {
		text_put(body, "tool_choice", text_of(words[choice->kind]));
		return;
	}
	o = value_new_object(r->arena);
	inner = value_new_object(r->arena);
	text_put(inner, "name", text_of(choice->tool->sent));
	text_put(o, "type", WORDS("function"));
	value_put(o, "function", inner);
	value_put(body, "tool_choice", o);
}

static void
write_format(struct reading *r, struct value *body)
{
	const struct output_format *f = &r->request->format;
	struct value *o, *schema;

	if (f->kind == FORMAT_UNSAID)
		return;
	o = value_new_object(r->arena);
	text_put(o, "type", f->kind == FORMAT_JSON ? WORDS("json_object") :
	    WORDS("json_schema"));
	if (f->kind == FORMAT_SCHEMA) {
		schema = value_new_object(r->arena);
		text_put(schema, "name", f->name.len > 0 ? f->name :
		    WORDS("answer"));
		text_put(schema, "description", f->description);
		value_put(schema, "schema", f->schema);
		value_put(schema, "strict",
		    value_of_bool(request_openai_is_strict(f)));
		value_put(o, "json_schema", schema);
	}
	value_put(body, "response_format", o);
}

static void
write_limits(struct reading *r, struct value *body)
{
	const struct neutral_request *q = r->request;
	struct value *stops;

	if (q->max_tokens > 0)
		value_put(body, model_has(r->target, WANTS_COMPLETION_TOKENS) ?
		    "max_completion_tokens" : "max_tokens",
		    value_new_int(r->arena, q->max_tokens));
	if (q->reasoning.form == REASONING_EFFORT)
		text_put(body, "reasoning_effort",
		    text_of(effort_name(q->reasoning.effort)));
	text_put(body, "verbosity", q->verbosity);
	if (q->n_stops == 0)
		return;
	stops = value_new_array(r->arena);
	for (size_t i = 0; i < q->n_stops; i++)
		value_add(stops, value_new_string(r->arena, q->stops[i]));
	value_put(body, "stop", stops);
}

struct value *
request_chat_write(struct reading *r)
{
	struct value *body = value_new_object(r->arena), *options;

	text_put(body, "model", r->request->model);
	if (r->request->is_stream) {
		value_put(body, "stream", value_of_bool(true));
		/* The gateway's own: nobody could count the tokens else. */
		options = value_new_object(r->arena);
		value_put(options, "include_usage", value_of_bool(true));
		value_put(body, "stream_options", options);
	}
	value_put(body, "messages", request_chat_write_messages(r));
	write_tools(r, body);
	write_choice(r, body);
	write_format(r, body);
	write_limits(r, body);
	request_openai_write_common(r, body);
	return body;
}
