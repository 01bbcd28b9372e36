/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_responses.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_openai.h"

struct declaring {
	struct reading *r;
	const struct where *where;
	struct text space;	/* of the namespace; absent outside */
};

static bool
read_web_search(struct declaring *d, struct json_object *object)
{
	struct json_object *filters = member_of(object, "filters");
	struct json_object *domains = member_of(filters, "allowed_domains");
	struct json_object *place = member_of(object, "user_location");
	struct tool *t;

	if (!reading_check(d->r, "web search", d->where, object) ||
	    (filters != NULL && !reading_check(d->r, "filters",
	    WHERE_MEMBER(d->where, "filters"), filters)))
		return false;
	t = tools_add(d->r->arena, &d->r->request->tools, reading_tool(d->r,
	    WORDS("web_search"), NO_TEXT, TOOL_WEB_SEARCH));
	t->search = arena_keep(d->r->arena, json_object_new_object());
	request_openai_keep_size(d->r, object, t->search);
	if (place != NULL)
		json_object_object_add(t->search, "user_location",
		    json_object_get(place));
	if (domains != NULL)
		json_object_object_add(t->search, "allowed_domains",
		    json_object_get(domains));
	return true;
}

static bool
read_one(struct declaring *d, struct json_object *object, enum tool_kind kind)
{
	struct text name;
	struct tool *t;

	if (!reading_check(d->r, "tool", d->where, object) ||
	    !reading_text(d->r, d->where, object, "name", &name))
		return false;
	t = tools_add(d->r->arena, &d->r->request->tools, reading_tool(d->r,
	    name, d->space, kind));
	t->description = text_member(object, "description");
	t->schema = member_of(object, "parameters");
	t->strict = member_of(object, "strict");
	t->grammar = kind == TOOL_CUSTOM ? member_of(object, "format") : NULL;
	return true;
}

static bool read_list(struct declaring *, struct json_object *holder);

static bool
read_namespace(struct declaring *d, struct json_object *object)
{
	struct declaring inner = { .r = d->r, .where = d->where };

	if (d->space.at != NULL)
		return reading_refuse_target(d->r, d->where);
	/* Its name goes with those of its tools; there is no place for more. */
	if (!text_is_blank(text_member(object, "description")))
		reading_lose(d->r, LOSS_DROPPED, WHERE_MEMBER(d->where,
		    "description"));
	return reading_check(d->r, "tool", d->where, object) &&
	    reading_text(d->r, d->where, object, "name", &inner.space) &&
	    read_list(&inner, object);
}

static bool
read_list(struct declaring *d, struct json_object *holder)
{
	struct json_object *list = member_of(holder, "tools");

	for (size_t i = 0; i < items_of(list); i++) {
		struct declaring one = { .r = d->r, .space = d->space,
			.where = WHERE_ITEM(d->where, "tools", i) };
		struct json_object *object = json_object_array_get_idx(list, i);
		struct text kind = text_member(object, "type");
		enum fate fate = FATE_NONE;

		if (!reading_kind(d->r, "tool type", one.where, kind, &fate))
			return false;
		if (fate != FATE_CARRIED)
			continue;
		if (!(text_is(kind, "namespace") ? read_namespace(&one, object)
		    : text_is(kind, "function") ? read_one(&one, object,
		    TOOL_FUNCTION) : text_is(kind, "custom") ? read_one(&one,
		    object, TOOL_CUSTOM) : read_web_search(&one, object)))
			return false;
	}
	return true;
}

bool
request_responses_read_tools(struct reading *r, const struct where *up,
    struct json_object *holder)
{
	struct declaring d = { .r = r, .where = up };

	return read_list(&d, holder);
}

static bool
read_format(struct reading *r, struct json_object *text)
{
	struct json_object *format = member_of(text, "format");
	const struct where *w = WHERE_MEMBER(WHERE_MEMBER(NULL, "text"),
	    "format");
	struct output_format *to = &r->request->format;
	struct text kind = text_member(format, "type");

	if (format == NULL)
		return true;
	if (!reading_check(r, "format", w, format))
		return false;
	if (text_is(kind, "text"))
		return true;
	if (text_is(kind, "json_object")) {
		to->kind = FORMAT_JSON;
		return true;
	}
	if (!text_is(kind, "json_schema") ||
	    member_of(format, "schema") == NULL)
		return reading_refuse(r, WHERE_MEMBER(w, "type"),
		    "text, json_object or json_schema is wanted");
	to->kind = FORMAT_SCHEMA;
	to->name = text_member(format, "name");
	to->description = text_member(format, "description");
	to->schema = member_of(format, "schema");
	to->strict = member_of(format, "strict");
	return true;
}

static bool
read_reasoning(struct reading *r, struct json_object *body)
{
	struct json_object *reasoning = member_of(body, "reasoning");
	const struct where *w = WHERE_MEMBER(NULL, "reasoning");
	struct reasoning_wish *wish = &r->request->reasoning;

	if (reasoning == NULL)
		return true;
	if (!reading_check(r, "reasoning", w, reasoning))
		return false;
	wish->summary = text_member(reasoning, "summary");
	if (wish->summary.at != NULL)
		wish->display = text_is(wish->summary, "none") ?
		    DISPLAY_OMITTED : DISPLAY_SUMMARY;
	return request_openai_read_effort(r, WHERE_MEMBER(w, "effort"),
	    text_member(reasoning, "effort"));
}

static bool
read_rest(struct reading *r, struct json_object *body)
{
	struct json_object *text = member_of(body, "text");
	struct neutral_request *q = r->request;

	q->verbosity = text_member(text, "verbosity");
	q->wants_usage = true;
	return reading_tokens(r, body, "max_output_tokens", &q->max_tokens) &&
	    (text == NULL || (reading_check(r, "text",
	    WHERE_MEMBER(NULL, "text"), text) && read_format(r, text))) &&
	    read_reasoning(r, body);
}

bool
request_responses_read(struct reading *r, struct json_object *body)
{
	struct text instructions = text_member(body, "instructions");

	if (!reading_check(r, "request", NULL, body) ||
	    !request_openai_read_common(r, body) ||
	    !request_responses_read_tools(r, NULL, body))
		return false;
	if (instructions.len > 0)
		parts_add_text(r->arena, &messages_add(r->arena,
		    &r->request->messages, SPEAKER_SYSTEM)->parts,
		    instructions);
	return request_responses_read_input(r, body) &&
	    request_openai_read_choice(r, body) && read_rest(r, body);
}
