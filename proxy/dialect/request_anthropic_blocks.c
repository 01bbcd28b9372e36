/* SPDX-License-Identifier: ISC */
/* Content blocks of a Messages request. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"

struct block {
	struct reading *r;
	const struct where *where;
	struct json_object *object;
	struct parts *into;
};

static bool read_content(struct reading *, const struct where *,
    struct json_object *content, struct parts *);

/* "cache_control" of a block or a tool. */
bool
request_anthropic_read_cache(struct reading *r, const struct where *w,
    struct json_object *holder, enum cache_mark *mark)
{
	struct json_object *cache = member_of(holder, "cache_control");
	const struct where *at = WHERE_MEMBER(w, "cache_control");

	*mark = CACHE_UNMARKED;
	if (cache == NULL)
		return true;
	if (!model_has(r->target, TAKES_BREAKPOINTS)) {
		reading_lose(r, LOSS_DROPPED, at);
		return true;
	}
	if (!reading_check(r, "cache_control", at, cache))
		return false;
	*mark = text_is(text_member(cache, "ttl"), "1h") ? CACHE_LONG
	    : CACHE_SHORT;
	return true;
}

static struct part *
add_text(struct block *b, struct text text)
{
	return parts_add_text(b->r->arena, b->into, text);
}

static bool
read_text(struct block *b)
{
	struct text text;

	if (!reading_text(b->r, b->where, b->object, "text", &text))
		return false;
	add_text(b, text);
	return true;
}

static bool
read_source(struct block *b, struct media *media)
{
	struct json_object *source = member_of(b->object, "source");
	const struct where *w = WHERE_MEMBER(b->where, "source");
	struct text kind = text_member(source, "type");

	if (!reading_check(b->r, "source", w, source))
		return false;
	media->type = text_member(source, "media_type");
	if (text_is(kind, "base64")) {
		media->source = MEDIA_BASE64;
		return reading_text(b->r, w, source, "data", &media->data);
	}
	if (text_is(kind, "text")) {
		media->source = MEDIA_TEXT;
		return reading_text(b->r, w, source, "data", &media->data);
	}
	if (!text_is(kind, "url"))
		return reading_refuse_target(b->r, WHERE_MEMBER(w, "type"));
	media->source = MEDIA_URL;
	return reading_text(b->r, w, source, "url", &media->data);
}

static bool
read_image(struct block *b)
{
	struct part *p = parts_add(b->r->arena, b->into, PART_IMAGE);

	return read_source(b, &p->media);
}

/* A document that consists of blocks comes down to these. */
static bool
read_document(struct block *b)
{
	struct json_object *source = member_of(b->object, "source");
	const struct where *w = WHERE_MEMBER(b->where, "source");
	struct part *p;

	if (text_is(text_member(source, "type"), "content")) {
		reading_lose(b->r, LOSS_ALTERED, w);
		if (!text_is_blank(text_member(b->object, "title")))
			add_text(b, text_member(b->object, "title"));
		return read_content(b->r, w, member_of(source, "content"),
		    b->into);
	}
	p = parts_add(b->r->arena, b->into, PART_DOCUMENT);
	if (!read_source(b, &p->media))
		return false;
	p->media.name = text_member(b->object, "title");
	if (p->media.source == MEDIA_TEXT)
		reading_lose(b->r, LOSS_ALTERED, w);
	return p->media.source != MEDIA_URL ||
	    b->r->options->to != DIALECT_CHAT ||
	    reading_refuse_target(b->r, WHERE_MEMBER(w, "url"));
}

/* Title, source and texts as one text. */
static bool
read_search_result(struct block *b)
{
	struct text title = text_member(b->object, "title");
	struct text source = text_member(b->object, "source");
	const struct text head[] = { title, WORDS(" ("), source, WORDS(")") };

	reading_lose(b->r, LOSS_ALTERED, b->where);
	add_text(b, text_join(b->r->arena, head, 4));
	return read_content(b->r, WHERE_MEMBER(b->where, "content"),
	    member_of(b->object, "content"), b->into);
}

static bool
read_thinking(struct block *b)
{
	struct part *p = parts_add(b->r->arena, b->into, PART_THOUGHT);

	p->thought.text = text_member(b->object, "thinking");
	p->thought.sealed = text_member(b->object, "signature");
	return true;
}

static bool
read_redacted(struct block *b)
{
	struct part *p = parts_add(b->r->arena, b->into, PART_THOUGHT);

	p->thought.is_redacted = true;
	return reading_text(b->r, b->where, b->object, "data",
	    &p->thought.sealed);
}

