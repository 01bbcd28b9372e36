/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_anthropic.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"

#define ATTRIBUTION "x-anthropic-billing-header:"

/*
 * The client's own vendor strips this entry by its place; to any other it is
 * a text that changes with every version and breaks prompt caches.
 */
static void
drop_attribution(struct reading *r, struct parts *system)
{
	struct part *first = system->first;

	if (first == NULL || model_has(r->target, IS_CLAUDE) ||
	    !text_begins(first->text, ATTRIBUTION))
		return;
	system->first = first->next;
	if (system->first == NULL)
		system->last = NULL;
	losses_add(r->losses, LOSS_PRIVATE, "system[0]");
}

static bool
read_system(struct reading *r, struct json_object *body)
{
	struct json_object *system = member_of(body, "system");
	struct message *m;

	if (system == NULL)
		return true;
	m = messages_add(r->arena, &r->request->messages, SPEAKER_SYSTEM);
	if (!request_anthropic_read_content(r, WHERE_MEMBER(NULL, "system"),
	    system, &m->parts))
		return false;
	drop_attribution(r, &m->parts);
	return true;
}

static bool
read_message(struct reading *r, const struct where *w,
    struct json_object *object)
{
	static const struct {
		const char *role;
		enum speaker speaker;
	} roles[] = {
		{ "user", SPEAKER_USER },
		{ "assistant", SPEAKER_ASSISTANT },
		{ "system", SPEAKER_SYSTEM },
	};
	struct text role;

	if (!reading_check(r, "message", w, object) ||
	    !reading_text(r, w, object, "role", &role))
		return false;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (text_is(role, roles[i].role)) {
			struct message *m = messages_add(r->arena,
			    &r->request->messages, roles[i].speaker);

			return request_anthropic_read_content(r,
			    WHERE_MEMBER(w, "content"),
			    member_of(object, "content"), &m->parts);
		}
	return reading_refuse(r, WHERE_MEMBER(w, "role"),
	    "user, assistant or system is wanted");
}

static bool
read_messages(struct reading *r, struct json_object *body)
{
	struct json_object *list = member_of(body, "messages");

	if (items_of(list) == 0)
		return reading_refuse(r, WHERE_MEMBER(NULL, "messages"),
		    "at least one is wanted");
	for (size_t i = 0; i < items_of(list); i++)
		if (!read_message(r, WHERE_ITEM(NULL, "messages", i),
		    json_object_array_get_idx(list, i)))
			return false;
	return true;
}

static bool
read_thinking(struct reading *r, struct json_object *body)
{
	struct json_object *thinking = member_of(body, "thinking");
	const struct where *w = WHERE_MEMBER(NULL, "thinking");
	struct reasoning_wish *wish = &r->request->reasoning;
	struct text kind, display;

	if (thinking == NULL)
		return true;
	if (!reading_check(r, "thinking", w, thinking))
		return false;
	kind = text_member(thinking, "type");
	display = text_member(thinking, "display");
	/* Thought between tools alone is the least that some models do. */
	if (text_is(kind, "disabled") || text_is(kind, "between_tools"))
		wish->form = REASONING_OFF;
	else if (text_is(kind, "adaptive"))
		wish->form = REASONING_ADAPTIVE;
	else if (text_is(kind, "enabled"))
		wish->form = REASONING_BUDGET;
	else
		return reading_refuse(r, WHERE_MEMBER(w, "type"),
		    "adaptive, enabled or disabled is wanted");
	if (wish->form == REASONING_BUDGET)
		wish->budget = json_object_get_int64(
		    member_of(thinking, "budget_tokens"));
	if (display.at != NULL)
		wish->display = text_is(display, "omitted") ? DISPLAY_OMITTED
		    : DISPLAY_SUMMARY;
	return true;
}

