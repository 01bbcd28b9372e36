/* SPDX-License-Identifier: ISC */
/* The items of a Responses request, read. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_responses.h"

struct item {
	struct reading *r;
	const struct where *where;
	struct json_object *object;
};

static bool
read_image(struct item *i, struct parts *into)
{
	struct part *p = parts_add(i->r->arena, into, PART_IMAGE);
	struct text url;

	if (!reading_text(i->r, i->where, i->object, "image_url", &url))
		return false;
	p->media.detail = text_member(i->object, "detail");
	return reading_url(i->r, WHERE_MEMBER(i->where, "image_url"), url,
	    &p->media);
}

static bool
read_file(struct item *i, struct parts *into)
{
	struct part *p = parts_add(i->r->arena, into, PART_DOCUMENT);
	struct text url = text_member(i->object, "file_url");

	if (url.at == NULL && !reading_text(i->r, i->where, i->object,
	    "file_data", &url))
		return false;
	p->media.name = text_member(i->object, "filename");
	return reading_url(i->r, i->where, url, &p->media);
}

static bool
read_audio(struct item *i, struct parts *into)
{
	struct json_object *audio = member_of(i->object, "input_audio");
	const struct where *w = WHERE_MEMBER(i->where, "input_audio");
	struct part *p = parts_add(i->r->arena, into, PART_AUDIO);

	p->media.source = MEDIA_BASE64;
	return reading_text(i->r, w, audio, "data", &p->media.data) &&
	    reading_text(i->r, w, audio, "format", &p->media.type);
}

static bool
read_piece(struct item *i, struct parts *into)
{
	struct text kind = text_member(i->object, "type"), text;
	enum fate fate = FATE_NONE;
	bool ok = true;

	if (!reading_kind(i->r, "block", i->where, kind, &fate) ||
	    !reading_check(i->r, "block members", i->where, i->object))
		return false;
	if (text_is(kind, "input_image")) {
		ok = read_image(i, into);
	} else if (text_is(kind, "input_file")) {
		ok = read_file(i, into);
	} else if (text_is(kind, "input_audio")) {
		ok = read_audio(i, into);
	} else if (text_is(kind, "refusal")) {
		ok = reading_text(i->r, i->where, i->object, "refusal", &text);
		parts_add(i->r->arena, into, PART_REFUSAL)->text = text;
	} else {
		ok = reading_text(i->r, i->where, i->object, "text", &text);
		parts_add_text(i->r->arena, into, text);
	}
	if (ok && member_of(i->object, "prompt_cache_breakpoint") != NULL)
		into->last->cache = CACHE_SHORT;
	return ok;
}

/* "content" of a message, "output" of a call: a text, or parts. */
static bool
read_content(struct item *i, const char *name, struct parts *into)
{
	struct json_object *content = member_of(i->object, name);

	if (json_object_is_type(content, json_type_string))
		parts_add_text(i->r->arena, into, text_value(content));
	for (size_t k = 0; k < items_of(content); k++) {
		struct item piece = {
			.r = i->r,
			.where = WHERE_ITEM(i->where, name, k),
			.object = json_object_array_get_idx(content, k),
		};

		if (!json_object_is_type(piece.object, json_type_object))
			return reading_refuse(i->r, piece.where,
			    "an object is wanted");
		if (!read_piece(&piece, into))
			return false;
	}
	return true;
}

/* What the assistant does in one turn is one message. */
static struct parts *
assistant_parts(struct item *i)
{
	struct messages *all = &i->r->request->messages;

	if (all->last == NULL || all->last->speaker != SPEAKER_ASSISTANT)
		messages_add(i->r->arena, all, SPEAKER_ASSISTANT);
	return &all->last->parts;
}

static bool
read_message(struct item *i)
{
	struct text role;
	enum speaker speaker;

	if (!reading_text(i->r, i->where, i->object, "role", &role))
		return false;
	if (text_is(role, "assistant"))
		return read_content(i, "content", assistant_parts(i));
	speaker = text_is(role, "user") ? SPEAKER_USER :
	    text_is(role, "system") ? SPEAKER_SYSTEM :
	    text_is(role, "developer") ? SPEAKER_DEVELOPER : SPEAKER_NONE;
	if (speaker == SPEAKER_NONE)
		return reading_refuse(i->r, WHERE_MEMBER(i->where, "role"),
		    "user, assistant, system or developer is wanted");
	return read_content(i, "content", &messages_add(i->r->arena,
	    &i->r->request->messages, speaker)->parts);
}

