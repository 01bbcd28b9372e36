/* SPDX-License-Identifier: ISC */
/*
 * usage_scan: token usage, and the model that answers, out of JSON that passes
 * in pieces.
 *
 * Knows where the three dialects put it ("usage" on top, or inside "message" or
 * "response"; "model" beside it) and nothing else of the text; what stands
 * inside strings or deeper, such as the arguments of a tool, is never taken for
 * it.  Constant memory, however long the text.
 *
 * Counts are as the provider has them: OpenAI's input tokens include those that
 * were read from a cache, Anthropic's do not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USAGE_MODEL_MAX 200	/* bytes, with the NUL */

struct usage {
	uint64_t input, output, cache_read, cache_write, reasoning;
	char model[USAGE_MODEL_MAX];	/* that answered; "": it did not say */
};

#define USAGE_DEPTH 4		/* names are known down to here */
#define USAGE_NAME_MAX 32	/* bytes of a name, with the NUL */

/* Set up by usage_scan_begin(). */
struct usage_scan {
	struct usage *usage;
	unsigned depth;
	uint8_t in_object;	/* bit by depth */
	uint8_t names[USAGE_DEPTH + 1];	/* of the current member, by depth */
	bool in_string, is_name, wants_name, after_backslash;
	bool in_number, in_model;
	uint64_t number;
	char name[USAGE_NAME_MAX];
	size_t name_len;
	bool has_usage;		/* an object of usage has begun */
	bool has_empty_choices;	/* "choices":[] on top */
	bool choices_open;
	bool has_finish;	/* a choice's "finish_reason" that is no null */
};

/*
 * A new text begins.  What it says goes into 'usage', each count as far as it
 * is larger than what is there: streams repeat and add up.  Of models the first
 * one stays; one that is not plain text without escapes is none.
 */
void usage_scan_begin(struct usage_scan *, struct usage *usage);

void usage_scan_feed(struct usage_scan *, const uint8_t *bytes, size_t len);
