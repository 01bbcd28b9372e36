/* SPDX-License-Identifier: ISC */
/* Content blocks of a Messages request, written. */
#include <json-c/json.h>

#include "common/json/json_text.h"
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"

#define ARGUMENTS_DEPTH 128

static struct json_object *
new_block(const char *type)
{
	struct json_object *block = json_object_new_object();

	text_put(block, "type", text_of(type));
	return block;
}

static struct json_object *
write_text(struct text text)
{
	struct json_object *block = new_block("text");

	text_put(block, "text", text);
	return block;
}

static struct json_object *
write_media(const struct part *p)
{
	bool is_image = p->kind == PART_IMAGE;
	struct json_object *block = new_block(is_image ? "image" : "document");
	struct json_object *source = json_object_new_object();
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
	member_put(block, "source", source);
	if (!is_image)
		text_put(block, "title", p->media.name);
	return block;
}

static struct json_object *
write_thought(const struct thought *t)
{
	struct json_object *block = new_block(t->is_redacted ?
	    "redacted_thinking" : "thinking");

	if (!t->is_redacted)
		text_put(block, "thinking", t->text.at != NULL ? t->text :
		    WORDS(""));
	text_put(block, t->is_redacted ? "data" : "signature", t->sealed);
	return block;
}

/* Arguments are a text elsewhere: what is no object stays one, in one. */
static struct json_object *
parse_input(struct reading *r, const struct call *c)
{
	struct json_text t = { c->input.at, c->input.len, ARGUMENTS_DEPTH,
	    ERR_INVALID_REQUEST };
	struct json_object *tree;
	struct err ignored;

	if (c->kind != TOOL_CUSTOM && text_is_blank(c->input))
		return json_object_new_object();
	if (c->kind != TOOL_CUSTOM && json_text_parse(&t, &tree, &ignored)) {
		if (json_object_is_type(tree, json_type_object))
			return tree;
		json_object_put(tree);
	}
	tree = json_object_new_object();
	text_put(tree, c->kind == TOOL_CUSTOM ? "input" : "arguments",
	    c->input);
	if (c->kind != TOOL_CUSTOM)
		losses_add(r->losses, LOSS_ALTERED, "%s.arguments",
		    r->words->call);
	return tree;
}

static struct json_object *
write_call(struct reading *r, const struct call *c)
{
	struct json_object *block = new_block("tool_use");

	text_put(block, "id", c->id);
	text_put(block, "name", text_of(c->tool->sent));
	member_put(block, "input", c->tree != NULL ?
	    json_object_get(c->tree) : parse_input(r, c));
	return block;
}

static struct json_object *
write_result(struct reading *r, const struct result *result)
{
	struct json_object *block = new_block("tool_result");

	text_put(block, "tool_use_id", result->id);
	if (result->parts.first != NULL)
		member_put(block, "content",
		    request_anthropic_write_parts(r, &result->parts));
	if (result->is_error)
		member_put(block, "is_error",
		    json_object_new_boolean(1));
	return block;
}

static struct json_object *
write_part(struct reading *r, const struct part *p)
{
	switch (p->kind) {
	case PART_IMAGE:
	case PART_DOCUMENT:
		return write_media(p);
	case PART_THOUGHT:
		return write_thought(&p->thought);
	case PART_CALL:
		return write_call(r, &p->call);
	case PART_RESULT:
		return write_result(r, &p->result);
	default:
		return write_text(p->text);
	}
}

struct json_object *
request_anthropic_write_cache(enum cache_mark mark)
{
	struct json_object *cache = new_block("ephemeral");

	if (mark == CACHE_LONG)
		text_put(cache, "ttl", WORDS("1h"));
	return cache;
}

struct json_object *
request_anthropic_write_parts(struct reading *r, const struct parts *list)
{
	struct json_object *blocks = json_object_new_array();

	for (const struct part *p = list->first; p != NULL; p = p->next) {
		struct json_object *block = write_part(r, p);

		/* Thoughts take no mark: the next block carries one, if any. */
		if (p->cache != CACHE_UNMARKED && p->kind != PART_THOUGHT)
			member_put(block, "cache_control",
			    request_anthropic_write_cache(p->cache));
		json_object_array_add(blocks, block);
	}
	return blocks;
}
