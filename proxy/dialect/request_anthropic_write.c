/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"
#include "proxy/dialect/tool_schema.h"

static void
append(struct value *to, struct value *from)
{
	for (size_t i = 0; i < value_len(from); i++)
		value_add(to, value_at(from, i));
}

/* The prompt, then the turns; returns where the turns begin. */
static const struct message *
write_system(struct reading *r, struct value *body)
{
	const struct message *m = r->request->messages.first;
	struct value *system = value_new_array(r->arena);

	for (; m != NULL && (m->speaker == SPEAKER_SYSTEM ||
	    m->speaker == SPEAKER_DEVELOPER); m = m->next)
		append(system, request_anthropic_write_parts(r, &m->parts));
	if (value_len(system) > 0)
		value_put(body, "system", system);
	return m;
}

static void
write_messages(struct reading *r, struct value *body)
{
	struct value *list = value_new_array(r->arena);
	const struct message *m = write_system(r, body);

	for (; m != NULL; m = m->next) {
		struct value *o = value_new_object(r->arena);

		text_put(o, "role", m->speaker == SPEAKER_USER ?
		    WORDS("user") : m->speaker == SPEAKER_ASSISTANT ?
		    WORDS("assistant") : WORDS("system"));
		value_put(o, "content",
		    request_anthropic_write_parts(r, &m->parts));
		value_add(list, o);
	}
	value_put(body, "messages", list);
}

static struct value *
write_web_search(struct reading *r, const struct tool *t)
{
	struct value *o = value_new_object(r->arena);

	text_put(o, "type", WORDS("web_search_20250305"));
	text_put(o, "name", WORDS("web_search"));
	value_put_all(o, t->search);
	return o;
}

static bool
may_be_strict(struct reading *r, const struct tool *t,
    struct value *schema)
{
	if (t->strict == NULL || !value_is_true(t->strict))
		return false;
	if (model_has(r->target, IS_CLAUDE) &&
	    model_has(r->target, TAKES_FORMAT) &&
	    tool_schema_is_strict(schema))
		return true;
	losses_add(r->losses, LOSS_DROPPED, "%s", r->words->strict);
	return false;
}

static struct value *
write_tool(struct reading *r, const struct tool *t)
{
	struct value *o = value_new_object(r->arena);
	bool is_custom = t->name->kind == TOOL_CUSTOM;
	struct value *schema = is_custom ? tool_schema_of_custom(r->arena) :
	    tool_schema_clean(r->arena, t->schema);

	text_put(o, "name", text_of(t->name->sent));
	text_put(o, "description", is_custom ?
	    tool_schema_describe_custom(r->arena, t->description, t->grammar) :
	    t->description);
	value_put(o, "input_schema", schema);
	if (may_be_strict(r, t, schema))
		value_put(o, "strict", value_of_bool(true));
	return o;
}

static void
write_tools(struct reading *r, struct value *body)
{
	struct value *list;
	const struct tool *t = r->request->tools.first;

	if (t == NULL)
		return;
	list = value_new_array(r->arena);
	for (; t != NULL; t = t->next) {
		struct value *o = t->name->kind == TOOL_WEB_SEARCH ?
		    write_web_search(r, t) : write_tool(r, t);

		if (t->cache != CACHE_UNMARKED)
			value_put(o, "cache_control",
			    request_anthropic_write_cache(r, t->cache));
		value_add(list, o);
	}
	value_put(body, "tools", list);
}

/* The parallel switch stands in the choice: it makes one if need be. */
static void
write_choice(struct reading *r, struct value *body)
{
	static const char *const words[] = { [CHOICE_AUTO] = "auto",
		[CHOICE_REQUIRED] = "any", [CHOICE_NONE] = "none",
		[CHOICE_TOOL] = "tool" };
	const struct neutral_request *q = r->request;
	enum choice_kind kind = q->choice.kind;
	struct value *o;

	if (kind == CHOICE_UNSAID && q->parallel != SAID_NO)
		return;
	if (kind == CHOICE_UNSAID)
		kind = CHOICE_AUTO;
	o = value_new_object(r->arena);
	text_put(o, "type", text_of(words[kind]));
	if (kind == CHOICE_TOOL)
		text_put(o, "name", text_of(q->choice.tool->kind ==
		    TOOL_WEB_SEARCH ? "web_search" : q->choice.tool->sent));
	if (q->parallel != SAID_NOTHING && kind != CHOICE_NONE)
		value_put(o, "disable_parallel_tool_use",
		    value_of_bool(q->parallel == SAID_NO));
	value_put(body, "tool_choice", o);
}

static struct value *
write_config(struct reading *r, struct value *body)
{
	const struct reasoning_wish *wish = &r->request->reasoning;
	struct value *config = value_new_object(r->arena), *o;

	if (wish->form != REASONING_UNSAID) {
		o = value_new_object(r->arena);
		text_put(o, "type", wish->form == REASONING_OFF ?
		    WORDS("disabled") : wish->form == REASONING_BUDGET ?
		    WORDS("enabled") : WORDS("adaptive"));
		if (wish->form == REASONING_BUDGET)
			value_put(o, "budget_tokens",
			    value_new_int(r->arena, wish->budget));
		if (wish->form == REASONING_ADAPTIVE &&
		    wish->display == DISPLAY_SUMMARY)
			text_put(o, "display", WORDS("summarized"));
		value_put(body, "thinking", o);
	}
	if (wish->form == REASONING_ADAPTIVE)
		text_put(config, "effort", text_of(effort_name(wish->effort)));
	return config;
}

static void
write_format(struct reading *r, struct value *config)
{
	const struct output_format *f = &r->request->format;
	struct value *o;

	if (f->kind != FORMAT_SCHEMA)
		return;
	o = value_new_object(r->arena);
	text_put(o, "type", WORDS("json_schema"));
	value_put(o, "schema", f->schema);
	value_put(config, "format", o);
}

static void
write_rest(struct reading *r, struct value *body)
{
	const struct neutral_request *q = r->request;
	struct text user = reading_user(r, "user id");
	struct value *o;

	if (user.at != NULL) {
		o = value_new_object(r->arena);
		text_put(o, "user_id", user);
		value_put(body, "metadata", o);
	}
	if (q->n_stops > 0) {
		o = value_new_array(r->arena);
		for (size_t i = 0; i < q->n_stops; i++)
			value_add(o, value_new_string(r->arena, q->stops[i]));
		value_put(body, "stop_sequences", o);
	}
	if (q->tier != TIER_UNSAID)
		text_put(body, "service_tier", q->tier == TIER_AUTO ?
		    WORDS("auto") : WORDS("standard_only"));
	if (q->temperature != NULL)
		value_put(body, "temperature", q->temperature);
	if (q->top_p != NULL)
		value_put(body, "top_p", q->top_p);
	if (q->top_k != NULL)
		value_put(body, "top_k", q->top_k);
}

struct value *
request_anthropic_write(struct reading *r)
{
	const struct neutral_request *q = r->request;
	struct value *body = value_new_object(r->arena), *config;

	text_put(body, "model", q->model);
	value_put(body, "max_tokens", value_new_int(r->arena, q->max_tokens));
	if (q->is_stream)
		value_put(body, "stream", value_of_bool(true));
	write_messages(r, body);
	write_tools(r, body);
	write_choice(r, body);
	config = write_config(r, body);
	write_format(r, config);
	if (value_len(config) > 0)
		value_put(body, "output_config", config);
	write_rest(r, body);
	return body;
}
