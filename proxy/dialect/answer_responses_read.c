/* SPDX-License-Identifier: ISC */
/*
 * An answer of Responses, into neutral blocks.
 *
 * The same thing is said up to four times: by deltas, by the part's "done", by
 * the item's "done", by the last event.  What was said once is not said again.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/answer_reader.h"
#include "proxy/dialect/stop_words.h"

/* An item's key, and those of its parts behind it. */
#define PARTS_MAX 1024

static int64_t
item_key(struct answer_reader *r, struct json_object *event)
{
	int64_t index;

	if (json_text_int(event, "output_index", &index) && index >= 0 &&
	    index < 64 * ANSWER_SAID_WORDS)
		r->current = index;
	return r->current * PARTS_MAX;
}

static int64_t
part_key(struct answer_reader *r, struct json_object *event)
{
	int64_t index = 0;

	json_text_int(event, "content_index", &index);
	return item_key(r, event) + 1 +
	    (index >= 0 && index < PARTS_MAX - 1 ? index : 0);
}

static struct answer_block *
block_of(struct answer_reader *r, int64_t key, enum block_kind kind,
    struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks, key);

	if (block != NULL && block->kind != kind) {
		err_set(err, ERR_UPSTREAM_BROKEN,
		    "output %lld changed its kind",
		    (long long)(key / PARTS_MAX));
		return NULL;
	}
	return block != NULL ? block
	    : answer_blocks_add(&r->blocks, key, kind, err);
}

/* --- prose --- */

static bool
say_delta(struct answer_reader *r, int64_t key, enum block_kind kind,
    struct json_object *event, struct err *err)
{
	struct answer_block *block;
	size_t len;
	const char *text = answer_string(event, "delta", &len);

	if (text == NULL || len == 0)
		return true;
	block = block_of(r, key, kind, err);
	return block != NULL &&
	    answer_blocks_say(&r->blocks, block, text, len, err);
}

static bool
on_text_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	return say_delta(r, part_key(r, event), BLOCK_TEXT, event, err);
}

static bool
on_refusal_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	return say_delta(r, part_key(r, event), BLOCK_REFUSAL, event, err);
}

/* The parts of a summary are joined by a blank line. */
static bool
on_reasoning_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	return say_delta(r, item_key(r, event), BLOCK_REASONING, event, err);
}

static bool
on_summary_part(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks,
	    item_key(r, event));

	(void)err;
	return block == NULL || !block->has_text ||
	    block->kind != BLOCK_REASONING ||
	    answer_blocks_say(&r->blocks, block, "\n\n", 2, err);
}

/* --- calls --- */

/* A free-form input becomes the value of one member. */
static bool
say_input(struct answer_reader *r, struct answer_block *block,
    struct json_object *holder, const char *name, struct err *err)
{
	struct dialect_output escaped = { .max = r->blocks.held_max };
	size_t len;
	const char *text = answer_string(holder, name, &len);
	bool is_good;

	if (text == NULL)
		return true;
	if (!block->has_text)
		dialect_output_text(&escaped, "{\"input\":\"");
	dialect_output_escaped(&escaped, text, len);
	is_good = dialect_output_is_whole(&escaped, err) &&
	    answer_blocks_say(&r->blocks, block, dialect_output_peek(&escaped),
	    escaped.len, err);
	dialect_output_free(&escaped);
	return is_good;
}

static bool
on_arguments_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks,
	    item_key(r, event));

	return block == NULL || block->kind != BLOCK_TOOL ||
	    answer_say_member(r, block, event, "delta", err);
}

static bool
on_input_delta(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks,
	    item_key(r, event));

	return block == NULL || block->kind != BLOCK_TOOL ||
	    say_input(r, block, event, "delta", err);
}

static bool
is_type(struct json_object *item, const char *type)
{
	const char *is = json_text_string(item, "type");

	return is != NULL && strcmp(is, type) == 0;
}

static bool
is_call(struct json_object *item)
{
	return is_type(item, "function_call") ||
	    is_type(item, "custom_tool_call");
}

/* A call's block, with all the names that its item has. */
static struct answer_block *
call_block(struct answer_reader *r, int64_t key, struct json_object *item,
    struct err *err)
{
	struct answer_block *block = block_of(r, key, BLOCK_TOOL, err);
	const char *id = json_text_string(item, "call_id");
	const char *name = json_text_string(item, "name");

