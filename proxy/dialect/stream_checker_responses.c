/* SPDX-License-Identifier: ISC */
/*
 * The rules of a Responses stream: numbered events, items one after another,
 * each whole at its end and equal to what came in pieces, and one last event
 * with all of them.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/json/json_text.h"
#include "proxy/dialect/stream_rules.h"

static bool
is_word(struct json_object *object, const char *name, const char *word)
{
	const char *text = json_text_string(object, name);

	return text != NULL && strcmp(text, word) == 0;
}

static bool
is_text(struct json_object *object, const char *name)
{
	const char *text = json_text_string(object, name);

	return text != NULL && text[0] != '\0';
}

/* The response itself, in the state that goes with the event. */
static const char *
check_response(struct checked_stream *s, struct json_object *event,
    const char *status)
{
	struct json_object *response = json_text_object(event, "response");
	const char *id = json_text_string(response, "id");

	if (id == NULL || strncmp(id, "resp_", 5) != 0)
		return "response.id";
	if (s->id[0] != '\0' && strcmp(s->id, id) != 0)
		return "response.id changed";
	snprintf(s->id, sizeof s->id, "%s", id);
	if (!is_word(response, "object", "response"))
		return "response.object";
	if (!is_word(response, "status", status))
		return "response.status";
	if (json_text_array(response, "output") == NULL)
		return "response.output";
	return is_text(response, "model") ? NULL : "response.model";
}

static const char *
on_created(struct checked_stream *s, struct json_object *event)
{
	if (s->has_begun)
		return "a second response.created";
	s->has_begun = true;
	return check_response(s, event, "in_progress");
}

static const char *
on_in_progress(struct checked_stream *s, struct json_object *event)
{
	if (s->has_progress || s->n_blocks > 0)
		return "response.in_progress is not the second";
	s->has_progress = true;
	return check_response(s, event, "in_progress");
}

/* --- items --- */

static const char *
on_item_added(struct checked_stream *s, struct json_object *event)
{
	struct json_object *item = json_text_object(event, "item");
	int64_t index;

	if (s->is_open)
		return "an item begins in another";
	if (!s->has_progress)
		return "an item before response.in_progress";
	if (!json_text_int(event, "output_index", &index) ||
	    index != s->n_blocks)
		return "output_index of an item that begins";
	if (!is_text(item, "id") || !is_text(item, "type"))
		return "an item without id or type";
	s->n_blocks++;
	s->is_open = true;
	s->has_part = s->has_text_end = false;
	s->text = (struct checked_text) { 0, 0 };
	snprintf(s->kind, sizeof s->kind, "%s",
	    json_text_string(item, "type"));
	snprintf(s->item_id, sizeof s->item_id, "%s",
	    json_text_string(item, "id"));
	return NULL;
}

static bool
is_in_item(const struct checked_stream *s, struct json_object *event)
{
	int64_t index;

	return s->is_open && is_word(event, "item_id", s->item_id) &&
	    json_text_int(event, "output_index", &index) &&
	    index == (int64_t)s->n_blocks - 1;
}

static const char *
on_part_added(struct checked_stream *s, struct json_object *event)
{
	if (!is_in_item(s, event) || s->has_part)
		return "a part outside its item";
	s->has_part = true;
	return json_text_object(event, "part") != NULL ? NULL
	    : "a part without part";
}

static const char *
on_delta(struct checked_stream *s, struct json_object *event)
{
	bool is_call = strstr(s->kind, "call") != NULL;
	struct json_object *delta;

	if (!is_in_item(s, event) || s->has_text_end)
		return "a delta outside its item";
	if (is_call == s->has_part)
		return "a delta outside its part";
	if (!json_object_object_get_ex(event, "delta", &delta) ||
	    !json_object_is_type(delta, json_type_string))
		return "a delta without delta";
	checked_text_add(&s->text, json_object_get_string(delta),
	    (size_t)json_object_get_string_len(delta));
	return NULL;
}

/* The whole of what came in pieces; which of them depends on the item. */
static const char *
on_text_done(struct checked_stream *s, struct json_object *event)
{
	static const char *const names[] = { "text", "refusal", "arguments",
		"input" };

	if (!is_in_item(s, event) || s->has_text_end)
		return "a done outside its item";
	s->has_text_end = true;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (checked_text_is(&s->text, event, names[i]))
			return NULL;
	return "a done that differs from its deltas";
}

static bool
is_part_whole(const struct checked_stream *s, struct json_object *part)
{
	return checked_text_is(&s->text, part, "text") ||
	    checked_text_is(&s->text, part, "refusal");
}

static const char *
on_part_done(struct checked_stream *s, struct json_object *event)
{
	if (!is_in_item(s, event) || !s->has_text_end || !s->has_part)
		return "a part's end outside its item";
	s->has_part = false;
	return is_part_whole(s, json_text_object(event, "part")) ? NULL
	    : "a part that differs from its deltas";
}

