/* SPDX-License-Identifier: ISC */
/* The messages of a Chat request, read. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_chat.h"

struct piece {
	struct reading *r;
	const struct where *where;
	struct json_object *object;
	struct parts *into;
};

static bool
read_text(struct piece *p)
{
	struct text text;

	if (!reading_text(p->r, p->where, p->object, "text", &text))
		return false;
	parts_add_text(p->r->arena, p->into, text);
	return true;
}

static bool
read_refusal(struct piece *p)
{
	struct part *to = parts_add(p->r->arena, p->into, PART_REFUSAL);

	return reading_text(p->r, p->where, p->object, "refusal", &to->text);
}

static bool
read_image(struct piece *p)
{
	struct json_object *image = member_of(p->object, "image_url");
	const struct where *w = WHERE_MEMBER(p->where, "image_url");
	struct part *to = parts_add(p->r->arena, p->into, PART_IMAGE);
	struct text url = text_value(image);

	if (url.at == NULL && (!reading_check(p->r, "image_url", w, image) ||
	    !reading_text(p->r, w, image, "url", &url)))
		return false;
	to->media.detail = text_member(image, "detail");
	return reading_url(p->r, w, url, &to->media);
}

static bool
read_file(struct piece *p)
{
	struct json_object *file = member_of(p->object, "file");
	const struct where *w = WHERE_MEMBER(p->where, "file");
	struct part *to = parts_add(p->r->arena, p->into, PART_DOCUMENT);
	struct text data;

	if (!reading_check(p->r, "file", w, file) ||
	    !reading_text(p->r, w, file, "file_data", &data))
		return false;
	to->media.name = text_member(file, "filename");
	return reading_url(p->r, WHERE_MEMBER(w, "file_data"), data,
	    &to->media) && (to->media.source != MEDIA_URL ||
	    reading_refuse(p->r, WHERE_MEMBER(w, "file_data"),
	    "a data URL is wanted"));
}

static bool
read_audio(struct piece *p)
{
	struct json_object *audio = member_of(p->object, "input_audio");
	const struct where *w = WHERE_MEMBER(p->where, "input_audio");
	struct part *to = parts_add(p->r->arena, p->into, PART_AUDIO);

	to->media.source = MEDIA_BASE64;
	return reading_text(p->r, w, audio, "data", &to->media.data) &&
	    reading_text(p->r, w, audio, "format", &to->media.type);
}

static const struct {
	const char *kind;
	bool (*read)(struct piece *);
} readers[] = {
	{ "text", read_text },
	{ "refusal", read_refusal },
	{ "image_url", read_image },
	{ "file", read_file },
	{ "input_audio", read_audio },
};

static bool
read_piece(struct piece *p)
{
	struct text kind = text_member(p->object, "type");
	struct json_object *mark = member_of(p->object,
	    "prompt_cache_breakpoint");
	enum fate fate = FATE_NONE;

	if (!reading_kind(p->r, "block", p->where, kind, &fate) ||
	    !reading_check(p->r, "block members", p->where, p->object))
		return false;
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (text_is(kind, readers[i].kind) && !readers[i].read(p))
			return false;
	if (mark == NULL)
		mark = member_of(p->object, "cache_control");
	if (mark != NULL && p->into->last != NULL)
		p->into->last->cache = text_is(text_member(mark, "ttl"), "1h") ?
		    CACHE_LONG : CACHE_SHORT;
	return true;
}

static bool
read_content(struct reading *r, const struct where *up,
    struct json_object *content, struct parts *into)
{
	if (json_object_is_type(content, json_type_string))
		parts_add_text(r->arena, into, text_value(content));
	for (size_t i = 0; i < items_of(content); i++) {
		struct piece p = {
			.r = r,
			.where = WHERE_ITEM(up, "content", i),
			.object = json_object_array_get_idx(content, i),
			.into = into,
		};

		if (!json_object_is_type(p.object, json_type_object))
			return reading_refuse(r, p.where,
			    "an object is wanted");
		if (!read_piece(&p))
			return false;
	}
	return true;
}

static bool
read_call(struct reading *r, const struct where *w,
    struct json_object *object, struct parts *into)
{
	struct part *p = parts_add(r->arena, into, PART_CALL);
	struct json_object *custom = member_of(object, "custom");
	struct json_object *inner = custom != NULL ? custom :
	    member_of(object, "function");
	const struct where *at = WHERE_MEMBER(w, custom != NULL ? "custom" :
	    "function");
	struct text name;

	if (!reading_check(r, "call", w, object) ||
	    !reading_text(r, w, object, "id", &p->call.id) ||
	    !reading_check(r, "called", at, inner) ||
	    !reading_text(r, at, inner, "name", &name))
		return false;
	p->call.kind = custom != NULL ? TOOL_CUSTOM : TOOL_FUNCTION;
	p->call.tool = reading_tool(r, name, NO_TEXT, p->call.kind);
	p->call.input = text_member(inner, custom != NULL ? "input"
	    : "arguments");
	if (p->call.input.at == NULL)
		p->call.input = WORDS("");
	return true;
}

/*
 * Reasoning that a host of this dialect gave, under one of its three names; of
 * a list of details each entry may be sealed.
 */