	if (block == NULL || block->is_begun)
		return block;
	if ((id != NULL && !answer_blocks_name(&block->id, id, err)) ||
	    (name != NULL && !answer_blocks_name(&block->name, name, err)))
		return NULL;
	return block;
}

/* --- items --- */

static bool
on_item_added(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct json_object *item = json_text_object(event, "item");
	int64_t index;

	if (!json_text_int(event, "output_index", &index))
		r->current = r->n_unnumbered++;
	return !is_call(item) ||
	    call_block(r, item_key(r, event), item, err) != NULL;
}

static bool
end_call(struct answer_reader *r, int64_t key, struct json_object *item,
    struct err *err)
{
	struct answer_block *block = call_block(r, key, item, err);
	bool is_custom = is_type(item, "custom_tool_call");

	if (block == NULL)
		return false;
	if (is_custom && !block->has_text &&
	    !say_input(r, block, item, "input", err))
		return false;
	if (is_custom && block->has_text &&
	    !answer_blocks_say(&r->blocks, block, "\"}", 2, err))
		return false;
	if (!is_custom && !block->has_text &&
	    !answer_say_member(r, block, item, "arguments", err))
		return false;
	return answer_blocks_end(&r->blocks, block, err);
}

/* Texts of a list, as paragraphs of one block. */
static bool
say_paragraphs(struct answer_reader *r, struct answer_block *block,
    struct json_object *list, struct err *err)
{
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && block->has_text &&
		    !answer_blocks_say(&r->blocks, block, "\n\n", 2, err))
			return false;
		if (!answer_say_member(r, block,
		    json_object_array_get_idx(list, i), "text", err))
			return false;
	}
	return true;
}

static bool
end_reasoning(struct answer_reader *r, int64_t key, struct json_object *item,
    struct err *err)
{
	struct answer_block *block = block_of(r, key, BLOCK_REASONING, err);
	const char *sealed = json_text_string(item, "encrypted_content");

	if (block == NULL)
		return false;
	if (!block->has_text && !say_paragraphs(r, block, json_text_array(item,
	    "summary"), err))
		return false;
	if (!block->has_text && !say_paragraphs(r, block, json_text_array(item,
	    "content"), err))
		return false;
	/* Only now is it final: what stood in "added" was not. */
	if (sealed != NULL && sealed[0] != '\0' &&
	    !answer_blocks_seal(&r->blocks, block, sealed,
	    json_text_string(item, "id"), err))
		return false;
	return answer_blocks_end(&r->blocks, block, err);
}

/* A part of a message; said here if no delta has. */
static bool
end_part(struct answer_reader *r, int64_t key, struct json_object *part,
    struct err *err)
{
	bool is_refusal = is_type(part, "refusal");
	struct answer_block *block;

	if (!is_refusal && !is_type(part, "output_text"))
		return true;
	answer_reader_lose_list(r, part, "output[].content[].", "annotations");
	block = block_of(r, key, is_refusal ? BLOCK_REFUSAL : BLOCK_TEXT, err);
	if (block == NULL)
		return false;
	if (!block->has_text && !answer_say_member(r, block, part,
	    is_refusal ? "refusal" : "text", err))
		return false;
	return answer_blocks_end(&r->blocks, block, err);
}

static bool
end_message(struct answer_reader *r, int64_t key, struct json_object *item,
    struct err *err)
{
	struct json_object *parts = json_text_array(item, "content");
	size_t n = parts != NULL ? json_object_array_length(parts) : 0;

	for (size_t i = 0; i < n && i < PARTS_MAX - 1; i++)
		if (!end_part(r, key + 1 + (int64_t)i,
		    json_object_array_get_idx(parts, i), err))
			return false;
	return true;
}

/* Marks the current item as said; false when it was so before. */
static bool
is_first_time(struct answer_reader *r)
{
	uint64_t *word = &r->said[r->current / 64 % ANSWER_SAID_WORDS];
	uint64_t bit = UINT64_C(1) << r->current % 64;
	bool is_first = (*word & bit) == 0;

	*word |= bit;
	return is_first;
}

static bool
end_item(struct answer_reader *r, int64_t key, struct json_object *item,
    struct err *err)
{
	if (is_call(item))
		return end_call(r, key, item, err);
	if (is_type(item, "reasoning"))
		return end_reasoning(r, key, item, err);
	if (is_type(item, "message"))
		return end_message(r, key, item, err);
	answer_reader_lose(r, "output[].", json_text_string(item, "type"));
	return true;
}

