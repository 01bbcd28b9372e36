/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_chat.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_openai.h"

static bool
read_tool(struct reading *r, const struct where *w, struct json_object *object)
{
	struct text kind = text_member(object, "type"), name;
	bool is_custom = text_is(kind, "custom");
	const char *inner_name = is_custom ? "custom" : "function";
	struct json_object *inner = member_of(object, inner_name);
	const struct where *at = WHERE_MEMBER(w, inner_name);
	enum fate fate = FATE_NONE;
	struct tool *t;

	if (!reading_kind(r, "tool type", w, kind, &fate) ||
	    !reading_check(r, "tool", w, object) ||
	    !reading_check(r, "function", at, inner) ||
	    !reading_text(r, at, inner, "name", &name))
		return false;
	t = tools_add(r->arena, &r->request->tools, reading_tool(r, name,
	    NO_TEXT, is_custom ? TOOL_CUSTOM : TOOL_FUNCTION));
	t->description = text_member(inner, "description");
	t->schema = member_of(inner, "parameters");
	t->strict = member_of(inner, "strict");
	t->grammar = is_custom ? member_of(inner, "format") : NULL;
	if (member_of(object, "cache_control") != NULL)
		t->cache = CACHE_SHORT;
	return true;
}

static bool
read_web_search(struct reading *r, struct json_object *body)
{
	struct json_object *options = member_of(body, "web_search_options");
	const struct where *w = WHERE_MEMBER(NULL, "web_search_options");
	struct json_object *place, *inner;
	struct tool *t;

	if (options == NULL)
		return true;
	if (!reading_check(r, "web search", w, options))
		return false;
	t = tools_add(r->arena, &r->request->tools, reading_tool(r,
	    WORDS("web_search"), NO_TEXT, TOOL_WEB_SEARCH));
	t->search = arena_keep(r->arena, json_object_new_object());
	request_openai_keep_size(r, options, t->search);
	place = member_of(options, "user_location");
	inner = member_of(place, "approximate");
	if (place == NULL)
		return true;
	/* Here the members stand one level deeper than elsewhere. */
	place = json_object_new_object();
	json_object_object_add(t->search, "user_location", place);
	json_object_object_add(place, "type",
	    json_object_new_string("approximate"));
	if (json_object_is_type(inner, json_type_object)) {
		json_object_object_foreach(inner, name, value)
			json_object_object_add(place, name,
			    json_object_get(value));
	}
	return true;
}

static bool
read_tools(struct reading *r, struct json_object *body)
{
	struct json_object *list = member_of(body, "tools");

	for (size_t i = 0; i < items_of(list); i++) {
		const struct where *w = WHERE_ITEM(NULL, "tools", i);
		struct json_object *object = json_object_array_get_idx(list, i);

		if (!json_object_is_type(object, json_type_object))
			return reading_refuse(r, w, "an object is wanted");
		if (!read_tool(r, w, object))
			return false;
	}
	return read_web_search(r, body);
}

static bool
read_format(struct reading *r, struct json_object *body)
{
	struct json_object *format = member_of(body, "response_format");
	const struct where *w = WHERE_MEMBER(NULL, "response_format");
	struct json_object *schema = member_of(format, "json_schema");
	struct output_format *to = &r->request->format;
	struct text kind = text_member(format, "type");

	if (format == NULL)
		return true;
	if (!reading_check(r, "response_format", w, format))
		return false;
	if (text_is(kind, "text"))
		return true;
	if (text_is(kind, "json_object")) {
		to->kind = FORMAT_JSON;
		return true;
	}
	if (!text_is(kind, "json_schema") || schema == NULL)
		return reading_refuse(r, WHERE_MEMBER(w, "type"),
		    "text, json_object or json_schema is wanted");
	if (!reading_check(r, "json_schema", WHERE_MEMBER(w, "json_schema"),
	    schema))
		return false;
	to->kind = FORMAT_SCHEMA;
	to->name = text_member(schema, "name");
	to->description = text_member(schema, "description");
	to->schema = member_of(schema, "schema");
	to->strict = member_of(schema, "strict");
	return true;
}

static bool
read_stops(struct reading *r, struct json_object *body)
{
	struct json_object *stop = member_of(body, "stop");
	struct neutral_request *q = r->request;
	size_t n = items_of(stop);

	q->stops = arena_alloc(r->arena, (n + 1) * sizeof *q->stops);
	if (json_object_is_type(stop, json_type_string))
		q->stops[q->n_stops++] = text_value(stop);
	for (size_t i = 0; i < n; i++) {
		struct text text = text_value(json_object_array_get_idx(stop,
		    i));

		if (text.at == NULL)
			return reading_refuse(r, WHERE_ITEM(NULL, "stop", i),
			    "a string is wanted");
		q->stops[q->n_stops++] = text;
	}
	return true;
}

static bool
read_rest(struct reading *r, struct json_object *body)
{
	struct neutral_request *q = r->request;
	struct json_object *options = member_of(body, "stream_options");

	if (options != NULL && !reading_check(r, "stream_options",
	    WHERE_MEMBER(NULL, "stream_options"), options))
		return false;
	q->wants_usage = member_is_true(options, "include_usage");
	if (!reading_tokens(r, body, "max_completion_tokens", &q->max_tokens) ||
	    (q->max_tokens == 0 && !reading_tokens(r, body, "max_tokens",
	    &q->max_tokens)))
		return false;
	q->verbosity = text_member(body, "verbosity");
	return request_openai_read_effort(r,
	    WHERE_MEMBER(NULL, "reasoning_effort"),
	    text_member(body, "reasoning_effort"));
}

bool
request_chat_read(struct reading *r, struct json_object *body)
{
	return reading_check(r, "request", NULL, body) &&
	    request_openai_read_common(r, body) && read_tools(r, body) &&
	    request_chat_read_messages(r, body) &&
	    request_openai_read_choice(r, body) && read_format(r, body) &&
	    read_stops(r, body) && read_rest(r, body);
}
