/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_openai.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/tool_schema.h"

static const struct {
	const char *word;
	enum service_tier tier;
} tiers[] = {
	{ "auto", TIER_AUTO },
	{ "default", TIER_DEFAULT },
	{ "flex", TIER_FLEX },
	{ "priority", TIER_PRIORITY },
	{ "fast", TIER_PRIORITY },
	{ "scale", TIER_PRIORITY },
};
#define N_TIERS (sizeof tiers / sizeof tiers[0])

static bool
read_tier(struct reading *r, struct json_object *body)
{
	struct text word = text_member(body, "service_tier");

	if (word.at == NULL)
		return true;
	for (size_t i = 0; i < N_TIERS; i++)
		if (text_is(word, tiers[i].word))
			r->request->tier = tiers[i].tier;
	if (r->request->tier == TIER_UNSAID)
		reading_lose(r, LOSS_DROPPED,
		    WHERE_MEMBER(NULL, "service_tier"));
	return true;
}

bool
request_openai_read_common(struct reading *r, struct json_object *body)
{
	struct neutral_request *q = r->request;
	struct text safety = text_member(body, "safety_identifier");

	q->model = text_member(body, "model");
	q->is_stream = member_is_true(body, "stream");
	q->temperature = member_of(body, "temperature");
	q->top_p = member_of(body, "top_p");
	q->top_k = member_of(body, "top_k");
	q->top_logprobs = member_of(body, "top_logprobs");
	q->metadata = member_of(body, "metadata");
	q->cache_key = text_member(body, "prompt_cache_key");
	q->cache_retention = text_member(body, "prompt_cache_retention");
	q->cache_options = member_of(body, "prompt_cache_options");
	q->user_id = safety.at != NULL ? safety : text_member(body, "user");
	if (member_of(body, "parallel_tool_calls") != NULL)
		q->parallel = member_is_true(body, "parallel_tool_calls") ?
		    SAID_YES : SAID_NO;
	return read_tier(r, body);
}

bool
request_openai_read_effort(struct reading *r, const struct where *w,
    struct text word)
{
	struct reasoning_wish *wish = &r->request->reasoning;

	if (word.at == NULL)
		return true;
	wish->effort = effort_parse(word);
	if (wish->effort == EFFORT_UNSAID)
		return reading_refuse(r, w, "no effort has this name");
	wish->form = wish->effort == EFFORT_NONE ? REASONING_OFF
	    : REASONING_EFFORT;
	return true;
}

/* Chat puts names one level deeper than Responses. */
static const struct tool_name *
named_tool(struct reading *r, struct json_object *choice)
{
	bool is_custom = text_is(text_member(choice, "type"), "custom");
	struct json_object *inner = member_of(choice, is_custom ? "custom"
	    : "function");
	struct text name = text_member(inner != NULL ? inner : choice, "name");

	return name.at == NULL ? NULL : reading_tool(r, name,
	    text_member(choice, "namespace"), is_custom ? TOOL_CUSTOM
	    : TOOL_FUNCTION);
}

static bool
read_allowed(struct reading *r, const struct where *w,
    struct json_object *choice)
{
	struct json_object *inner = member_of(choice, "allowed_tools");
	struct json_object *holder = inner != NULL ? inner : choice;
	struct json_object *list = member_of(holder, "tools");
	struct tool_choice *to = &r->request->choice;

	to->kind = text_is(text_member(holder, "mode"), "required") ?
	    CHOICE_REQUIRED : CHOICE_AUTO;
	for (size_t i = items_of(list); i > 0; i--) {
		struct json_object *tool = json_object_array_get_idx(list,
		    i - 1);
		const struct tool_name *name = named_tool(r, tool);
		struct allowed_tool *a;

		if (name == NULL)
			return reading_refuse_target(r, WHERE_ITEM(w, "tools",
			    i - 1));
		a = arena_alloc(r->arena, sizeof *a);
		a->name = name;
		a->next = to->allowed;
		to->allowed = a;
	}
	return to->allowed != NULL || reading_refuse(r,
	    WHERE_MEMBER(w, "tools"), "at least one is wanted");
}

