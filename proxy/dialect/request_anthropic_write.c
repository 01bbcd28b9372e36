/* SPDX-License-Identifier: ISC */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"
#include "proxy/dialect/tool_schema.h"
#include "proxy/dialect/written_list.h"

static void
append(struct json_object *to, struct json_object *from)
{
	for (size_t i = 0; i < json_object_array_length(from); i++)
		json_object_array_add(to,
		    json_object_get(json_object_array_get_idx(from, i)));
	json_object_put(from);
}

/* The prompt, then the turns; returns where the turns begin. */
static const struct message *
write_system(struct reading *r, struct json_object *body)
{
	const struct message *m = r->request->messages.first;
	struct json_object *system = json_object_new_array();

	for (; m != NULL && (m->speaker == SPEAKER_SYSTEM ||
	    m->speaker == SPEAKER_DEVELOPER); m = m->next)
		append(system, request_anthropic_write_parts(r, &m->parts));
	if (json_object_array_length(system) > 0)
		member_put(body, "system", system);
	else
		json_object_put(system);
	return m;
}

static void
write_messages(struct reading *r, struct json_object *body)
{
	const struct message *m = write_system(r, body);
	struct written_list list;

	written_list_init(&list);
	for (; m != NULL; m = m->next) {
		struct json_object *o = json_object_new_object();

		text_put(o, "role", m->speaker == SPEAKER_USER ?
		    WORDS("user") : m->speaker == SPEAKER_ASSISTANT ?
		    WORDS("assistant") : WORDS("system"));
		member_put(o, "content",
		    request_anthropic_write_parts(r, &m->parts));
		json_object_array_add(list.items, o);
		written_list_write(&list);
	}
	member_put(body, "messages", written_list_take(&list, r));
}

static struct json_object *
write_web_search(const struct tool *t)
{
	struct json_object *o = json_object_new_object();

	text_put(o, "type", WORDS("web_search_20250305"));
	text_put(o, "name", WORDS("web_search"));
	json_object_object_foreach(t->search, name, value)
		json_object_object_add(o, name, json_object_get(value));
	return o;
}

static bool
may_be_strict(struct reading *r, const struct tool *t,
    struct json_object *schema)
{
	if (t->strict == NULL || !json_object_get_boolean(t->strict))
		return false;
	if (model_has(r->target, IS_CLAUDE) &&
	    model_has(r->target, TAKES_FORMAT) &&
	    tool_schema_is_strict(schema))
		return true;
	losses_add(r->losses, LOSS_DROPPED, "%s", r->words->strict);
	return false;
}

static struct json_object *
write_tool(struct reading *r, const struct tool *t)
{
	struct json_object *o = json_object_new_object();
	bool is_custom = t->name->kind == TOOL_CUSTOM;
	struct json_object *schema = is_custom ? tool_schema_of_custom() :
	    tool_schema_clean(t->schema);

	text_put(o, "name", text_of(t->name->sent));
	text_put(o, "description", is_custom ?
	    tool_schema_describe_custom(r->arena, t->description, t->grammar) :
	    t->description);
	member_put(o, "input_schema", schema);
	if (may_be_strict(r, t, schema))
		member_put(o, "strict",
		    json_object_new_boolean(1));
	return o;
}

static void
write_tools(struct reading *r, struct json_object *body)
{
	struct json_object *list;
	const struct tool *t = r->request->tools.first;

	if (t == NULL)
		return;
	list = json_object_new_array();
	for (; t != NULL; t = t->next) {
		struct json_object *o = t->name->kind == TOOL_WEB_SEARCH ?
		    write_web_search(t) : write_tool(r, t);

		if (t->cache != CACHE_UNMARKED)
			member_put(o, "cache_control",
			    request_anthropic_write_cache(t->cache));
		json_object_array_add(list, o);
	}
	member_put(body, "tools", list);
}

