/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/answer_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"

void
answer_blocks_init(struct answer_blocks *b, size_t held_max, answer_emit *emit,
    void *arg)
{
	*b = (struct answer_blocks) { .emit = emit, .arg = arg,
	    .held_max = held_max };
}

static void
free_block(struct answer_block *block)
{
	dialect_output_free(&block->id);
	dialect_output_free(&block->name);
	dialect_output_free(&block->text);
	dialect_output_free(&block->seal);
	dialect_output_free(&block->seal_id);
	free(block);
}

void
answer_blocks_close(struct answer_blocks *b)
{
	while (b->first != NULL) {
		struct answer_block *block = b->first;

		b->first = block->next;
		free_block(block);
	}
	b->n = 0;
}

struct answer_block *
answer_blocks_find(const struct answer_blocks *b, int64_t key)
{
	for (struct answer_block *block = b->first; block != NULL;
	    block = block->next)
		if (block->key == key && !block->is_closed)
			return block;
	return NULL;
}

struct answer_block *
answer_blocks_add(struct answer_blocks *b, int64_t key, enum block_kind kind,
    struct err *err)
{
	struct answer_block *block, **end = &b->first;

	if (b->n == ANSWER_BLOCKS_MAX) {
		err_set(err, ERR_UPSTREAM_BROKEN, "more than %d open blocks",
		    ANSWER_BLOCKS_MAX);
		return NULL;
	}
	block = calloc(1, sizeof *block);
	if (block == NULL) {
		err_set(err, ERR_OVERLOADED, "an answer: no memory");
		return NULL;
	}
	block->key = key;
	block->kind = kind;
	block->id.max = block->name.max = block->seal_id.max = ANSWER_WORD_MAX;
	block->text.max = block->seal.max = b->held_max;
	while (*end != NULL)
		end = &(*end)->next;
	*end = block;
	b->n++;
	return block;
}

/* May its beginning be told? */
static bool
may_begin(const struct answer_block *block)
{
	switch (block->kind) {
	case BLOCK_TOOL:
		if (block->is_closed)
			return true;
		return block->id.len > 0 && block->name.len > 0 &&
		    block->text.len > 0;
	case BLOCK_REASONING:
	case BLOCK_REDACTED:
		return block->text.len > 0 ||
		    (block->is_closed && block->seal.len > 0);
	default:
		return block->text.len > 0;
	}
}

static bool
begin(struct answer_blocks *b, struct answer_block *block, struct err *err)
{
	struct neutral_event e = { .kind = NEUTRAL_BLOCK,
	    .block = block->kind };

	if (block->is_begun)
		return true;
	block->is_begun = true;
	if (block->kind == BLOCK_TOOL) {
		if (block->name.len == 0)
			return err_set(err, ERR_UPSTREAM_BROKEN,
			    "a tool call without a name");
		e.id = block->id.len > 0 ? dialect_output_peek(&block->id)
		    : NULL;
		e.name = dialect_output_peek(&block->name);
	}
	return b->emit(b->arg, &e, err);
}

/* Where in its JSON a call is; enough to see whether it has ended. */
static void
follow(struct answer_block *block, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (block->after_backslash)
			block->after_backslash = false;
		else if (block->in_string && text[i] == '\\')
			block->after_backslash = true;
		else if (text[i] == '"')
			block->in_string = !block->in_string;
		else if (block->in_string)
			continue;
		else if (text[i] == '{' || text[i] == '[')
			block->depth++;
		else if ((text[i] == '}' || text[i] == ']') && block->depth > 0)
			block->depth--;
	}
}

static bool
say(struct answer_blocks *b, struct answer_block *block,
    const char *text, size_t len, struct err *err)
{
	struct neutral_event e = { .kind = NEUTRAL_TEXT, .block = block->kind,
	    .text = text, .len = len };

	return len == 0 || b->emit(b->arg, &e, err);
}

static bool
say_held(struct answer_blocks *b, struct answer_block *block, struct err *err)
{
	bool is_good = say(b, block, dialect_output_peek(&block->text),
	    block->text.len, err);

	b->held_len -= block->text.len;
	dialect_output_free(&block->text);
	return is_good;
}

static bool
stop(struct answer_blocks *b, const struct answer_block *block,
    struct err *err)
{
	struct neutral_event e = { .kind = NEUTRAL_BLOCK_STOP,
	    .block = block->kind };

	if (block->depth > 0 || block->in_string)
		b->n_half++;
	if (block->seal.len > 0)
		e.seal = dialect_output_peek(&block->seal);
	if (block->seal_id.len > 0)
		e.seal_id = dialect_output_peek(&block->seal_id);
	return b->emit(b->arg, &e, err);
}

/* The first block goes on as far as it can, and when it ends, the next. */
static bool
advance(struct answer_blocks *b, struct err *err)
{
	struct answer_block *block;

	while ((block = b->first) != NULL) {
		if (may_begin(block) && !begin(b, block, err))
			return false;
		if (block->is_begun && !say_held(b, block, err))
			return false;
		if (!block->is_closed)
			return true;
		if (block->is_begun && !stop(b, block, err))
			return false;
		b->first = block->next;
		b->held_len -= block->seal.len;
		b->n--;
		free_block(block);
	}
	return true;
}

/* 'len' more bytes are held. */
static bool
may_hold(struct answer_blocks *b, size_t len, struct err *err)
{
	if (len > b->held_max || b->held_len > b->held_max - len)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "more than %zu bytes to be held", b->held_max);
	b->held_len += len;
	return true;
}

bool
answer_blocks_say(struct answer_blocks *b, struct answer_block *block,
    const char *text, size_t len, struct err *err)
{
	block->has_text = block->has_text || len > 0;
	if (block->kind == BLOCK_TOOL)
		follow(block, text, len);
	if (block == b->first && block->is_begun)
		return say(b, block, text, len, err);
	if (!may_hold(b, len, err))
		return false;
	dialect_output_add(&block->text, text, len);
	return dialect_output_is_whole(&block->text, err) &&
	    (block != b->first || advance(b, err));
}

bool
answer_blocks_name(struct dialect_output *word, const char *text,
    struct err *err)
{
	size_t len = strlen(text);

	if (word->len == len && len > 0 && memcmp(word->text, text, len) == 0)
		return true;
	/* Some say it from its beginning each time, and longer. */
	if (word->len > 0 && len > word->len &&
	    memcmp(word->text, text, word->len) == 0)
		dialect_output_cut(word, 0);
	dialect_output_add(word, text, len);
	return dialect_output_is_whole(word, err);
}

bool
answer_blocks_seal(struct answer_blocks *b, struct answer_block *block,
    const char *seal, const char *id, struct err *err)
{
	if (!may_hold(b, strlen(seal), err))
		return false;
	dialect_output_text(&block->seal, seal);
	if (id != NULL) {
		dialect_output_cut(&block->seal_id, 0);
		dialect_output_text(&block->seal_id, id);
	}
	return dialect_output_is_whole(&block->seal, err) &&
	    dialect_output_is_whole(&block->seal_id, err);
}

bool
answer_blocks_end(struct answer_blocks *b, struct answer_block *block,
    struct err *err)
{
	block->is_closed = true;
	return block != b->first || advance(b, err);
}

bool
answer_blocks_end_all(struct answer_blocks *b, struct err *err)
{
	for (struct answer_block *block = b->first; block != NULL;
	    block = block->next)
		block->is_closed = true;
	return advance(b, err);
}