bool
request_openai_read_choice(struct reading *r, struct json_object *body)
{
	struct json_object *choice = member_of(body, "tool_choice");
	const struct where *w = WHERE_MEMBER(NULL, "tool_choice");
	struct tool_choice *to = &r->request->choice;
	struct text word = text_value(choice), kind;

	if (choice == NULL)
		return true;
	if (word.at != NULL) {
		to->kind = text_is(word, "auto") ? CHOICE_AUTO :
		    text_is(word, "required") ? CHOICE_REQUIRED :
		    text_is(word, "none") ? CHOICE_NONE : CHOICE_UNSAID;
		return to->kind != CHOICE_UNSAID || reading_refuse(r, w,
		    "auto, required or none is wanted");
	}
	kind = text_member(choice, "type");
	if (text_is(kind, "allowed_tools"))
		return read_allowed(r, w, choice);
	if (text_begins(kind, "web_search")) {
		to->tool = reading_tool(r, WORDS("web_search"), NO_TEXT,
		    TOOL_WEB_SEARCH);
		to->kind = CHOICE_TOOL;
		return true;
	}
	if (!text_is(kind, "function") && !text_is(kind, "custom"))
		return reading_refuse_target(r, WHERE_MEMBER(w, "type"));
	to->kind = CHOICE_TOOL;
	to->tool = named_tool(r, choice);
	return to->tool != NULL || reading_refuse(r, WHERE_MEMBER(w, "name"),
	    "a string is wanted");
}

void
request_openai_keep_size(struct reading *r, struct json_object *options,
    struct json_object *search)
{
	if (r->options->to != DIALECT_ANTHROPIC)
		text_put(search, "search_context_size", text_member(options,
		    "search_context_size"));
}

static void
keep_member(struct json_object *body, const char *name,
    struct json_object *value)
{
	if (value != NULL)
		json_object_object_add(body, name, json_object_get(value));
}

static void
write_identity(struct reading *r, struct json_object *body)
{
	const struct neutral_request *q = r->request;
	bool is_openai = model_has(r->target, IS_OPENAI);
	struct text key = q->cache_key;

	if (q->user_id.len > 0)
		text_put(body, is_openai ? "safety_identifier" : "user",
		    reading_user(r, "user id"));
	/* A Messages client names its session there: one cache for each. */
	if (key.at == NULL && is_openai && q->user_id.len > 0)
		key = reading_user(r, "prompt cache key");
	text_put(body, "prompt_cache_key", key);
}

void
request_openai_write_common(struct reading *r, struct json_object *body)
{
	static const char *const words[] = { [TIER_AUTO] = "auto",
		[TIER_DEFAULT] = "default", [TIER_FLEX] = "flex",
		[TIER_PRIORITY] = "priority" };
	const struct neutral_request *q = r->request;

	keep_member(body, "temperature", q->temperature);
	keep_member(body, "top_p", q->top_p);
	keep_member(body, "metadata", q->metadata);
	text_put(body, "prompt_cache_retention", q->cache_retention);
	keep_member(body, "prompt_cache_options", q->cache_options);
	if (q->tier != TIER_UNSAID)
		text_put(body, "service_tier", text_of(words[q->tier]));
	if (q->parallel != SAID_NOTHING && q->tools.first != NULL)
		json_object_object_add(body, "parallel_tool_calls",
		    json_object_new_boolean(q->parallel == SAID_YES));
	write_identity(r, body);
	/* What we say ourselves is not overruled by what we do not know. */
	if (q->unknown != NULL) {
		json_object_object_foreach(q->unknown, name, value)
			if (!json_object_object_get_ex(body, name, NULL))
				json_object_object_add(body, name,
				    json_object_get(value));
	}
}

struct json_object *
request_openai_schema(struct reading *r, struct json_object *schema,
    struct json_object *strict, bool *is_strict)
{
	struct json_object *clean = tool_schema_clean(schema);

	*is_strict = strict != NULL && json_object_get_boolean(strict) &&
	    tool_schema_is_strict(clean);
	if (strict != NULL && json_object_get_boolean(strict) && !*is_strict)
		losses_add(r->losses, LOSS_ALTERED, "%s", r->words->strict);
	return clean;
}

bool
request_openai_is_strict(const struct output_format *f)
{
	return (f->strict == NULL || json_object_get_boolean(f->strict)) &&
	    tool_schema_is_strict(f->schema);
}

struct json_object *
request_openai_grammar(struct json_object *grammar)
{
	struct json_object *inner = member_of(grammar, "grammar"), *flat;

	if (!json_object_is_type(inner, json_type_object))
		return json_object_get(grammar);
	flat = json_object_new_object();
	json_object_object_add(flat, "type", json_object_new_string("grammar"));
	json_object_object_foreach(inner, name, value)
		json_object_object_add(flat, name, json_object_get(value));
	return flat;
}
