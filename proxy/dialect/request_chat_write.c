/* SPDX-License-Identifier: ISC */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_chat.h"
#include "proxy/dialect/request_openai.h"
#include "proxy/dialect/tool_schema.h"

static struct json_object *
write_tool(struct reading *r, const struct tool *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *inner = json_object_new_object();
	bool is_custom = t->name->kind == TOOL_CUSTOM, is_strict = is_custom;

	text_put(o, "type", WORDS("function"));
	text_put(inner, "name", text_of(t->name->sent));
	text_put(inner, "description", is_custom ?
	    tool_schema_describe_custom(r->arena, t->description, t->grammar) :
	    t->description);
	member_put(inner, "parameters", is_custom ?
	    tool_schema_of_custom() : request_openai_schema(r, t->schema,
	    t->strict, &is_strict));
	if (is_strict && model_has(r->target, IS_OPENAI))
		member_put(inner, "strict",
		    json_object_new_boolean(1));
	member_put(o, "function", inner);
	return o;
}

static void
write_web_search(const struct tool *t, struct json_object *body)
{
	struct json_object *options = json_object_new_object();
	struct json_object *place = member_of(t->search, "user_location");
	struct json_object *outer, *inner;

	member_put(body, "web_search_options", options);
	text_put(options, "search_context_size", text_member(t->search,
	    "search_context_size"));
	if (!json_object_is_type(place, json_type_object))
		return;
	outer = json_object_new_object();
	inner = json_object_new_object();
	text_put(outer, "type", WORDS("approximate"));
	json_object_object_foreach(place, name, value)
		if (!text_is(text_of(name), "type"))
			json_object_object_add(inner, name,
			    json_object_get(value));
	member_put(outer, "approximate", inner);
	member_put(options, "user_location", outer);
}

static void
write_tools(struct reading *r, struct json_object *body)
{
	struct json_object *list = json_object_new_array();

	for (const struct tool *t = r->request->tools.first; t != NULL;
	    t = t->next) {
		if (t->name->kind == TOOL_WEB_SEARCH)
			write_web_search(t, body);
		else
			json_object_array_add(list, write_tool(r, t));
	}
	if (json_object_array_length(list) > 0)
		member_put(body, "tools", list);
	else
		json_object_put(list);
}

static void
write_choice(struct reading *r, struct json_object *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "required", [CHOICE_NONE] = "none" };
	const struct tool_choice *choice = &r->request->choice;
	struct json_object *o, *inner;

	if (choice->kind == CHOICE_UNSAID || member_of(body, "tools") == NULL)
		return;
	if (choice->kind != CHOICE_TOOL) {
		text_put(body, "tool_choice", text_of(words[choice->kind]));
		return;
	}
	o = json_object_new_object();
	inner = json_object_new_object();
	text_put(inner, "name", text_of(choice->tool->sent));
	text_put(o, "type", WORDS("function"));
	member_put(o, "function", inner);
	member_put(body, "tool_choice", o);
}

static void
write_format(struct reading *r, struct json_object *body)
{
	const struct output_format *f = &r->request->format;
	struct json_object *o, *schema;

	if (f->kind == FORMAT_UNSAID)
		return;
	o = json_object_new_object();
	text_put(o, "type", f->kind == FORMAT_JSON ? WORDS("json_object") :
	    WORDS("json_schema"));
	if (f->kind == FORMAT_SCHEMA) {
		schema = json_object_new_object();
		text_put(schema, "name", f->name.len > 0 ? f->name :
		    WORDS("answer"));
		text_put(schema, "description", f->description);
		member_put(schema, "schema",
		    json_object_get(f->schema));
		member_put(schema, "strict",
		    json_object_new_boolean(request_openai_is_strict(f)));
		member_put(o, "json_schema", schema);
	}
	member_put(body, "response_format", o);
}

static void
write_limits(struct reading *r, struct json_object *body)
{
	const struct neutral_request *q = r->request;
	struct json_object *stops;

	if (q->max_tokens > 0)
		json_object_object_add(body,
		    model_has(r->target, WANTS_COMPLETION_TOKENS) ?
		    "max_completion_tokens" : "max_tokens",
		    json_object_new_int64(q->max_tokens));
	if (q->reasoning.form == REASONING_EFFORT)
		text_put(body, "reasoning_effort",
		    text_of(effort_name(q->reasoning.effort)));
	text_put(body, "verbosity", q->verbosity);
	if (q->n_stops == 0)
		return;
	stops = json_object_new_array();
	for (size_t i = 0; i < q->n_stops; i++)
		json_object_array_add(stops, text_new(q->stops[i]));
	member_put(body, "stop", stops);
}

struct json_object *
request_chat_write(struct reading *r)
{
	struct json_object *body = json_object_new_object(), *options;

	text_put(body, "model", r->request->model);
	if (r->request->is_stream) {
		member_put(body, "stream",
		    json_object_new_boolean(1));
		/* The gateway's own: nobody could count the tokens else. */
		options = json_object_new_object();
		member_put(options, "include_usage",
		    json_object_new_boolean(1));
		member_put(body, "stream_options", options);
	}
	member_put(body, "messages",
	    request_chat_write_messages(r));
	write_tools(r, body);
	write_choice(r, body);
	write_format(r, body);
	write_limits(r, body);
	request_openai_write_common(r, body);
	return body;
}
