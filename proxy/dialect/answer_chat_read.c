/* SPDX-License-Identifier: ISC */
/*
 * An answer of Chat Completions, into neutral blocks.
 *
 * Hosts differ most here: indices, ids and names of calls that are missing,
 * late or repeated; content as text or as parts; reasoning under three names.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/answer_reader.h"
#include "proxy/dialect/stop_words.h"

/* Keys of blocks that have no index; calls have theirs, from 0. */
enum { KEY_PROSE = -1, KEY_OLD_CALL = -2 };
#define KEY_UNNUMBERED (INT64_C(1) << 32)

/* --- reasoning_details: what must go back to the host as it was --- */

/* What is said piece by piece, by the entry's type. */
static const char *
said_member(struct json_object *detail)
{
	const char *type = json_text_string(detail, "type");

	return type == NULL ? NULL : strcmp(type, "reasoning.text") == 0 ?
	    "text" : strcmp(type, "reasoning.summary") == 0 ? "summary" : NULL;
}

static bool
is_same_index(struct json_object *a, struct json_object *b)
{
	int64_t x = -1, y = -1;

	json_text_int(a, "index", &x);
	json_text_int(b, "index", &y);
	return x == y;
}

static void
say_detail(struct answer_reader *r, struct json_object *detail)
{
	const char *member = said_member(detail);
	size_t len;
	const char *text = member == NULL ? NULL : answer_string(detail,
	    member, &len);

	if (text != NULL)
		dialect_output_add(&r->detail_text, text, len);
}

/* Into the entry that is open, when it goes on in 'more'. */
static bool
merge_detail(struct answer_reader *r, struct json_object *more)
{
	const char *member = said_member(r->detail), *other = said_member(more);

	if (member == NULL || other == NULL || strcmp(member, other) != 0 ||
	    !is_same_index(r->detail, more))
		return false;
	json_object_object_foreach(more, name, value)
		if (value != NULL && strcmp(name, member) != 0)
			json_object_object_add(r->detail, name,
			    json_object_get(value));
	say_detail(r, more);
	return true;
}

/* Its text, which came piece by piece, in its place. */
static void
settle_detail(struct answer_reader *r)
{
	const char *member = said_member(r->detail);

	if (member != NULL)
		json_object_object_add(r->detail, member,
		    json_object_new_string_len(
		    dialect_output_peek(&r->detail_text),
		    (int)r->detail_text.len));
}

/* The open entry has ended: it is part of the block's seal. */
static bool
seal_detail(struct answer_reader *r, struct answer_block *block,
    struct err *err)
{
	const char *text;
	bool is_good;

	if (r->detail == NULL)
		return true;
	settle_detail(r);
	text = json_object_to_json_string_ext(r->detail,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	is_good = (block->seal.len == 0 ||
	    answer_blocks_seal(&r->blocks, block, ",", NULL, err)) &&
	    answer_blocks_seal(&r->blocks, block, text, NULL, err);
	json_object_put(r->detail);
	r->detail = NULL;
	r->detail_len = 0;
	return is_good;
}

/* The open entry goes on, or ends and this is the next. */
static bool
add_detail(struct answer_reader *r, struct answer_block *block,
    struct json_object *one, struct err *err)
{
	size_t len = 0, most = r->blocks.held_max;

	json_object_to_json_string_length(one, JSON_C_TO_STRING_PLAIN, &len);
	if (len > most || r->detail_len > most - len)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "more than %zu bytes to be held", most);
	r->detail_text.max = most;
	if (r->detail != NULL && merge_detail(r, one)) {
		r->detail_len += len;
		return dialect_output_is_whole(&r->detail_text, err);
	}
	if (!seal_detail(r, block, err))
		return false;
	/* What is no object ends at once. */
	r->detail = json_object_get(one);
	r->detail_len = len;
	dialect_output_reset(&r->detail_text);
	if (r->detail != NULL)
		say_detail(r, one);
	return dialect_output_is_whole(&r->detail_text, err);
}

/* --- prose: text, refusal and reasoning, one of which is open --- */

static bool
end_prose(struct answer_reader *r, struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks, KEY_PROSE);

	return block == NULL || (seal_detail(r, block, err) &&
	    answer_blocks_end(&r->blocks, block, err));
}

/* The open block, when it is of this kind, or else a new one. */
static struct answer_block *
prose(struct answer_reader *r, enum block_kind kind, struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks, KEY_PROSE);

	if (block != NULL && block->kind == kind)
		return block;
	if (!end_prose(r, err))
		return NULL;
	return answer_blocks_add(&r->blocks, KEY_PROSE, kind, err);
}

