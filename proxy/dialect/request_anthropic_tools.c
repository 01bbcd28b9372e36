/* SPDX-License-Identifier: ISC */
/* Tools of a Messages request, and the choice between them. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"

static bool
read_web_search(struct reading *r, const struct where *w,
    struct json_object *object)
{
	struct json_object *search = arena_keep(r->arena,
	    json_object_new_object());
	struct json_object *location = member_of(object, "user_location");
	struct json_object *domains = member_of(object, "allowed_domains");
	struct tool *t;

	if (!reading_check(r, "web search", w, object))
		return false;
	t = tools_add(r->arena, &r->request->tools, reading_tool(r,
	    WORDS("web_search"), NO_TEXT, TOOL_WEB_SEARCH));
	t->search = search;
	if (location != NULL)
		json_object_object_add(search, "user_location",
		    json_object_get(location));
	if (domains != NULL)
		json_object_object_add(search, "allowed_domains",
		    json_object_get(domains));
	return true;
}

static bool
read_function(struct reading *r, const struct where *w,
    struct json_object *object)
{
	struct text name;
	struct tool *t;
	enum cache_mark mark;

	if (!reading_check(r, "tool", w, object) ||
	    !reading_text(r, w, object, "name", &name) ||
	    !request_anthropic_read_cache(r, w, object, &mark))
		return false;
	t = tools_add(r->arena, &r->request->tools,
	    reading_tool(r, name, NO_TEXT, TOOL_FUNCTION));
	t->description = text_member(object, "description");
	t->schema = member_of(object, "input_schema");
	t->strict = member_of(object, "strict");
	t->cache = mark;
	return true;
}

static bool
read_tool(struct reading *r, const struct where *w, struct json_object *object)
{
	struct text kind = text_member(object, "type");
	enum fate fate = FATE_CARRIED;

	if (kind.at != NULL && !reading_kind(r, "tool type", w, kind, &fate))
		return false;
	return fate != FATE_CARRIED || (text_begins(kind, "web_search_") ?
	    read_web_search(r, w, object) : read_function(r, w, object));
}

bool
request_anthropic_read_tools(struct reading *r, struct json_object *body)
{
	struct json_object *list = member_of(body, "tools");

	for (size_t i = 0; i < items_of(list); i++)
		if (!read_tool(r, WHERE_ITEM(NULL, "tools", i),
		    json_object_array_get_idx(list, i)))
			return false;
	return true;
}

/* A definition inside the conversation. */
static bool
redefine(struct reading *r, const struct where *w, struct json_object *object)
{
	const struct tool *last = r->request->tools.last;

	if (!read_tool(r, w, object))
		return false;
	if (r->request->tools.last != last)
		r->request->tools.last->change = TOOL_REDEFINED;
	return true;
}

bool
request_anthropic_change_tool(struct reading *r, const struct where *w,
    struct json_object *tool, enum tool_change change)
{
	struct text kind = text_member(tool, "type"), name;

	if (text_is(kind, "tool_definition") && change == TOOL_ADDED)
		return redefine(r, WHERE_MEMBER(w, "definition"),
		    member_of(tool, "definition"));
	if (!text_is(kind, "tool_reference"))
		return reading_refuse_target(r, WHERE_MEMBER(w, "type"));
	if (!reading_text(r, w, tool, "name", &name))
		return false;
	tools_add(r->arena, &r->request->tools, reading_tool(r, name, NO_TEXT,
	    TOOL_FUNCTION))->change = change;
	return true;
}

bool
request_anthropic_read_choice(struct reading *r, struct json_object *body)
{
	struct json_object *choice = member_of(body, "tool_choice");
	const struct where *w = WHERE_MEMBER(NULL, "tool_choice");
	struct tool_choice *to = &r->request->choice;
	struct text kind, name;

	if (choice == NULL)
		return true;
	if (!reading_check(r, "tool_choice", w, choice))
		return false;
	kind = text_member(choice, "type");
	if (member_of(choice, "disable_parallel_tool_use") != NULL)
		r->request->parallel = member_is_true(choice,
		    "disable_parallel_tool_use") ? SAID_NO : SAID_YES;
	to->kind = text_is(kind, "auto") ? CHOICE_AUTO :
	    text_is(kind, "any") ? CHOICE_REQUIRED :
	    text_is(kind, "none") ? CHOICE_NONE :
	    text_is(kind, "tool") ? CHOICE_TOOL : CHOICE_UNSAID;
	if (to->kind == CHOICE_UNSAID)
		return reading_refuse(r, WHERE_MEMBER(w, "type"),
		    "auto, any, tool or none is wanted");
	if (to->kind != CHOICE_TOOL)
		return true;
	if (!reading_text(r, w, choice, "name", &name))
		return false;
	to->tool = reading_tool(r, name, NO_TEXT, TOOL_FUNCTION);
	return true;
}
