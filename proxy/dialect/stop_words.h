/* SPDX-License-Identifier: ISC */
/*
 * stop_words: why an answer stopped, in each dialect's words.
 *
 * source: dialects.md D.3.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_bodies.h"
#include "proxy/dialect/neutral_event.h"

/*
 * What a word of a dialect means; STOP_END when it is not known, for then it
 * has stopped all the same.  Responses has no words but the reasons of an
 * incomplete answer.
 */
enum neutral_stop stop_words_read(enum dialect, const char *word);

/*
 * The word for the client; for Responses the reason of an incomplete answer, or
 * NULL when it is complete.
 */
const char *stop_words_write(enum dialect, enum neutral_stop);

/* What was really said, as opposed to what was announced. */
struct stop_facts {
	bool has_tool;		/* a tool's block was emitted */
	bool has_refusal;	/* and a refusal's */
};

/*
 * The stop that is true: a call that was emitted must be run, and one that was
 * only announced cannot be.
 */
enum neutral_stop stop_words_decide(enum neutral_stop,
    const struct stop_facts *, enum dialect to);
