/* SPDX-License-Identifier: ISC */
/*
 * value: JSON as a tree in an arena (text.h).
 *
 * For request bodies, which may be megabytes of small things: a body is read in
 * one pass, texts without escapes stay where they are, and the whole goes with
 * its arena.  Numbers keep their spelling.  Values that have been read are not
 * changed; the same value may stand in several trees.  In lists and objects
 * order is kept; of members with the same name the last one counts, in the place
 * of the first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proxy/dialect/text.h"

struct dialect_output;
struct err;
struct value;

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_STRING,
	VALUE_ARRAY, VALUE_OBJECT };

/* Of an object, or an item of an array, which has no name. */
struct member {
	const char *name;	/* terminated, without NULs */
	struct value *value;	/* never NULL */
};

/* Most names differ in their first letter. */
static inline bool
member_is(const struct member *m, const char *name)
{
	return m->name[0] == name[0] && strcmp(m->name, name) == 0;
}

struct value {
	enum value_kind kind;
	bool is_true;		/* BOOL */
	bool is_whole;		/* NUMBER: without fraction and exponent */
	unsigned n, room;	/* ARRAY, OBJECT */
	union {
		struct text text;	/* STRING; NUMBER: its spelling */
		struct {		/* ARRAY, OBJECT */
			struct member *members;	/* 'n' of them */
			struct arena *arena;
		};
	};
};

/*
 * source: RFC 8259, and nothing beyond it.  The tree points into 'json', which
 * outlives it.  Half of a surrogate pair becomes U+FFFD.  NULL with
 * ERR_INVALID_REQUEST and the byte: no JSON, no UTF-8, a NUL in a name, deeper
 * than VALUE_DEPTH_MAX, more than VALUES_MAX values.
 */
#define VALUE_DEPTH_MAX 256
#define VALUES_MAX (2u << 20)
struct value *value_parse(struct arena *, struct text json, struct err *);

/* Appends it as JSON without blanks. */
void value_write(const struct value *, struct dialect_output *);

/* New ones; containers are empty. */
struct value *value_new_object(struct arena *);
struct value *value_new_array(struct arena *);
struct value *value_new_string(struct arena *, struct text);
struct value *value_new_int(struct arena *, int64_t);
struct value *value_of_bool(bool);

/* An absent (NULL) value is of no kind, has no members and is false. */
bool value_is(const struct value *, enum value_kind);
bool value_is_true(const struct value *);
/* Of a number; the nearest that fits, 0 for anything else. */
int64_t value_int(const struct value *);
double value_double(const struct value *);

/* Array or object: the number of items or members. */
size_t value_len(const struct value *);
/* By place; it is there. */
struct value *value_at(const struct value *, size_t at);
const struct member *value_member_at(const struct value *, size_t at);
/* A member by name; NULL when there is none. */
struct value *value_find(const struct value *, const char *name);

/* A string's text; absent when it is none. */
struct text text_value(const struct value *);
struct text text_member(const struct value *object, const char *name);
/* JSON text of any value, in the arena. */
struct text text_json(struct arena *, const struct value *);
/* Adds a member, unless the text is absent; 'name' outlives the object. */
void text_put(struct value *object, const char *name, struct text);

/* Adds without looking for another of that name. */
void value_append(struct value *container, const char *name, struct value *);
/* Adds, or replaces; 'name' outlives the object, NULL stands for null. */
void value_put(struct value *object, const char *name, struct value *);
/* All members of another object; nothing when it is none. */
void value_put_all(struct value *object, const struct value *from);
void value_add(struct value *array, struct value *);
/* Takes out what stands there. */
void value_remove(struct value *container, size_t at);