static bool
on_item_done(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	int64_t key = item_key(r, event);

	if (!is_first_time(r)) {
		if (!json_text_is_absent(event, "output_index"))
			return true;
		/* Without index, and the one before has ended: the next. */
		r->current = ++r->n_unnumbered % (64 * ANSWER_SAID_WORDS);
		key = item_key(r, event);
		is_first_time(r);
	}
	return end_item(r, key, json_text_object(event, "item"), err);
}

/* --- the whole --- */

static bool
on_created(struct answer_reader *r, struct json_object *event, struct err *err)
{
	(void)err;
	answer_reader_id(r, json_text_object(event, "response"));
	return true;
}

static bool
say_output(struct answer_reader *r, struct json_object *response,
    struct err *err)
{
	struct json_object *output = json_text_array(response, "output");
	size_t n = output != NULL ? json_object_array_length(output) : 0;

	if (n > 64 * ANSWER_SAID_WORDS)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "an answer of %zu items", n);
	for (size_t i = 0; i < n; i++) {
		r->current = (int64_t)i;
		if (is_first_time(r) && !end_item(r, r->current * PARTS_MAX,
		    json_object_array_get_idx(output, i), err))
			return false;
	}
	return true;
}

static bool
read_end(struct answer_reader *r, struct json_object *response,
    enum neutral_stop stop, struct err *err)
{
	answer_reader_id(r, response);
	answer_usage_openai(r, json_text_object(response, "usage"));
	if (!say_output(r, response, err))
		return false;
	for (struct answer_block *block = r->blocks.first;
	    stop == STOP_END && block != NULL; block = block->next)
		if (block->kind == BLOCK_TOOL && !block->is_closed)
			return err_set(err, ERR_UPSTREAM_BROKEN,
			    "the answer ended inside a tool call");
	answer_reader_stop(r, stop);
	r->is_done = true;
	return true;
}

static bool
on_completed(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	return read_end(r, json_text_object(event, "response"), STOP_END, err);
}

static enum neutral_stop
reason_of(struct json_object *response)
{
	const char *reason = json_text_string(json_text_object(response,
	    "incomplete_details"), "reason");

	return reason != NULL ? stop_words_read(DIALECT_RESPONSES, reason)
	    : STOP_LENGTH;
}

static bool
on_incomplete(struct answer_reader *r, struct json_object *event,
    struct err *err)
{
	struct json_object *response = json_text_object(event, "response");

	return read_end(r, response, reason_of(response), err);
}

static bool
on_failed(struct answer_reader *r, struct json_object *event, struct err *err)
{
	struct json_object *response = json_text_object(event, "response");

	(void)err;
	answer_usage_openai(r, json_text_object(response, "usage"));
	return answer_reader_fail(r, response != NULL ? response : event);
}

static const struct {
	const char *type;
	bool (*read)(struct answer_reader *, struct json_object *,
	    struct err *);
} events[] = {
	{ "response.output_text.delta", on_text_delta },
	{ "response.function_call_arguments.delta", on_arguments_delta },
	{ "response.reasoning_summary_text.delta", on_reasoning_delta },
	{ "response.reasoning_text.delta", on_reasoning_delta },
	{ "response.refusal.delta", on_refusal_delta },
	{ "response.custom_tool_call_input.delta", on_input_delta },
	{ "response.reasoning_summary_part.added", on_summary_part },
	{ "response.output_item.added", on_item_added },
	{ "response.output_item.done", on_item_done },
	{ "response.created", on_created },
	{ "response.in_progress", on_created },
	{ "response.completed", on_completed },
	{ "response.done", on_completed },
	{ "response.incomplete", on_incomplete },
	{ "response.failed", on_failed },
	{ "error", on_failed },
};

bool
answer_responses_read_event(struct answer_reader *r, const char *name,
    struct json_object *event, struct err *err)
{
	const char *type = json_text_string(event, "type");

	if (type == NULL)
		type = name;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (strcmp(events[i].type, type) == 0)
			return events[i].read(r, event, err);
	return true;	/* what is said again later, and what is to come */
}

bool
answer_responses_read_body(struct answer_reader *r, const char *name,
    struct json_object *body, struct err *err)
{
	const char *status = json_text_string(body, "status");

	(void)name;
	if (!json_text_is_absent(body, "error") ||
	    (status != NULL && strcmp(status, "failed") == 0))
		return answer_reader_fail(r, body);
	if (json_text_array(body, "output") == NULL)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer has no output");
	return read_end(r, body, status != NULL &&
	    strcmp(status, "incomplete") == 0 ? reason_of(body) : STOP_END,
	    err);
}
