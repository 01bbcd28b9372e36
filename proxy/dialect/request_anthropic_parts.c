/* SPDX-License-Identifier: ISC */
/* Content blocks of a Messages request, written. */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"

static struct value *
new_block(struct reading *r, const char *type)
{
	struct value *block = value_new_object(r->arena);

	text_put(block, "type", text_of(type));
	return block;
}

static struct value *
write_text(struct reading *r, struct text text)
{
	struct value *block = new_block(r, "text");

	text_put(block, "text", text);
	return block;
}

static struct value *
write_media(struct reading *r, const struct part *p)
{
	bool is_image = p->kind == PART_IMAGE;
	struct value *block = new_block(r, is_image ? "image" : "document");
	struct value *source = value_new_object(r->arena);
	struct text type = p->media.type;

	if (p->media.source == MEDIA_URL) {
		text_put(source, "type", WORDS("url"));
		text_put(source, "url", p->media.data);
	} else {
		if (p->media.source == MEDIA_TEXT)
			type = WORDS("text/plain");
		else if (type.len == 0)
			type = is_image ? WORDS("image/png") :
			    WORDS("application/pdf");
		text_put(source, "type", p->media.source == MEDIA_TEXT ?
		    WORDS("text") : WORDS("base64"));
		text_put(source, "media_type", type);
		text_put(source, "data", p->media.data);
	}
	value_put(block, "source", source);
	if (!is_image)
		text_put(block, "title", p->media.name);
	return block;
}

static struct value *
write_thought(struct reading *r, const struct thought *t)
{
	struct value *block = new_block(r, t->is_redacted ?
	    "redacted_thinking" : "thinking");

	if (!t->is_redacted)
		text_put(block, "thinking", t->text.at != NULL ? t->text :
		    WORDS(""));
	text_put(block, t->is_redacted ? "data" : "signature", t->sealed);
	return block;
}

/* Arguments are a text elsewhere: what is no object stays one, in one. */
static struct value *
parse_input(struct reading *r, const struct call *c)
{
	struct value *tree = NULL;
	struct err ignored;

	if (c->kind != TOOL_CUSTOM && text_is_blank(c->input))
		return value_new_object(r->arena);
	if (c->kind != TOOL_CUSTOM)
		tree = value_parse(r->arena, c->input, &ignored);
	if (value_is(tree, VALUE_OBJECT))
		return tree;
	tree = value_new_object(r->arena);
	text_put(tree, c->kind == TOOL_CUSTOM ? "input" : "arguments",
	    c->input);
	if (c->kind != TOOL_CUSTOM)
		losses_add(r->losses, LOSS_ALTERED, "%s.arguments",
		    r->words->call);
	return tree;
}

static struct value *
write_call(struct reading *r, const struct call *c)
{
	struct value *block = new_block(r, "tool_use");

	text_put(block, "id", c->id);
	text_put(block, "name", text_of(c->tool->sent));
	value_put(block, "input", c->tree != NULL ?
	    c->tree : parse_input(r, c));
	return block;
}

static struct value *
write_result(struct reading *r, const struct result *result)
{
	struct value *block = new_block(r, "tool_result");

	text_put(block, "tool_use_id", result->id);
	if (result->parts.first != NULL)
		value_put(block, "content",
		    request_anthropic_write_parts(r, &result->parts));
	if (result->is_error)
		value_put(block, "is_error", value_of_bool(true));
	return block;
}

static struct value *
write_part(struct reading *r, const struct part *p)
{
	switch (p->kind) {
	case PART_IMAGE:
	case PART_DOCUMENT:
		return write_media(r, p);
	case PART_THOUGHT:
		return write_thought(r, &p->thought);
	case PART_CALL:
		return write_call(r, &p->call);
	case PART_RESULT:
		return write_result(r, &p->result);
	default:
		return write_text(r, p->text);
	}
}

struct value *
request_anthropic_write_cache(struct reading *r, enum cache_mark mark)
{
	struct value *cache = new_block(r, "ephemeral");

	if (mark == CACHE_LONG)
		text_put(cache, "ttl", WORDS("1h"));
	return cache;
}

struct value *
request_anthropic_write_parts(struct reading *r, const struct parts *list)
{
	struct value *blocks = value_new_array(r->arena);

	for (const struct part *p = list->first; p != NULL; p = p->next) {
		struct value *block = write_part(r, p);

		/* Thoughts take no mark: the next block carries one, if any. */
		if (p->cache != CACHE_UNMARKED && p->kind != PART_THOUGHT)
			value_put(block, "cache_control",
			    request_anthropic_write_cache(r, p->cache));
		value_add(blocks, block);
	}
	return blocks;
}