static bool
read_reasoning(struct reading *r, const struct where *w,
    struct json_object *object, struct parts *into)
{
	struct json_object *details = member_of(object, "reasoning_details");
	struct text plain = text_member(object, "reasoning_content");
	size_t n = items_of(details);

	if (plain.at == NULL)
		plain = text_member(object, "reasoning");
	for (size_t i = 0; i < n; i++) {
		struct json_object *d = json_object_array_get_idx(details, i);
		struct part *p = parts_add(r->arena, into, PART_THOUGHT);
		struct text data = text_member(d, "data");

		if (!json_object_is_type(d, json_type_object))
			return reading_refuse(r, WHERE_ITEM(w,
			    "reasoning_details", i), "an object is wanted");
		p->thought.text = text_member(d, "text");
		if (p->thought.text.at == NULL)
			p->thought.text = text_member(d, "summary");
		p->thought.sealed = data.at != NULL ? data :
		    text_member(d, "signature");
		p->thought.item_id = text_member(d, "id");
	}
	if (n == 0 && plain.len > 0)
		parts_add(r->arena, into, PART_THOUGHT)->thought.text = plain;
	return true;
}

static bool
read_assistant(struct reading *r, const struct where *w,
    struct json_object *object)
{
	struct message *m = messages_add(r->arena, &r->request->messages,
	    SPEAKER_ASSISTANT);
	struct json_object *calls = member_of(object, "tool_calls");
	struct text refusal = text_member(object, "refusal");

	if (!read_reasoning(r, w, object, &m->parts) ||
	    !read_content(r, w, member_of(object, "content"), &m->parts))
		return false;
	if (refusal.len > 0)
		parts_add(r->arena, &m->parts, PART_REFUSAL)->text = refusal;
	for (size_t i = 0; i < items_of(calls); i++)
		if (!read_call(r, WHERE_ITEM(w, "tool_calls", i),
		    json_object_array_get_idx(calls, i), &m->parts))
			return false;
	return true;
}

/* Results of one turn's calls are one message, as in Messages. */
static bool
read_tool(struct reading *r, const struct where *w, struct json_object *object)
{
	struct message *m = r->request->messages.last;
	struct part *p;

	if (m == NULL || m->speaker != SPEAKER_USER ||
	    m->parts.last == NULL || m->parts.last->kind != PART_RESULT)
		m = messages_add(r->arena, &r->request->messages,
		    SPEAKER_USER);
	p = parts_add(r->arena, &m->parts, PART_RESULT);
	return reading_text(r, w, object, "tool_call_id", &p->result.id) &&
	    read_content(r, w, member_of(object, "content"),
	    &p->result.parts);
}

static bool
read_message(struct reading *r, const struct where *w,
    struct json_object *object)
{
	struct text role;
	enum speaker speaker;

	if (!reading_check(r, "message", w, object) ||
	    !reading_text(r, w, object, "role", &role))
		return false;
	if (text_is(role, "assistant"))
		return read_assistant(r, w, object);
	if (text_is(role, "tool"))
		return read_tool(r, w, object);
	speaker = text_is(role, "user") ? SPEAKER_USER :
	    text_is(role, "system") ? SPEAKER_SYSTEM :
	    text_is(role, "developer") ? SPEAKER_DEVELOPER : SPEAKER_NONE;
	if (speaker == SPEAKER_NONE)
		return reading_refuse(r, WHERE_MEMBER(w, "role"),
		    "system, developer, user, assistant or tool is wanted");
	return read_content(r, w, member_of(object, "content"),
	    &messages_add(r->arena, &r->request->messages, speaker)->parts);
}

bool
request_chat_read_messages(struct reading *r, struct json_object *body)
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
