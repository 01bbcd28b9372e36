/* SPDX-License-Identifier: ISC */
/* Tools of a Messages request, and the choice between them. */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"

static bool
read_web_search(struct reading *r, const struct where *w,
    struct value *object)
{
	struct value *search = value_new_object(r->arena);
	struct value *location = member_of(object, "user_location");
	struct value *domains = member_of(object, "allowed_domains");
	struct tool *t;

	if (!reading_check(r, "web search", w, object))
		return false;
	t = tools_add(r->arena, &r->request->tools, reading_tool(r,
	    WORDS("web_search"), NO_TEXT, TOOL_WEB_SEARCH));
	t->search = search;
	if (location != NULL)
		value_put(search, "user_location", location);
	if (domains != NULL)
		value_put(search, "allowed_domains", domains);
	return true;
}

static bool
read_function(struct reading *r, const struct where *w,
    struct value *object)
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

bool
request_anthropic_read_tools(struct reading *r, struct value *body)
{
	struct value *list = member_of(body, "tools");

	for (size_t i = 0; i < items_of(list); i++) {
		const struct where *w = WHERE_ITEM(NULL, "tools", i);
		struct value *object = value_at(list, i);
		struct text kind = text_member(object, "type");
		enum fate fate = FATE_CARRIED;

		if (kind.at != NULL && !reading_kind(r, "tool type", w, kind,
		    &fate))
			return false;
		if (fate != FATE_CARRIED)
			continue;
		if (!(text_begins(kind, "web_search_") ?
		    read_web_search(r, w, object) :
		    read_function(r, w, object)))
			return false;
	}
	return true;
}

bool
request_anthropic_read_choice(struct reading *r, struct value *body)
{
	struct value *choice = member_of(body, "tool_choice");
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
