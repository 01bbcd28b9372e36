/* SPDX-License-Identifier: ISC */
/*
 * stream_rules: what the checkers of the three dialects remember.
 *
 * Each takes one event and says which rule it breaks, NULL when none.  Rules
 * are texts that end up in the log, so they name what is wrong in the dialect's
 * own words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHECKED_ID_MAX 96	/* bytes of an id, with the NUL */

/* A text that came in pieces, to compare with the whole. */
struct checked_text {
	uint64_t sum;
	size_t len;
};

struct checked_stream {
	bool has_begun, has_finish, is_over;
	bool has_progress;		/* Responses: in_progress was said */
	char id[CHECKED_ID_MAX];	/* of the answer */
	unsigned n_blocks, n_tools;	/* that have begun */
	bool is_open;			/* a block, or an item */
	char kind[CHECKED_ID_MAX];	/* of the open one: its type */
	char item_id[CHECKED_ID_MAX];
	bool has_part, has_text_end;	/* of the open item */
	struct checked_text text;	/* of the open item */
	int64_t sequence;		/* of the last event */
	int64_t created;
};

struct json_object;

typedef const char *stream_rule(struct checked_stream *, const char *name,
    struct json_object *event);
stream_rule stream_check_anthropic, stream_check_chat, stream_check_responses;

/* "[DONE]", which is no JSON. */
const char *stream_check_chat_done(struct checked_stream *);

void checked_text_add(struct checked_text *, const char *bytes, size_t len);
/* Is this member the same text? */
bool checked_text_is(const struct checked_text *, struct json_object *holder,
    const char *name);
