/* SPDX-License-Identifier: ISC */
/*
 * The rules of a Chat Completions stream: chunks of one completion, the role
 * first, calls one after another, one finish reason that fits, then maybe the
 * usage, then "[DONE]"; or an error, and nothing.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/json/json_text.h"
#include "proxy/dialect/stream_rules.h"

static const char *
check_head(struct checked_stream *s, struct json_object *chunk)
{
	const char *id = json_text_string(chunk, "id");
	const char *object = json_text_string(chunk, "object");
	int64_t created;

	if (id == NULL || strncmp(id, "chatcmpl-", 9) != 0)
		return "id";
	if (object == NULL || strcmp(object, "chat.completion.chunk") != 0)
		return "object";
	if (json_text_string(chunk, "model") == NULL)
		return "model";
	if (!json_text_int(chunk, "created", &created))
		return "created";
	if (s->has_begun && (strcmp(s->id, id) != 0 || s->created != created))
		return "id or created changed";
	snprintf(s->id, sizeof s->id, "%s", id);
	s->created = created;
	return NULL;
}

static bool
has_name(struct json_object *call)
{
	static const char *const kinds[] = { "function", "custom" };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const char *name = json_text_string(json_text_object(call,
		    kinds[i]), "name");

		if (name != NULL && name[0] != '\0')
			return true;
	}
	return false;
}

static const char *
check_call(struct checked_stream *s, struct json_object *call)
{
	const char *id = json_text_string(call, "id");
	int64_t index;

	if (!json_text_int(call, "index", &index) || index < 0)
		return "a call without index";
	if (index == s->n_tools) {
		s->n_tools++;
		return id != NULL && id[0] != '\0' && has_name(call) &&
		    json_text_string(call, "type") != NULL ? NULL
		    : "a call begins without id, name or type";
	}
	if (index != (int64_t)s->n_tools - 1)
		return "calls mix";
	return id == NULL ? NULL : "a call begins twice";
}

static const char *
check_calls(struct checked_stream *s, struct json_object *delta)
{
	struct json_object *calls = json_text_array(delta, "tool_calls");
	size_t n = calls != NULL ? json_object_array_length(calls) : 0;
	const char *broken = NULL;

	for (size_t i = 0; broken == NULL && i < n; i++)
		broken = check_call(s, json_object_array_get_idx(calls, i));
	return broken;
}

static const char *
check_finish(struct checked_stream *s, const char *reason)
{
	bool is_tools = strcmp(reason, "tool_calls") == 0;
	bool is_cut = strcmp(reason, "length") == 0 ||
	    strcmp(reason, "content_filter") == 0;

	s->has_finish = true;
	if (!is_tools && !is_cut && strcmp(reason, "stop") != 0)
		return "finish_reason is none";
	return is_cut || is_tools == (s->n_tools > 0) ? NULL
	    : "finish_reason does not fit the calls";
}

static const char *
check_choice(struct checked_stream *s, struct json_object *choice)
{
	struct json_object *delta = json_text_object(choice, "delta");
	const char *role = json_text_string(delta, "role");
	const char *reason = json_text_string(choice, "finish_reason");
	const char *broken;
	int64_t index;

	if (s->has_finish)
		return "a choice after finish_reason";
	if (!json_text_int(choice, "index", &index) || index != 0)
		return "a choice's index";
	if (delta == NULL)
		return "a choice without delta";
	if (s->has_begun != (role == NULL))
		return "role is not in the first chunk alone";
	s->has_begun = true;
	broken = check_calls(s, delta);
	if (broken != NULL || reason == NULL)
		return broken;
	return check_finish(s, reason);
}

const char *
stream_check_chat_done(struct checked_stream *s)
{
	s->is_over = true;
	return s->has_finish ? NULL : "[DONE] without finish_reason";
}

static const char *
check_error(struct checked_stream *s, struct json_object *chunk)
{
	s->is_over = true;
	return json_text_string(json_text_object(chunk, "error"), "message")
	    != NULL ? NULL : "an error without message";
}

const char *
stream_check_chat(struct checked_stream *s, const char *name,
    struct json_object *chunk)
{
	struct json_object *choices = json_text_array(chunk, "choices");
	struct json_object *usage = json_text_object(chunk, "usage");
	const char *broken;

	if (name[0] != '\0')
		return "event: is not of this dialect";
	if (!json_text_is_absent(chunk, "error"))
		return check_error(s, chunk);
	broken = check_head(s, chunk);
	if (broken != NULL)
		return broken;
	if (choices == NULL || json_object_array_length(choices) > 1)
		return "choices";
	if (json_object_array_length(choices) == 1)
		return check_choice(s, json_object_array_get_idx(choices, 0));
	if (!s->has_finish || usage == NULL)
		return "a chunk without choice, and not the usage";
	return NULL;
}