/* The parallel switch stands in the choice: it makes one if need be. */
static void
write_choice(struct reading *r, struct json_object *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "any", [CHOICE_NONE] = "none",
		[CHOICE_TOOL] = "tool" };
	const struct neutral_request *q = r->request;
	enum choice_kind kind = q->choice.kind;
	struct json_object *o;

	if (kind == CHOICE_UNSAID && q->parallel != SAID_NO)
		return;
	if (kind == CHOICE_UNSAID)
		kind = CHOICE_AUTO;
	o = json_object_new_object();
	text_put(o, "type", text_of(words[kind]));
	if (kind == CHOICE_TOOL)
		text_put(o, "name", text_of(q->choice.tool->kind ==
		    TOOL_WEB_SEARCH ? "web_search" : q->choice.tool->sent));
	if (q->parallel != SAID_NOTHING && kind != CHOICE_NONE)
		member_put(o, "disable_parallel_tool_use",
		    json_object_new_boolean(q->parallel == SAID_NO));
	member_put(body, "tool_choice", o);
}

static struct json_object *
write_config(struct reading *r, struct json_object *body)
{
	const struct reasoning_wish *wish = &r->request->reasoning;
	struct json_object *config = json_object_new_object(), *o;

	if (wish->form != REASONING_UNSAID) {
		o = json_object_new_object();
		text_put(o, "type", wish->form == REASONING_OFF ?
		    WORDS("disabled") : wish->form == REASONING_BUDGET ?
		    WORDS("enabled") : WORDS("adaptive"));
		if (wish->form == REASONING_BUDGET)
			member_put(o, "budget_tokens",
			    json_object_new_int64(wish->budget));
		if (wish->form == REASONING_ADAPTIVE &&
		    wish->display == DISPLAY_SUMMARY)
			text_put(o, "display", WORDS("summarized"));
		member_put(body, "thinking", o);
	}
	if (wish->form == REASONING_ADAPTIVE)
		text_put(config, "effort", text_of(effort_name(wish->effort)));
	return config;
}

static void
write_format(struct reading *r, struct json_object *config)
{
	const struct output_format *f = &r->request->format;
	struct json_object *o;

	if (f->kind != FORMAT_SCHEMA)
		return;
	o = json_object_new_object();
	text_put(o, "type", WORDS("json_schema"));
	member_put(o, "schema", json_object_get(f->schema));
	member_put(config, "format", o);
}

static void
write_rest(struct reading *r, struct json_object *body)
{
	const struct neutral_request *q = r->request;
	struct text user = reading_user(r, "user id");
	struct json_object *o;

	if (user.at != NULL) {
		o = json_object_new_object();
		text_put(o, "user_id", user);
		member_put(body, "metadata", o);
	}
	if (q->n_stops > 0) {
		o = json_object_new_array();
		for (size_t i = 0; i < q->n_stops; i++)
			json_object_array_add(o, text_new(q->stops[i]));
		member_put(body, "stop_sequences", o);
	}
	if (q->tier != TIER_UNSAID)
		text_put(body, "service_tier", q->tier == TIER_AUTO ?
		    WORDS("auto") : WORDS("standard_only"));
	if (q->temperature != NULL)
		member_put(body, "temperature",
		    json_object_get(q->temperature));
	if (q->top_p != NULL)
		member_put(body, "top_p",
		    json_object_get(q->top_p));
	if (q->top_k != NULL)
		member_put(body, "top_k",
		    json_object_get(q->top_k));
}

struct json_object *
request_anthropic_write(struct reading *r)
{
	const struct neutral_request *q = r->request;
	struct json_object *body = json_object_new_object(), *config;

	text_put(body, "model", q->model);
	member_put(body, "max_tokens",
	    json_object_new_int64(q->max_tokens));
	if (q->is_stream)
		member_put(body, "stream",
		    json_object_new_boolean(1));
	write_messages(r, body);
	write_tools(r, body);
	write_choice(r, body);
	config = write_config(r, body);
	write_format(r, config);
	if (json_object_object_length(config) > 0)
		member_put(body, "output_config", config);
	else
		json_object_put(config);
	write_rest(r, body);
	return body;
}
