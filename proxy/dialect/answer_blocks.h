/* SPDX-License-Identifier: ISC */
/*
 * answer_blocks: blocks of an answer that may be said all at once, one by one.
 *
 * The first block that is open goes straight on as it grows; what belongs to
 * others is held until those before them are closed.  A block that stays empty
 * is never begun.  A tool's block begins when its id and its whole name are
 * known, which some upstreams send late, in pieces, or again and again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/neutral_event.h"

struct err;

#define ANSWER_BLOCKS_MAX 512	/* held at the same time */
#define ANSWER_WORD_MAX 512	/* bytes of an id or name of a tool */

/* Takes BLOCK, TEXT, BLOCK_STOP; false ends the answer. */
typedef bool answer_emit(void *arg, const struct neutral_event *, struct err *);

/* Fields are for answer_blocks.c, but for those that are commented. */
struct answer_block {
	struct answer_block *next;
	int64_t key;
	enum block_kind kind;		/* for all to read */
	bool is_begun, is_closed;
	bool has_text;			/* for all to read: some was said */
	bool is_complete;		/* for readers: all was said */
	unsigned depth;			/* of a tool's JSON, as far as said */
	bool in_string, after_backslash;
	struct dialect_output id, name;	/* of a tool; for all to read */
	struct dialect_output text;	/* held */
	struct dialect_output seal, seal_id;
};

/* Set up by answer_blocks_init(). */
struct answer_blocks {
	struct answer_block *first;
	answer_emit *emit;
	void *arg;
	unsigned n;
	unsigned n_half;		/* calls that ended inside their JSON */
	size_t held_len, held_max;	/* bytes */
};

void answer_blocks_init(struct answer_blocks *, size_t held_max, answer_emit *,
    void *arg);
void answer_blocks_close(struct answer_blocks *);

/* The open block with this key; NULL when there is none. */
struct answer_block *answer_blocks_find(const struct answer_blocks *,
    int64_t key);

/* A new one, the last.  NULL with ERR_UPSTREAM_BROKEN: one too many. */
struct answer_block *answer_blocks_add(struct answer_blocks *, int64_t key,
    enum block_kind, struct err *);

/* More of its text; 'block' may not be used after false. */
bool answer_blocks_say(struct answer_blocks *, struct answer_block *block,
    const char *text, size_t len, struct err *);

/* More of, or again, a tool's id or name (&block->id, &block->name). */
bool answer_blocks_name(struct dialect_output *word, const char *text,
    struct err *);

/* What binds reasoning to its issuer; appended.  'id' may be NULL. */
bool answer_blocks_seal(struct answer_blocks *, struct answer_block *block,
    const char *seal, const char *id, struct err *);

/* Nothing more comes for it; 'block' may not be used afterwards. */
bool answer_blocks_end(struct answer_blocks *, struct answer_block *block,
    struct err *);
/* All that are open, in their order. */
bool answer_blocks_end_all(struct answer_blocks *, struct err *);
