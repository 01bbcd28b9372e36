/* SPDX-License-Identifier: ISC */
/*
 * text: counted texts, and the memory of one translation.
 *
 * A text points into something that outlives it: the client's parsed body, a
 * constant, or the arena.  An absent one has at == NULL; an empty one has not.
 * All that is made during a translation stands in one arena and goes at once.
 * There is no answer to a lack of memory half-way through a tree (json-c has
 * none either): the process ends, as for any broken assumption.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct json_object;

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
/* Given back with json_object_put() when the arena goes. */
struct json_object *arena_keep(struct arena *, struct json_object *);
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

/* The string value, absent when 'value' is none. */
struct text text_value(const struct json_object *value);
struct text text_member(const struct json_object *, const char *name);
/*
 * JSON text of any value.  _written() leaves it in the value, until that is
 * written again; absent when it is longer than json-c can say.
 */
struct text text_written(struct json_object *);
struct text text_json(struct arena *, struct json_object *);

/* Adds a member, unless the text is absent; 'name' is a constant. */
void text_put(struct json_object *, const char *name, struct text);
struct json_object *text_new(struct text);
/* The same of any value, which it takes; 'name' is a constant. */
void member_put(struct json_object *, const char *name, struct json_object *);