static bool
read_format(struct reading *r, const struct where *w,
    struct json_object *format)
{
	if (format == NULL)
		return true;
	if (!reading_check(r, "format", w, format))
		return false;
	if (!text_is(text_member(format, "type"), "json_schema") ||
	    member_of(format, "schema") == NULL)
		return reading_refuse(r, WHERE_MEMBER(w, "type"),
		    "json_schema and a schema are wanted");
	r->request->format.kind = FORMAT_SCHEMA;
	r->request->format.name = text_member(format, "name");
	r->request->format.schema = member_of(format, "schema");
	return true;
}

static bool
read_output_config(struct reading *r, struct json_object *body)
{
	struct json_object *config = member_of(body, "output_config");
	const struct where *w = WHERE_MEMBER(NULL, "output_config");
	struct reasoning_wish *wish = &r->request->reasoning;
	struct text effort;

	if (!read_format(r, WHERE_MEMBER(NULL, "output_format"),
	    member_of(body, "output_format")))
		return false;
	if (config == NULL)
		return true;
	if (!reading_check(r, "output_config", w, config) ||
	    !read_format(r, WHERE_MEMBER(w, "format"),
	    member_of(config, "format")))
		return false;
	effort = text_member(config, "effort");
	if (effort.at == NULL)
		return true;
	wish->effort = effort_parse(effort);
	if (wish->effort == EFFORT_UNSAID || wish->effort == EFFORT_NONE)
		return reading_refuse(r, WHERE_MEMBER(w, "effort"),
		    "low, medium, high, xhigh or max is wanted");
	if (wish->form == REASONING_UNSAID)
		wish->form = REASONING_EFFORT;
	return true;
}

static bool
read_stops(struct reading *r, struct json_object *body)
{
	struct json_object *list = member_of(body, "stop_sequences");
	struct neutral_request *q = r->request;

	q->stops = arena_alloc(r->arena, (items_of(list) + 1) *
	    sizeof *q->stops);
	for (size_t i = 0; i < items_of(list); i++) {
		struct text stop = text_value(json_object_array_get_idx(list,
		    i));

		if (stop.at == NULL)
			return reading_refuse(r, WHERE_ITEM(NULL,
			    "stop_sequences", i), "a string is wanted");
		q->stops[q->n_stops++] = stop;
	}
	return true;
}

static bool
read_metadata(struct reading *r, struct json_object *body)
{
	struct json_object *metadata = member_of(body, "metadata");

	r->request->user_id = text_member(metadata, "user_id");
	return metadata == NULL || reading_check(r, "metadata",
	    WHERE_MEMBER(NULL, "metadata"), metadata);
}

static bool
read_tier(struct reading *r, struct json_object *body)
{
	struct text tier = text_member(body, "service_tier");
	struct text speed = text_member(body, "speed");

	r->request->tier = text_is(speed, "fast") ? TIER_PRIORITY :
	    text_is(tier, "auto") ? TIER_AUTO :
	    text_is(tier, "standard_only") ? TIER_DEFAULT : TIER_UNSAID;
	return tier.at == NULL || r->request->tier != TIER_UNSAID ||
	    reading_refuse(r, WHERE_MEMBER(NULL, "service_tier"),
	    "auto or standard_only is wanted");
}

bool
request_anthropic_read(struct reading *r, struct json_object *body)
{
	struct neutral_request *q = r->request;

	if (!reading_check(r, "request", NULL, body))
		return false;
	q->model = text_member(body, "model");
	q->is_stream = member_is_true(body, "stream");
	q->wants_usage = true;
	q->temperature = member_of(body, "temperature");
	q->top_p = member_of(body, "top_p");
	/* Tools first: their declarations say what kind each name is. */
	return reading_tokens(r, body, "max_tokens", &q->max_tokens) &&
	    request_anthropic_read_tools(r, body) &&
	    read_system(r, body) && read_messages(r, body) &&
	    request_anthropic_read_choice(r, body) &&
	    read_thinking(r, body) && read_output_config(r, body) &&
	    read_stops(r, body) && read_metadata(r, body) &&
	    read_tier(r, body);
}
