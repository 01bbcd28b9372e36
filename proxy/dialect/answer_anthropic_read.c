/* SPDX-License-Identifier: ISC */
/* An answer of Anthropic Messages, into neutral blocks. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/answer_reader.h"
#include "proxy/dialect/stop_words.h"

/* Server tools, citations and what is yet to come have no twin elsewhere. */
static enum block_kind
kind_of(const char *type)
{
	static const struct {
		const char *type;
		enum block_kind kind;
	} kinds[] = {
		{ "text", BLOCK_TEXT },
		{ "thinking", BLOCK_REASONING },
		{ "redacted_thinking", BLOCK_REDACTED },
		{ "tool_use", BLOCK_TOOL },
	};

	for (size_t i = 0; type != NULL &&
	    i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return BLOCK_NONE;
}

static bool
seal(struct answer_reader *r, struct answer_block *block,
    struct json_object *from, const char *name, struct err *err)
{
	const char *text = json_text_string(from, name);

	return text == NULL || text[0] == '\0' ||
	    answer_blocks_seal(&r->blocks, block, text, NULL, err);
}

static bool
begin_tool(struct answer_reader *r, struct answer_block *block,
    struct json_object *content, struct err *err)
{
	struct json_object *input = json_text_object(content, "input");
	const char *id = json_text_string(content, "id");
	const char *name = json_text_string(content, "name");

	if (name == NULL || name[0] == '\0')
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "a tool call without a name");
	if (!answer_blocks_name(&block->name, name, err) ||
	    (id != NULL && !answer_blocks_name(&block->id, id, err)))
		return false;
	/* In a stream it is empty, and the deltas follow. */
	block->is_complete = input != NULL &&
	    json_object_object_length(input) > 0;
	return !block->is_complete || answer_say_json(r, block, input, err);
}

/* A block, with what it may have from its beginning. */
static bool
begin_block(struct answer_reader *r, int64_t index,
    struct json_object *content, struct err *err)
{
	enum block_kind kind = kind_of(json_text_string(content, "type"));
	struct answer_block *block;

	if (answer_blocks_find(&r->blocks, index) != NULL)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "block %lld began twice", (long long)index);
	if (kind == BLOCK_NONE) {
		answer_reader_lose(r, "content[].",
		    json_text_string(content, "type"));
		return true;
	}
	answer_reader_lose_list(r, content, "content[].", "citations");
	block = answer_blocks_add(&r->blocks, index, kind, err);
	if (block == NULL)
		return false;
	switch (kind) {
	case BLOCK_TOOL:
		return begin_tool(r, block, content, err);
	case BLOCK_REDACTED:
		return seal(r, block, content, "data", err);
	case BLOCK_REASONING:
		return answer_say_member(r, block, content, "thinking", err) &&
		    seal(r, block, content, "signature", err);
	default:
		return answer_say_member(r, block, content, "text", err);
	}
}

/* --- events --- */

static int64_t
index_of(struct answer_reader *r, struct json_object *event)
{
	int64_t index;

	if (json_text_int(event, "index", &index))
		r->current = index;
	return r->current;
}

static bool
on_start(struct answer_reader *r, struct json_object *event, struct err *err)
{
	struct json_object *message = json_text_object(event, "message");

	(void)err;
	answer_reader_id(r, message);
	answer_usage_anthropic(r, json_text_object(message, "usage"));
	return true;
}

static bool
on_block_start(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	return begin_block(r, index_of(r, event),
	    json_text_object(event, "content_block"), err);
}

static const struct delta {
	const char *type, *member;
	enum block_kind kind;
} deltas[] = {
	{ "text_delta", "text", BLOCK_TEXT },
	{ "thinking_delta", "thinking", BLOCK_REASONING },
	{ "input_json_delta", "partial_json", BLOCK_TOOL },
	{ "signature_delta", "signature", BLOCK_REASONING },
};

static const struct delta *
find_delta(const char *type)
{
	for (size_t i = 0; type != NULL &&
	    i < sizeof deltas / sizeof deltas[0]; i++)
		if (strcmp(deltas[i].type, type) == 0)
			return &deltas[i];
	return NULL;
}