static bool
read_tool_use(struct block *b)
{
	struct part *p = parts_add(b->r->arena, b->into, PART_CALL);
	struct json_object *input = member_of(b->object, "input");
	struct text name;

	if (!reading_text(b->r, b->where, b->object, "id", &p->call.id) ||
	    !reading_text(b->r, b->where, b->object, "name", &name))
		return false;
	if (input != NULL && !json_object_is_type(input, json_type_object))
		return reading_refuse(b->r, WHERE_MEMBER(b->where, "input"),
		    "an object is wanted");
	p->call.kind = TOOL_FUNCTION;
	p->call.tool = reading_tool(b->r, name, NO_TEXT, TOOL_FUNCTION);
	p->call.tree = input;
	p->call.input = input == NULL ? WORDS("{}") :
	    text_json(b->r->arena, input);
	return true;
}

static bool
read_tool_result(struct block *b)
{
	struct part *p = parts_add(b->r->arena, b->into, PART_RESULT);
	struct json_object *content = member_of(b->object, "content");

	p->result.is_error = member_is_true(b->object, "is_error");
	return reading_text(b->r, b->where, b->object, "tool_use_id",
	    &p->result.id) && (content == NULL || read_content(b->r,
	    WHERE_MEMBER(b->where, "content"), content, &p->result.parts));
}

static bool
read_tool_reference(struct block *b)
{
	struct text name;
	struct text pieces[] = { WORDS("Tool available: "), NO_TEXT };

	if (!reading_text(b->r, b->where, b->object, "tool_name", &name))
		return false;
	pieces[1] = name;
	reading_lose(b->r, LOSS_ALTERED, b->where);
	add_text(b, text_join(b->r->arena, pieces, 2));
	return true;
}

/*
 * Elsewhere the tools are the same for the whole conversation: those that are
 * offered in the end.  What was added is said again, as for a reference.
 */
static bool
change_tool(struct block *b, enum tool_change change)
{
	struct json_object *tool = member_of(b->object, "tool");
	struct json_object *named = member_of(tool, "definition");
	struct text pieces[] = { WORDS("Tool available: "), NO_TEXT };

	if (!request_anthropic_change_tool(b->r, WHERE_MEMBER(b->where,
	    "tool"), tool, change))
		return false;
	reading_lose(b->r, LOSS_ALTERED, b->where);
	pieces[1] = text_member(named != NULL ? named : tool, "name");
	if (change == TOOL_ADDED)
		add_text(b, text_join(b->r->arena, pieces, 2));
	return true;
}

static bool
read_tool_addition(struct block *b)
{
	return change_tool(b, TOOL_ADDED);
}

static bool
read_tool_removal(struct block *b)
{
	return change_tool(b, TOOL_REMOVED);
}

/* What is left of the turns before it: the summary is a text. */
static bool
read_compaction(struct block *b)
{
	struct text summary;

	if (!reading_text(b->r, b->where, b->object, "content", &summary))
		return false;
	reading_lose(b->r, LOSS_ALTERED, b->where);
	add_text(b, summary);
	return true;
}

static const struct {
	const char *kind;
	bool (*read)(struct block *);
} readers[] = {
	{ "text", read_text },
	{ "tool_use", read_tool_use },
	{ "tool_result", read_tool_result },
	{ "thinking", read_thinking },
	{ "redacted_thinking", read_redacted },
	{ "image", read_image },
	{ "document", read_document },
	{ "search_result", read_search_result },
	{ "tool_reference", read_tool_reference },
	{ "compaction", read_compaction },
	{ "tool_addition", read_tool_addition },
	{ "tool_removal", read_tool_removal },
};

static bool
read_block(struct block *b)
{
	struct text kind = text_member(b->object, "type");
	enum fate fate = FATE_NONE;
	enum cache_mark mark;

	if (!reading_kind(b->r, "block", b->where, kind, &fate) ||
	    fate != FATE_CARRIED)
		return fate == FATE_DROPPED;
	if (!reading_check(b->r, "block members", b->where, b->object))
		return false;
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (text_is(kind, readers[i].kind) && !readers[i].read(b))
			return false;
	if (!request_anthropic_read_cache(b->r, b->where, b->object, &mark))
		return false;
	if (b->into->last != NULL && mark != CACHE_UNMARKED)
		b->into->last->cache = mark;
	return true;
}

static bool
read_content(struct reading *r, const struct where *w,
    struct json_object *content, struct parts *into)
{
	if (json_object_is_type(content, json_type_string)) {
		parts_add_text(r->arena, into, text_value(content));
		return true;
	}
	if (!json_object_is_type(content, json_type_array))
		return reading_refuse(r, w, "a string or an array is wanted");
	for (size_t i = 0; i < json_object_array_length(content); i++) {
		struct block b = {
			.r = r,
			.where = WHERE_ITEM(w->up, w->name, i),
			.object = json_object_array_get_idx(content, i),
			.into = into,
		};

		if (!json_object_is_type(b.object, json_type_object))
			return reading_refuse(r, b.where,
			    "an object is wanted");
		if (!read_block(&b))
			return false;
	}
	return true;
}

bool
request_anthropic_read_content(struct reading *r, const struct where *w,
    struct json_object *content, struct parts *into)
{
	return read_content(r, w, content, into);
}
