/* SPDX-License-Identifier: ISC */
/*
 * The rules of a Messages stream: one message, blocks one after another, each
 * with its own deltas, a stop reason that fits, and one end.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/json/json_text.h"
#include "proxy/dialect/stream_rules.h"

static const struct {
	const char *block, *delta, *member;
} deltas[] = {
	{ "text", "text_delta", "text" },
	{ "thinking", "thinking_delta", "thinking" },
	{ "thinking", "signature_delta", "signature" },
	{ "tool_use", "input_json_delta", "partial_json" },
};

static bool
is_text(struct json_object *object, const char *name)
{
	const char *text = json_text_string(object, name);

	return text != NULL && text[0] != '\0';
}

static bool
has_usage(struct json_object *holder)
{
	static const char *const counts[] = { "input_tokens", "output_tokens",
		"cache_creation_input_tokens", "cache_read_input_tokens" };
	struct json_object *usage = json_text_object(holder, "usage");
	int64_t n;

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		if (!json_text_int(usage, counts[i], &n) || n < 0)
			return false;
	return true;
}

static const char *
on_message_start(struct checked_stream *s, struct json_object *event)
{
	struct json_object *message = json_text_object(event, "message");
	struct json_object *content = json_text_array(message, "content");
	const char *role = json_text_string(message, "role");
	const char *id = json_text_string(message, "id");

	if (s->has_begun)
		return "a second message_start";
	s->has_begun = true;
	if (id == NULL || strncmp(id, "msg_", 4) != 0)
		return "message.id";
	if (role == NULL || strcmp(role, "assistant") != 0)
		return "message.role";
	if (!is_text(message, "model"))
		return "message.model";
	if (content == NULL || json_object_array_length(content) > 0)
		return "message.content";
	return has_usage(message) ? NULL : "message.usage";
}

static bool
is_index(struct json_object *event, unsigned wanted)
{
	int64_t index;

	return json_text_int(event, "index", &index) && index == wanted;
}

static const char *
on_block_start(struct checked_stream *s, struct json_object *event)
{
	struct json_object *block = json_text_object(event, "content_block");
	const char *type = json_text_string(block, "type");
	bool is_tool = type != NULL && strcmp(type, "tool_use") == 0;

	if (s->is_open)
		return "a block begins in another";
	if (s->has_finish)
		return "a block after message_delta";
	if (!is_index(event, s->n_blocks))
		return "index of a block that begins";
	if (type == NULL)
		return "content_block.type";
	if (is_tool && (!is_text(block, "id") || !is_text(block, "name") ||
	    json_text_object(block, "input") == NULL))
		return "tool_use without id, name or input";
	if (strcmp(type, "text") == 0 && !json_text_string(block, "text"))
		return "text without text";
	if (strcmp(type, "thinking") == 0 &&
	    (json_text_string(block, "thinking") == NULL ||
	    json_text_string(block, "signature") == NULL))
		return "thinking without thinking or signature";
	s->is_open = true;
	s->n_blocks++;
	s->n_tools += is_tool;
	snprintf(s->kind, sizeof s->kind, "%s", type);
	return NULL;
}

static const char *
on_block_delta(struct checked_stream *s, struct json_object *event)
{
	struct json_object *delta = json_text_object(event, "delta"), *value;
	const char *type = json_text_string(delta, "type");

	if (!s->is_open || !is_index(event, s->n_blocks - 1))
		return "a delta outside its block";
	for (size_t i = 0; type != NULL &&
	    i < sizeof deltas / sizeof deltas[0]; i++)
		if (strcmp(deltas[i].delta, type) == 0 &&
		    strcmp(deltas[i].block, s->kind) == 0)
			return json_object_object_get_ex(delta,
			    deltas[i].member, &value) &&
			    json_object_is_type(value, json_type_string)
			    ? NULL : "a delta without its member";
	return "a delta of another kind than its block";
}

static const char *
on_block_stop(struct checked_stream *s, struct json_object *event)
{
	if (!s->is_open || !is_index(event, s->n_blocks - 1))
		return "content_block_stop outside its block";
	s->is_open = false;
	return NULL;
}

/* Calls must be run, and nothing else can be; unless they were cut short. */
static const char *
check_stop_reason(const struct checked_stream *s, const char *reason)
{
	static const struct {
		const char *reason;
		bool with_tools, without;
	} reasons[] = {
		{ "end_turn", false, true },
		{ "stop_sequence", false, true },
		{ "pause_turn", false, true },
		{ "tool_use", true, false },
		{ "max_tokens", true, true },
		{ "model_context_window_exceeded", true, true },
		{ "refusal", true, true },
	};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return (s->n_tools > 0 ? reasons[i].with_tools
			    : reasons[i].without) ? NULL
			    : "stop_reason does not fit the blocks";
	return "stop_reason is none";
}

static const char *
on_message_delta(struct checked_stream *s, struct json_object *event)
{
	const char *reason = json_text_string(json_text_object(event, "delta"),
	    "stop_reason");

	if (s->is_open)
		return "message_delta inside a block";
	if (s->has_finish)
		return "a second message_delta";
	s->has_finish = true;
	if (reason == NULL)
		return "message_delta without stop_reason";
	if (!has_usage(event))
		return "message_delta.usage";
	return check_stop_reason(s, reason);
}

static const char *
on_message_stop(struct checked_stream *s, struct json_object *event)
{
	(void)event;
	s->is_over = true;
	return s->has_finish ? NULL : "message_stop without message_delta";
}

static const char *
on_error(struct checked_stream *s, struct json_object *event)
{
	struct json_object *error = json_text_object(event, "error");

	s->is_over = true;
	return is_text(error, "type") && json_text_string(error, "message")
	    ? NULL : "an error without type or message";
}

static const struct {
	const char *type;
	const char *(*check)(struct checked_stream *, struct json_object *);
} events[] = {
	{ "content_block_delta", on_block_delta },
	{ "content_block_start", on_block_start },
	{ "content_block_stop", on_block_stop },
	{ "message_start", on_message_start },
	{ "message_delta", on_message_delta },
	{ "message_stop", on_message_stop },
	{ "error", on_error },
};

const char *
stream_check_anthropic(struct checked_stream *s, const char *name,
    struct json_object *event)
{
	const char *type = json_text_string(event, "type");

	if (type == NULL || strcmp(name, type) != 0)
		return "event: is not its type";
	if (strcmp(type, "ping") == 0)
		return NULL;
	if (!s->has_begun && strcmp(type, "message_start") != 0 &&
	    strcmp(type, "error") != 0)
		return "an event before message_start";
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (strcmp(events[i].type, type) == 0)
			return events[i].check(s, event);
	return "a type that is none";
}
