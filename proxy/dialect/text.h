/* SPDX-License-Identifier: ISC */
/*
 * text: counted texts, and the memory of one translation.
 *
 * A text points into something that outlives it: the client's parsed body, a
 * constant, or the arena.  An absent one has at == NULL; an empty one has not.
 * All that is made during a translation stands in one arena and goes at once.
 * There is no answer to a lack of memory half-way through a tree: the process
 * ends, as for any broken assumption.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct text {
	const char *at;
	size_t len;
};

#define WORDS(literal) ((struct text) { literal, sizeof literal - 1 })
#define NO_TEXT ((struct text) { NULL, 0 })

struct arena *arena_new(void);
void arena_free(struct arena *);
/* Zeroed, aligned for anything; valid until arena_free(). */
void *arena_alloc(struct arena *, size_t len);
/* Given back with free(). */
char *arena_take(struct arena *, char *);

struct text text_of(const char *terminated);	/* NULL: absent */
bool text_is(struct text, const char *terminated);
bool text_begins(struct text, const char *terminated);
bool text_equal(struct text, struct text);
bool text_is_utf8(struct text);
bool text_is_blank(struct text);	/* absent, empty or white space */
/* In the arena; always terminated, too. */
struct text text_join(struct arena *, const struct text *, size_t n);
const char *text_terminated(struct arena *, struct text);