static bool
read_call(struct item *i, enum tool_kind kind)
{
	struct part *p = parts_add(i->r->arena, assistant_parts(i), PART_CALL);
	struct text name;

	if (!reading_text(i->r, i->where, i->object, "call_id", &p->call.id) ||
	    !reading_text(i->r, i->where, i->object, "name", &name))
		return false;
	p->call.kind = kind;
	p->call.tool = reading_tool(i->r, name,
	    text_member(i->object, "namespace"), kind);
	p->call.input = text_member(i->object, kind == TOOL_CUSTOM ? "input"
	    : "arguments");
	if (p->call.input.at == NULL)
		p->call.input = WORDS("");
	return true;
}

static bool
read_function_call(struct item *i)
{
	return read_call(i, TOOL_FUNCTION);
}

static bool
read_custom_call(struct item *i)
{
	return read_call(i, TOOL_CUSTOM);
}

static bool
read_output(struct item *i)
{
	struct message *m = i->r->request->messages.last;
	struct part *p;

	if (m == NULL || m->speaker != SPEAKER_USER ||
	    m->parts.last == NULL || m->parts.last->kind != PART_RESULT)
		m = messages_add(i->r->arena, &i->r->request->messages,
		    SPEAKER_USER);
	p = parts_add(i->r->arena, &m->parts, PART_RESULT);
	return reading_text(i->r, i->where, i->object, "call_id",
	    &p->result.id) && read_content(i, "output", &p->result.parts);
}

/* Summaries are one text, with a blank line between them. */
static bool
read_reasoning(struct item *i)
{
	struct part *p = parts_add(i->r->arena, assistant_parts(i),
	    PART_THOUGHT);
	struct json_object *list = member_of(i->object, "summary");
	struct json_object *raw = member_of(i->object, "content");
	struct text *texts;
	size_t n;

	if (items_of(list) == 0 && items_of(raw) > 0)
		list = raw;
	n = items_of(list);
	texts = arena_alloc(i->r->arena, (2 * n + 1) * sizeof *texts);
	for (size_t k = 0; k < n; k++) {
		texts[2 * k] = k > 0 ? WORDS("\n\n") : WORDS("");
		texts[2 * k + 1] = text_member(json_object_array_get_idx(list,
		    k), "text");
	}
	p->thought.text = text_join(i->r->arena, texts, 2 * n);
	p->thought.sealed = text_member(i->object, "encrypted_content");
	p->thought.item_id = text_member(i->object, "id");
	return true;
}

static bool
read_additional_tools(struct item *i)
{
	return request_responses_read_tools(i->r, i->where, i->object);
}

static const struct {
	const char *kind;
	bool (*read)(struct item *);
} readers[] = {
	{ "message", read_message },
	{ "function_call", read_function_call },
	{ "function_call_output", read_output },
	{ "custom_tool_call", read_custom_call },
	{ "custom_tool_call_output", read_output },
	{ "reasoning", read_reasoning },
	{ "additional_tools", read_additional_tools },
};

static bool
read_item(struct item *i)
{
	struct text kind = text_member(i->object, "type");
	enum fate fate = FATE_NONE;

	/* The short form of a message has no type. */
	if (kind.at == NULL)
		kind = WORDS("message");
	if (!reading_kind(i->r, "item", i->where, kind, &fate))
		return false;
	if (fate != FATE_CARRIED)
		return true;
	if (!reading_check(i->r, "item members", i->where, i->object))
		return false;
	for (size_t k = 0; k < sizeof readers / sizeof readers[0]; k++)
		if (text_is(kind, readers[k].kind))
			return readers[k].read(i);
	return true;
}

bool
request_responses_read_input(struct reading *r, struct json_object *body)
{
	struct json_object *input = member_of(body, "input");
	const struct where *w = WHERE_MEMBER(NULL, "input");

	if (json_object_is_type(input, json_type_string)) {
		parts_add_text(r->arena, &messages_add(r->arena,
		    &r->request->messages, SPEAKER_USER)->parts,
		    text_value(input));
		return true;
	}
	if (items_of(input) == 0)
		return reading_refuse(r, w, "at least one item is wanted");
	for (size_t i = 0; i < items_of(input); i++) {
		struct item item = {
			.r = r,
			.where = WHERE_ITEM(NULL, "input", i),
			.object = json_object_array_get_idx(input, i),
		};

		if (!json_object_is_type(item.object, json_type_object))
			return reading_refuse(r, item.where,
			    "an object is wanted");
		if (!read_item(&item))
			return false;
	}
	return true;
}
