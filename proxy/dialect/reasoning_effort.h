/* SPDX-License-Identifier: ISC */
/*
 * reasoning_effort: how hard a model is to think, in words and in tokens.
 *
 * Messages knows budgets (older families) and words (newer ones), OpenAI words
 * alone.  The table between them is documented here once: from a word to a
 * budget, and back by upper bounds, so that what one says the other repeats:
 *
 *	word	minimal	low	medium	high	xhigh	max
 *	budget	1024	1024	8192	24576	32768	128000
 *	up to	-	1024	8192	24576	32768	more
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "proxy/dialect/text.h"

struct model_traits;

#define BUDGET_MIN 1024		/* tokens; Messages refuses less */

enum effort { EFFORT_UNSAID, EFFORT_NONE, EFFORT_MINIMAL, EFFORT_LOW,
	EFFORT_MEDIUM, EFFORT_HIGH, EFFORT_XHIGH, EFFORT_MAX, EFFORTS };

/* How the client wants to see the reasoning. */
enum display { DISPLAY_UNSAID, DISPLAY_OMITTED, DISPLAY_SUMMARY };

enum reasoning_form { REASONING_UNSAID, REASONING_OFF, REASONING_ADAPTIVE,
	REASONING_BUDGET, REASONING_EFFORT };

struct reasoning_wish {
	enum reasoning_form form;
	enum effort effort;
	int64_t budget;		/* tokens, of REASONING_BUDGET */
	enum display display;
	struct text summary;	/* Responses' word for it, if it came so */
};

/* EFFORT_UNSAID when the word is none of ours. */
enum effort effort_parse(struct text);
const char *effort_name(enum effort);

int64_t effort_budget(enum effort);
enum effort effort_of_budget(int64_t tokens);

/* The effort that a wish comes down to; EFFORT_UNSAID when it says nothing. */
enum effort effort_of_wish(const struct reasoning_wish *);

/* The nearest word that this model takes. */
enum effort effort_for_claude(enum effort, const struct model_traits *);
enum effort effort_for_openai(enum effort, const struct model_traits *);
