/* SPDX-License-Identifier: ISC */
/*
 * answer_reader: what the readers of all dialects share.
 *
 * A reader takes one parsed event, or one parsed plain body, and turns it into
 * blocks, counts and a stop.  false from any of them means that the upstream
 * broke its dialect; an error that it tells goes into 'error' instead.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/dialect/answer_blocks.h"
#include "proxy/dialect/neutral_event.h"
#include "proxy/dialect/upstream_error.h"

struct err;
struct json_object;
struct losses;

#define ANSWER_SAID_WORDS 8	/* of 64 items each, of one answer */
#define ANSWER_MODEL_MAX 200	/* bytes, with the NUL */
#define ANSWER_ID_MAX 128	/* bytes of an upstream's id, with the NUL */

struct answer_reader {
	struct answer_blocks blocks;
	struct neutral_usage usage;
	uint64_t openai_input;	/* as OpenAI counts it: with what was cached */
	char id[ANSWER_ID_MAX];	/* "" until it is known */
	char model[ANSWER_MODEL_MAX];	/* that answers; "": it did not say */
	enum neutral_stop stop;
	char stop_sequence[256];	/* "" when it is not known */
	bool has_stop;		/* only counts may come after it */
	bool is_done;		/* the upstream said its last word */
	bool has_error;
	struct upstream_error error;
	int64_t current;	/* key of what was spoken of last */
	int64_t n_unnumbered;	/* things that came without an index */
	uint64_t said[ANSWER_SAID_WORDS];	/* items that have ended */
	bool is_plain;		/* one body, no events */
	struct json_object *detail;	/* of reasoning, that may go on; NULL */
	struct dialect_output detail_text;	/* what it has said so far */
	size_t detail_len;	/* bytes of all that it came in */
	struct losses *losses;	/* what has no twin; NULL: nothing so far */
};

void answer_reader_close(struct answer_reader *);

/* One event's data, and a whole body; both are objects. */
typedef bool answer_read(struct answer_reader *, const char *name,
    struct json_object *, struct err *);
answer_read answer_anthropic_read_event, answer_anthropic_read_body;
answer_read answer_chat_read_event, answer_chat_read_body;
answer_read answer_responses_read_event, answer_responses_read_body;

/* Data that is the end and no JSON: "[DONE]".  false when it ends too early. */
bool answer_chat_read_done(struct answer_reader *, struct err *);

/* The upstream's error, whatever its shape; always true. */
bool answer_reader_fail(struct answer_reader *, struct json_object *error);

/* Id and model of the answer, when the holder has them. */
/* Something is left out: "content[]." and its kind, which may be NULL. */
void answer_reader_lose(struct answer_reader *, const char *where,
    const char *kind);
/* A list that is there and not empty, and has no twin. */
void answer_reader_lose_list(struct answer_reader *,
    struct json_object *holder, const char *where, const char *name);

void answer_reader_id(struct answer_reader *, struct json_object *holder);
void answer_reader_stop(struct answer_reader *, enum neutral_stop);

/*
 * Counts, each as far as it is larger than what is known: streams repeat them,
 * and count up.  source: dialects.md D.6.
 */
void answer_usage_anthropic(struct answer_reader *, struct json_object *usage);
void answer_usage_openai(struct answer_reader *, struct json_object *usage);

/* A string with its length; NULL when there is none.  It may hold NULs. */
const char *answer_string(struct json_object *, const char *name, size_t *len);

/* Says a member that is a string, if it is there. */
bool answer_say_member(struct answer_reader *, struct answer_block *,
    struct json_object *, const char *name, struct err *);

/* Arguments that came as a value instead of text. */
bool answer_say_json(struct answer_reader *, struct answer_block *,
    struct json_object *value, struct err *);
