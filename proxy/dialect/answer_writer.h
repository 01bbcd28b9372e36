/* SPDX-License-Identifier: ISC */
/*
 * answer_writer: what the writers of all dialects share.
 *
 * A writer takes neutral events in their order (neutral_event.h) and appends
 * events to 'out', or folds them up and appends one body at the end: both are
 * the same walk.  Whether everything fitted is asked once per call, by whoever
 * drives it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/dialect/dialect_answer.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/neutral_event.h"

#define ANSWER_OWN_ID 64	/* bytes of an id that we make, with the NUL */

struct tool_name;

struct answer_writer {
	const struct dialect_answer_options *options;
	struct dialect_output *out;	/* of the call that is going on */
	char id[ANSWER_OWN_ID];		/* of the answer */
	bool is_started;
	unsigned n_ids;			/* made so far */
	unsigned n_blocks, n_tools;	/* that have begun */
	uint64_t sequence;		/* of the next event */

	/* Of the block that is open. */
	char item_id[ANSWER_OWN_ID];
	char call_id[ANSWER_OWN_ID];
	const struct tool_name *tool;	/* NULL: not in the map */
	char name[256];			/* the tool's, for the client */
	bool has_text;
	struct dialect_output text;	/* where a dialect repeats it */

	/* Of those that have ended, where they are repeated or folded. */
	struct dialect_output items;	/* JSON, separated by commas */
	struct dialect_output prose, refusal, reasoning, details;
};

/* Appends to w->out. */
typedef void answer_write(struct answer_writer *, const struct neutral_event *);
answer_write answer_anthropic_write, answer_chat_write, answer_responses_write;

/* 'options' are borrowed. */
void answer_writer_init(struct answer_writer *,
    const struct dialect_answer_options *options);
void answer_writer_close(struct answer_writer *);

bool answer_writer_is_plain(const struct answer_writer *);

/* A new id behind 'prefix', the same for the same seed and number of ids. */
void answer_writer_make_id(struct answer_writer *, const char *prefix,
    char id[ANSWER_OWN_ID]);

/*
 * A block begins: counts it, and finds names and id of a tool.  An id that some
 * client could not send back is replaced by one that depends on it alone.
 */
void answer_writer_begin(struct answer_writer *, const struct neutral_event *);

/*
 * Reasoning's seal, as the client is to keep it: as it is in its own dialect,
 * in a carrier elsewhere; NULL when there is none.  free() it.
 */
char *answer_writer_wrap(const struct answer_writer *,
    const struct neutral_event *);

/* The tool is free-form to the client: its text is held, and unwrapped. */
bool answer_writer_is_custom(const struct answer_writer *);

/* Arguments that a tool was called with, "{}" when there were none. */
const char *answer_writer_arguments(const struct answer_writer *);

/* The text of a free-form tool's call, out of {"input": text}. */
void answer_writer_input(const struct answer_writer *,
    struct dialect_output *out);

/* Separates: a comma, unless it is the first. */
void answer_writer_comma(struct dialect_output *);
