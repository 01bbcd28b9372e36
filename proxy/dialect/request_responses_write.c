/* SPDX-License-Identifier: ISC */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_openai.h"
#include "proxy/dialect/request_responses.h"

static struct json_object *
write_web_search(const struct tool *t)
{
	struct json_object *o = json_object_new_object(), *filters;
	struct json_object *place = member_of(t->search, "user_location");
	struct json_object *domains = member_of(t->search, "allowed_domains");

	text_put(o, "type", WORDS("web_search"));
	if (domains != NULL) {
		filters = json_object_new_object();
		member_put(filters, "allowed_domains",
		    json_object_get(domains));
		member_put(o, "filters", filters);
	}
	if (place != NULL)
		member_put(o, "user_location",
		    json_object_get(place));
	text_put(o, "search_context_size", text_member(t->search,
	    "search_context_size"));
	return o;
}

static struct json_object *
write_tool(struct reading *r, const struct tool *t)
{
	struct json_object *o, *schema;
	bool is_strict;

	if (t->name->kind == TOOL_WEB_SEARCH)
		return write_web_search(t);
	o = json_object_new_object();
	text_put(o, "type", t->name->kind == TOOL_CUSTOM ? WORDS("custom") :
	    WORDS("function"));
	text_put(o, "name", text_of(t->name->sent));
	text_put(o, "description", t->description);
	if (t->name->kind == TOOL_CUSTOM) {
		if (t->grammar != NULL)
			member_put(o, "format",
			    request_openai_grammar(t->grammar));
		return o;
	}
	schema = request_openai_schema(r, t->schema, t->strict, &is_strict);
	member_put(o, "parameters", schema);
	/* Unsaid would be true here, unlike anywhere else. */
	member_put(o, "strict",
	    json_object_new_boolean(is_strict));
	return o;
}

static void
write_tools(struct reading *r, struct json_object *body)
{
	const struct tool *t = r->request->tools.first;
	struct json_object *list;

	if (t == NULL)
		return;
	list = json_object_new_array();
	for (; t != NULL; t = t->next)
		json_object_array_add(list, write_tool(r, t));
	member_put(body, "tools", list);
}

static struct json_object *
write_name(const struct tool_name *name)
{
	struct json_object *o = json_object_new_object();

	text_put(o, "type", name->kind == TOOL_CUSTOM ? WORDS("custom") :
	    name->kind == TOOL_WEB_SEARCH ? WORDS("web_search") :
	    WORDS("function"));
	if (name->kind != TOOL_WEB_SEARCH)
		text_put(o, "name", text_of(name->sent));
	return o;
}

static void
write_choice(struct reading *r, struct json_object *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "required", [CHOICE_NONE] = "none" };
	const struct tool_choice *choice = &r->request->choice;
	struct json_object *o, *list;

	if (choice->kind == CHOICE_UNSAID)
		return;
	if (choice->kind == CHOICE_TOOL) {
		member_put(body, "tool_choice",
		    write_name(choice->tool));
		return;
	}
	if (choice->allowed == NULL) {
		text_put(body, "tool_choice", text_of(words[choice->kind]));
		return;
	}
	o = json_object_new_object();
	list = json_object_new_array();
	for (const struct allowed_tool *a = choice->allowed; a != NULL;
	    a = a->next)
		json_object_array_add(list, write_name(a->name));
	text_put(o, "type", WORDS("allowed_tools"));
	text_put(o, "mode", text_of(words[choice->kind]));
	member_put(o, "tools", list);
	member_put(body, "tool_choice", o);
}

static struct json_object *
write_format(const struct output_format *f)
{
	struct json_object *o = json_object_new_object();

	text_put(o, "type", f->kind == FORMAT_JSON ? WORDS("json_object") :
	    WORDS("json_schema"));
	if (f->kind == FORMAT_JSON)
		return o;
	text_put(o, "name", f->name.len > 0 ? f->name : WORDS("answer"));
	text_put(o, "description", f->description);
	member_put(o, "schema", json_object_get(f->schema));
	member_put(o, "strict",
	    json_object_new_boolean(request_openai_is_strict(f)));
	return o;
}

static void
write_text(struct reading *r, struct json_object *body)
{
	const struct neutral_request *q = r->request;
	struct json_object *text;

	if (q->format.kind == FORMAT_UNSAID && q->verbosity.at == NULL)
		return;
	text = json_object_new_object();
	if (q->format.kind != FORMAT_UNSAID)
		member_put(text, "format",
		    write_format(&q->format));
	text_put(text, "verbosity", q->verbosity);
	member_put(body, "text", text);
}

static void
write_reasoning(struct reading *r, struct json_object *body)
{
	const struct reasoning_wish *wish = &r->request->reasoning;
	struct json_object *o;

	if (wish->form != REASONING_EFFORT)
		return;
	o = json_object_new_object();
	text_put(o, "effort", text_of(effort_name(wish->effort)));
	/* Omitted is said by nothing; who shows it wants a summary. */
	if (wish->display != DISPLAY_OMITTED && wish->effort != EFFORT_NONE)
		text_put(o, "summary", WORDS("auto"));
	member_put(body, "reasoning", o);
}

/* No provider keeps our clients' words; sealed reasoning comes back instead. */
static void
write_storage(struct json_object *body)
{
	struct json_object *include = json_object_new_array();

	member_put(body, "store", json_object_new_boolean(0));
	json_object_array_add(include,
	    json_object_new_string("reasoning.encrypted_content"));
	member_put(body, "include", include);
}

struct json_object *
request_responses_write(struct reading *r)
{
	const struct neutral_request *q = r->request;
	struct json_object *body = json_object_new_object();

	text_put(body, "model", q->model);
	if (q->is_stream)
		member_put(body, "stream",
		    json_object_new_boolean(1));
	request_responses_write_input(r, body);
	write_tools(r, body);
	write_choice(r, body);
	write_text(r, body);
	write_reasoning(r, body);
	if (q->max_tokens > 0)
		member_put(body, "max_output_tokens",
		    json_object_new_int64(q->max_tokens));
	if (q->top_logprobs != NULL)
		member_put(body, "top_logprobs",
		    json_object_get(q->top_logprobs));
	write_storage(body);
	request_openai_write_common(r, body);
	return body;
}