static bool
on_block_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct json_object *delta = json_text_object(event, "delta");
	const char *type = json_text_string(delta, "type");
	const struct delta *d = find_delta(type);
	int64_t index = index_of(r, event);
	struct answer_block *block = answer_blocks_find(&r->blocks, index);

	if (d == NULL)
		answer_reader_lose(r, "content[].", type);
	if (d == NULL || (block == NULL && d->kind == BLOCK_TOOL))
		return true;	/* of a block that is not carried over */
	if (block == NULL)
		block = answer_blocks_add(&r->blocks, index, d->kind, err);
	if (block == NULL)
		return false;
	if (block->kind != d->kind)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "block %lld: a %s", (long long)index, d->type);
	if (strcmp(d->member, "signature") == 0)
		return seal(r, block, delta, d->member, err);
	return block->is_complete ||
	    answer_say_member(r, block, delta, d->member, err);
}

static bool
on_block_stop(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks,
	    index_of(r, event));

	return block == NULL || answer_blocks_end(&r->blocks, block, err);
}

/* What a refusal says of itself, as a block of its own. */
static bool
read_explanation(struct answer_reader *r, struct json_object *details,
    struct err *err)
{
	const char *text = json_text_string(details, "explanation");
	struct answer_block *block;

	if (text == NULL || text[0] == '\0')
		return true;
	block = answer_blocks_add(&r->blocks, -1, BLOCK_REFUSAL, err);
	return block != NULL && answer_blocks_say(&r->blocks, block, text,
	    strlen(text), err) && answer_blocks_end(&r->blocks, block, err);
}

/* 'holder' has stop_reason and its like. */
static bool
read_stop(struct answer_reader *r, struct json_object *holder, struct err *err)
{
	const char *word = json_text_string(holder, "stop_reason");
	const char *sequence = json_text_string(holder, "stop_sequence");

	if (word == NULL)
		return true;
	if (!r->has_stop && !read_explanation(r, json_text_object(holder,
	    "stop_details"), err))
		return false;
	answer_reader_stop(r, stop_words_read(DIALECT_ANTHROPIC, word));
	if (sequence != NULL)
		snprintf(r->stop_sequence, sizeof r->stop_sequence, "%s",
		    sequence);
	return true;
}

static bool
on_delta(struct answer_reader *r, struct json_object *event, struct err *err)
{
	answer_usage_anthropic(r, json_text_object(event, "usage"));
	return read_stop(r, json_text_object(event, "delta"), err);
}

static bool
on_stop(struct answer_reader *r, struct json_object *event, struct err *err)
{
	(void)event;
	(void)err;
	r->is_done = true;
	return true;
}

static bool
on_error(struct answer_reader *r, struct json_object *event, struct err *err)
{
	(void)err;
	return answer_reader_fail(r, event);
}

static const struct {
	const char *type;
	bool (*read)(struct answer_reader *, struct json_object *,
	    struct err *);
} events[] = {
	{ "content_block_delta", on_block_delta },
	{ "content_block_start", on_block_start },
	{ "content_block_stop", on_block_stop },
	{ "message_start", on_start },
	{ "message_delta", on_delta },
	{ "message_stop", on_stop },
	{ "error", on_error },
};

bool
answer_anthropic_read_event(struct answer_reader *r, const char *name,
    struct json_object *event, struct err *err)
{
	const char *type = json_text_string(event, "type");

	if (type == NULL)
		type = name;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (strcmp(events[i].type, type) == 0)
			return events[i].read(r, event, err);
	return true;	/* pings, and what is yet to come */
}

bool
answer_anthropic_read_body(struct answer_reader *r, const char *name,
    struct json_object *body, struct err *err)
{
	struct json_object *content = json_text_array(body, "content");
	const char *type = json_text_string(body, "type");

	(void)name;
	if (!json_text_is_absent(body, "error") ||
	    (type != NULL && strcmp(type, "error") == 0))
		return answer_reader_fail(r, body);
	if (content == NULL)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer has no content");
	answer_reader_id(r, body);
	answer_usage_anthropic(r, json_text_object(body, "usage"));
	for (size_t i = 0; i < json_object_array_length(content); i++)
		if (!begin_block(r, (int64_t)i,
		    json_object_array_get_idx(content, i), err) ||
		    !answer_blocks_end_all(&r->blocks, err))
			return false;
	r->is_done = true;
	return read_stop(r, body, err);
}