static bool
say_prose(struct answer_reader *r, enum block_kind kind,
    struct json_object *holder, const char *name, struct err *err)
{
	struct answer_block *block;
	size_t len;
	const char *text = answer_string(holder, name, &len);

	if (text == NULL || len == 0)
		return true;
	block = prose(r, kind, err);
	return block != NULL &&
	    answer_blocks_say(&r->blocks, block, text, len, err);
}

/* Parts of content: text, or thinking that is a list of texts itself. */
static bool
say_parts(struct answer_reader *r, struct json_object *parts, struct err *err)
{
	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);
		struct json_object *thoughts = json_text_array(part,
		    "thinking");

		if (!say_prose(r, BLOCK_TEXT, part, "text", err) ||
		    !say_prose(r, BLOCK_REFUSAL, part, "refusal", err) ||
		    !say_prose(r, BLOCK_REASONING, part, "thinking", err))
			return false;
		for (size_t t = 0; thoughts != NULL &&
		    t < json_object_array_length(thoughts); t++)
			if (!say_prose(r, BLOCK_REASONING,
			    json_object_array_get_idx(thoughts, t), "text",
			    err))
				return false;
	}
	return true;
}

/*
 * What must go back to the host is the seal of the block, entry by entry as if
 * they had come whole; the writer puts it between brackets.
 */
static bool
read_details(struct answer_reader *r, struct json_object *delta, bool has_text,
    struct err *err)
{
	struct json_object *details = json_text_array(delta,
	    "reasoning_details");
	struct answer_block *block;

	if (details == NULL || json_object_array_length(details) == 0)
		return true;
	block = prose(r, BLOCK_REASONING, err);
	for (size_t i = 0; block != NULL &&
	    i < json_object_array_length(details); i++) {
		struct json_object *one = json_object_array_get_idx(details, i);

		if (!has_text &&
		    (!answer_say_member(r, block, one, "text", err) ||
		    !answer_say_member(r, block, one, "summary", err)))
			return false;
		if (!add_detail(r, block, one, err))
			return false;
	}
	return block != NULL;
}

static bool
read_reasoning(struct answer_reader *r, struct json_object *delta,
    struct err *err)
{
	static const char *const names[] = { "reasoning_content", "reasoning" };
	bool has_text = false;

	for (size_t i = 0; !has_text && i < sizeof names / sizeof names[0];
	    i++) {
		size_t len = 0;

		has_text = answer_string(delta, names[i], &len) != NULL &&
		    len > 0;
		if (!say_prose(r, BLOCK_REASONING, delta, names[i], err))
			return false;
	}
	return read_details(r, delta, has_text, err);
}

static bool
read_prose(struct answer_reader *r, struct json_object *delta, struct err *err)
{
	struct json_object *parts = json_text_array(delta, "content");

	return read_reasoning(r, delta, err) &&
	    say_prose(r, BLOCK_TEXT, delta, "content", err) &&
	    (parts == NULL || say_parts(r, parts, err)) &&
	    say_prose(r, BLOCK_REFUSAL, delta, "refusal", err);
}

/* --- calls --- */

static bool
has_arguments(struct json_object *function)
{
	size_t len = 0;

	return json_text_object(function, "arguments") != NULL ||
	    (answer_string(function, "arguments", &len) != NULL && len > 0);
}

/*
 * Another id under the same index, after arguments: it is another call.  Where
 * there are no ids, it is a name with arguments, behind arguments that ended.
 */
static bool
is_another(const struct answer_block *block, const char *id,
    struct json_object *function)
{
	const char *name = json_text_string(function, "name");

	if (!block->has_text)
		return false;
	if (id != NULL && block->id.len > 0)
		return strcmp(id, dialect_output_peek(&block->id)) != 0;
	return id == NULL && block->id.len == 0 && name != NULL &&
	    name[0] != '\0' && has_arguments(function) &&
	    block->depth == 0 && !block->in_string;
}

static int64_t
key_of(struct answer_reader *r, struct json_object *call, const char *id,
    size_t position)
{
	struct answer_block *last = answer_blocks_find(&r->blocks, r->current);
	int64_t index;

	if (r->is_plain)
		return (int64_t)position;
	if (json_text_int(call, "index", &index) && index >= 0 &&
	    index < KEY_UNNUMBERED)
		return index;
	/* Without an index, an id that is new begins a new call. */
	if (last == NULL || last->kind != BLOCK_TOOL ||
	    (id != NULL && strcmp(id, dialect_output_peek(&last->id)) != 0))
		return KEY_UNNUMBERED + r->n_unnumbered++;
	return r->current;
}

static bool
say_arguments(struct answer_reader *r, struct answer_block *block,
    struct json_object *function, struct err *err)
{
	struct json_object *value = json_text_object(function, "arguments");

