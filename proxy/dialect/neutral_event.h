/* SPDX-License-Identifier: ISC */
/*
 * neutral_event: what an answer says, in no dialect.
 *
 * A stream of them has this order, and everybody downstream may rely on it:
 *
 *	START (BLOCK TEXT* BLOCK_STOP)* (FINISH | ERROR)
 *
 * At most one block is open; whoever reads a dialect in which blocks mix holds
 * the others back (answer_blocks.h).  Pointers are valid while the event is
 * being handled.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct upstream_error;

enum neutral_kind { NEUTRAL_NONE, NEUTRAL_START, NEUTRAL_BLOCK, NEUTRAL_TEXT,
	NEUTRAL_BLOCK_STOP, NEUTRAL_FINISH, NEUTRAL_ERROR };

/*
 * BLOCK_REDACTED has no text, only a seal.  The text of a BLOCK_TOOL is the
 * JSON of its arguments, also that of a free-form tool: {"input": "..."}.
 */
enum block_kind { BLOCK_NONE, BLOCK_TEXT, BLOCK_REFUSAL, BLOCK_REASONING,
	BLOCK_REDACTED, BLOCK_TOOL, BLOCK_KINDS };

enum neutral_stop { STOP_NONE, STOP_END, STOP_SEQUENCE, STOP_LENGTH,
	STOP_CONTEXT, STOP_TOOLS, STOP_REFUSAL, STOP_PAUSE, STOPS };

/* Token counts.  'input' excludes what was read from or written to a cache. */
struct neutral_usage {
	uint64_t input, cache_read, cache_write;
	uint64_t output;	/* includes reasoning */
	uint64_t reasoning;
	bool is_known;		/* the upstream said something */
};

struct neutral_event {
	enum neutral_kind kind;
	enum block_kind block;	/* BLOCK, TEXT, BLOCK_STOP */
	const char *text;	/* TEXT: 'len' bytes, whole characters */
	size_t len;
	const char *id;		/* BLOCK_TOOL: the call's, as upstream has it */
	const char *name;	/* BLOCK_TOOL: as it was sent upstream */
	/*
	 * BLOCK_STOP: what binds reasoning to its issuer (a signature, redacted
	 * data, encrypted content), as the issuer gave it, and the id that the
	 * issuer's item had; NULL when there is none.
	 */
	const char *seal, *seal_id;
	enum neutral_stop stop;	/* FINISH */
	const char *stop_sequence;	/* FINISH: NULL when not known */
	const struct neutral_usage *usage;	/* START, FINISH: so far */
	const struct upstream_error *error;	/* ERROR */
};