static bool
has_whole_part(const struct checked_stream *s, struct json_object *item,
    const char *list)
{
	struct json_object *parts = json_text_array(item, list);

	if (parts == NULL)
		return false;
	if (json_object_array_length(parts) == 0)
		return s->text.len == 0;
	return is_part_whole(s, json_object_array_get_idx(parts, 0));
}

static const char *
check_item(struct checked_stream *s, struct json_object *item)
{
	bool is_custom = strcmp(s->kind, "custom_tool_call") == 0;

	if (strcmp(s->kind, "message") == 0)
		return has_whole_part(s, item, "content") ? NULL
		    : "a message that differs from its deltas";
	if (strcmp(s->kind, "reasoning") == 0)
		return has_whole_part(s, item, "summary") ? NULL
		    : "a summary that differs from its deltas";
	if (!is_custom && strcmp(s->kind, "function_call") != 0)
		return "an item's type";
	s->n_tools++;
	if (!is_text(item, "call_id") || !is_text(item, "name"))
		return "a call without call_id or name";
	if (!s->has_text_end)
		return "a call without its done";
	return checked_text_is(&s->text, item,
	    is_custom ? "input" : "arguments") ? NULL
	    : "arguments that differ from their deltas";
}

static const char *
on_item_done(struct checked_stream *s, struct json_object *event)
{
	struct json_object *item = json_text_object(event, "item");
	int64_t index;

	if (!s->is_open || s->has_part)
		return "an item's end outside it";
	if (!json_text_int(event, "output_index", &index) ||
	    index != (int64_t)s->n_blocks - 1)
		return "output_index of an item that ends";
	if (!is_word(item, "id", s->item_id) || !is_word(item, "type", s->kind))
		return "an item that changed its id or type";
	s->is_open = false;
	return check_item(s, item);
}

/* --- the end --- */

static const char *
check_end(struct checked_stream *s, struct json_object *event,
    const char *status)
{
	struct json_object *output = json_text_array(json_text_object(event,
	    "response"), "output");
	const char *broken = check_response(s, event, status);

	if (broken != NULL)
		return broken;
	if (s->is_open)
		return "the end inside an item";
	s->is_over = true;
	return json_object_array_length(output) == s->n_blocks ? NULL
	    : "response.output lacks an item";
}

static const char *
on_completed(struct checked_stream *s, struct json_object *event)
{
	return check_end(s, event, "completed");
}

static const char *
on_incomplete(struct checked_stream *s, struct json_object *event)
{
	if (!is_text(json_text_object(json_text_object(event, "response"),
	    "incomplete_details"), "reason"))
		return "response.incomplete without reason";
	return check_end(s, event, "incomplete");
}

static const char *
on_failed(struct checked_stream *s, struct json_object *event)
{
	struct json_object *error = json_text_object(json_text_object(event,
	    "response"), "error");

	s->is_over = true;
	if (!is_text(error, "code") ||
	    json_text_string(error, "message") == NULL)
		return "response.error without code or message";
	return check_response(s, event, "failed");
}

static const char *
on_keep_alive(struct checked_stream *s, struct json_object *event)
{
	(void)s;
	(void)event;
	return NULL;
}

static const struct {
	const char *type;
	const char *(*check)(struct checked_stream *, struct json_object *);
} events[] = {
	{ "response.output_text.delta", on_delta },
	{ "response.function_call_arguments.delta", on_delta },
	{ "response.reasoning_summary_text.delta", on_delta },
	{ "response.refusal.delta", on_delta },
	{ "response.custom_tool_call_input.delta", on_delta },
	{ "response.output_item.added", on_item_added },
	{ "response.content_part.added", on_part_added },
	{ "response.reasoning_summary_part.added", on_part_added },
	{ "response.output_text.done", on_text_done },
	{ "response.refusal.done", on_text_done },
	{ "response.reasoning_summary_text.done", on_text_done },
	{ "response.function_call_arguments.done", on_text_done },
	{ "response.custom_tool_call_input.done", on_text_done },
	{ "response.content_part.done", on_part_done },
	{ "response.reasoning_summary_part.done", on_part_done },
	{ "response.output_item.done", on_item_done },
	{ "response.created", on_created },
	{ "response.in_progress", on_in_progress },
	{ "response.completed", on_completed },
	{ "response.incomplete", on_incomplete },
	{ "response.failed", on_failed },
	{ "keepalive", on_keep_alive },
};

const char *
stream_check_responses(struct checked_stream *s, const char *name,
    struct json_object *event)
{
	const char *type = json_text_string(event, "type");
	int64_t sequence;

	if (type == NULL || strcmp(name, type) != 0)
		return "event: is not its type";
	if (!json_text_int(event, "sequence_number", &sequence) ||
	    sequence <= s->sequence)
		return "sequence_number does not ascend";
	s->sequence = sequence;
	if (!s->has_begun && strcmp(type, "response.created") != 0)
		return "an event before response.created";
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (strcmp(events[i].type, type) == 0)
			return events[i].check(s, event);
	return "a type that is none";
}