	if (value != NULL)
		return answer_say_json(r, block, value, err);
	if (json_text_is_absent(function, "arguments"))
		return answer_blocks_say(&r->blocks, block, "", 0, err);
	return answer_say_member(r, block, function, "arguments", err) &&
	    answer_blocks_say(&r->blocks, block, "", 0, err);
}

/* 'function' has name and arguments. */
static bool
read_function(struct answer_reader *r, int64_t key, const char *id,
    struct json_object *function, struct err *err)
{
	struct answer_block *block = answer_blocks_find(&r->blocks, key);
	const char *name = json_text_string(function, "name");

	r->current = key;
	if (!end_prose(r, err))
		return false;
	if (block != NULL && is_another(block, id, function)) {
		if (!answer_blocks_end(&r->blocks, block, err))
			return false;
		block = NULL;
	}
	if (block == NULL)
		block = answer_blocks_add(&r->blocks, key, BLOCK_TOOL, err);
	if (block == NULL)
		return false;
	if (!block->is_begun &&
	    ((id != NULL && !answer_blocks_name(&block->id, id, err)) ||
	    (name != NULL && !answer_blocks_name(&block->name, name, err))))
		return false;
	return say_arguments(r, block, function, err);
}

static bool
read_calls(struct answer_reader *r, struct json_object *delta, struct err *err)
{
	struct json_object *calls = json_text_array(delta, "tool_calls");
	struct json_object *old = json_text_object(delta, "function_call");

	for (size_t i = 0; calls != NULL &&
	    i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);
		const char *id = json_text_string(call, "id");

		if (id != NULL && id[0] == '\0')
			id = NULL;
		if (!read_function(r, key_of(r, call, id, i), id,
		    json_text_object(call, "function"), err))
			return false;
	}
	return old == NULL ||
	    read_function(r, KEY_OLD_CALL, NULL, old, err);
}

/* --- events --- */

/* The first choice alone; we never ask for more. */
static bool
read_choice(struct answer_reader *r, struct json_object *choice,
    struct err *err)
{
	struct json_object *delta = json_text_object(choice,
	    r->is_plain ? "message" : "delta");
	const char *word = json_text_string(choice, "finish_reason");
	int64_t index = 0;

	json_text_int(choice, "index", &index);
	if (index != 0) {
		answer_reader_lose(r, "choices", "");
		return true;
	}
	answer_reader_lose_list(r, delta, "choices[].message.", "annotations");
	if (json_text_object(delta, "audio") != NULL)
		answer_reader_lose(r, "choices[].message.", "audio");
	if (word != NULL && strcmp(word, "error") == 0)
		return answer_reader_fail(r, choice);
	if (word != NULL && word[0] != '\0')
		answer_reader_stop(r, stop_words_read(DIALECT_CHAT, word));
	if (!read_prose(r, delta, err) || !read_calls(r, delta, err))
		return false;
	return !r->has_stop || end_prose(r, err);
}

bool
answer_chat_read_event(struct answer_reader *r, const char *name,
    struct json_object *chunk, struct err *err)
{
	struct json_object *choices = json_text_array(chunk, "choices");
	struct json_object *usage = json_text_object(chunk, "usage");
	size_t n = choices != NULL ? json_object_array_length(choices) : 0;
	bool had_stop = r->has_stop;

	if (!json_text_is_absent(chunk, "error") || strcmp(name, "error") == 0)
		return answer_reader_fail(r, chunk);
	answer_reader_id(r, chunk);
	answer_usage_openai(r, usage);
	for (size_t i = 0; i < n; i++)
		if (!read_choice(r, json_object_array_get_idx(choices, i),
		    err))
			return false;
	/* Counts without choices are the tail of a stream. */
	r->is_done = had_stop && usage != NULL && n == 0;
	return true;
}

bool
answer_chat_read_done(struct answer_reader *r, struct err *err)
{
	for (struct answer_block *block = r->blocks.first;
	    !r->has_stop && block != NULL; block = block->next)
		if (block->kind == BLOCK_TOOL)
			return err_set(err, ERR_UPSTREAM_BROKEN,
			    "the answer ended inside a tool call");
	r->is_done = true;
	return true;
}

bool
answer_chat_read_body(struct answer_reader *r, const char *name,
    struct json_object *body, struct err *err)
{
	struct json_object *choices = json_text_array(body, "choices");

	if (json_text_is_absent(body, "error") &&
	    (choices == NULL || json_object_array_length(choices) == 0))
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer has no choices");
	r->is_plain = true;
	if (!answer_chat_read_event(r, name, body, err))
		return false;
	r->is_done = true;
	return true;
}
