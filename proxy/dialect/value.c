/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/value.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy/dialect/dialect_output.h"

#define VALUE_JSON_MAX (1u << 30)	/* bytes; a body has 32 MiB */
#define ROOM_FIRST 4		/* members of a container that has any */

static struct value *
new_value(struct arena *a, enum value_kind kind)
{
	struct value *v = arena_alloc(a, sizeof *v);

	v->kind = kind;
	return v;
}

struct value *
value_new_object(struct arena *a)
{
	struct value *v = new_value(a, VALUE_OBJECT);

	v->arena = a;
	return v;
}

struct value *
value_new_array(struct arena *a)
{
	struct value *v = new_value(a, VALUE_ARRAY);

	v->arena = a;
	return v;
}

struct value *
value_new_string(struct arena *a, struct text text)
{
	struct value *v = new_value(a, VALUE_STRING);

	v->text = text.at != NULL ? text : WORDS("");
	return v;
}

struct value *
value_new_int(struct arena *a, int64_t n)
{
	struct value *v = new_value(a, VALUE_NUMBER);
	char digits[24];
	struct text text = { digits, 0 };

	text.len = (size_t)snprintf(digits, sizeof digits, "%lld",
	    (long long)n);
	v->is_whole = true;
	v->text = text_join(a, &text, 1);
	return v;
}

struct value *
value_of_bool(bool is_true)
{
	static struct value values[] = { { .kind = VALUE_BOOL },
	    { .kind = VALUE_BOOL, .is_true = true } };

	return &values[is_true];
}

/* --- asking --- */

bool
value_is(const struct value *v, enum value_kind kind)
{
	return v != NULL && v->kind == kind;
}

bool
value_is_true(const struct value *v)
{
	return value_is(v, VALUE_BOOL) && v->is_true;
}

double
value_double(const struct value *v)
{
	/* What stands behind it in the body is no part of a number. */
	return value_is(v, VALUE_NUMBER) ? strtod(v->text.at, NULL) : 0;
}

int64_t
value_int(const struct value *v)
{
	double n = value_double(v);

	if (value_is(v, VALUE_NUMBER) && v->is_whole)
		return strtoll(v->text.at, NULL, 10);
	return n >= 0x1p63 ? INT64_MAX : n <= -0x1p63 ? INT64_MIN : (int64_t)n;
}

static bool
is_container(const struct value *v)
{
	return value_is(v, VALUE_OBJECT) || value_is(v, VALUE_ARRAY);
}

size_t
value_len(const struct value *v)
{
	return is_container(v) ? v->n : 0;
}

struct value *
value_at(const struct value *v, size_t at)
{
	return value_member_at(v, at)->value;
}

const struct member *
value_member_at(const struct value *v, size_t at)
{
	assert(at < value_len(v));
	return &v->members[at];
}

struct value *
value_find(const struct value *v, const char *name)
{
	if (!value_is(v, VALUE_OBJECT))
		return NULL;
	for (unsigned i = 0; i < v->n; i++)
		if (member_is(&v->members[i], name))
			return v->members[i].value;
	return NULL;
}

/* --- building --- */

void
value_append(struct value *v, const char *name, struct value *item)
{
	if (v->n == v->room) {
		unsigned room = v->room != 0 ? 2 * v->room : ROOM_FIRST;
		struct member *members = arena_alloc(v->arena,
		    room * sizeof *members);

		if (v->n > 0)
			memcpy(members, v->members, v->n * sizeof *members);
		v->members = members;
		v->room = room;
	}
	v->members[v->n++] = (struct member) { name, item };
}

static struct value *
or_null(struct value *v)
{
	static struct value null = { .kind = VALUE_NULL };

	return v != NULL ? v : &null;
}

void
value_put(struct value *object, const char *name, struct value *value)
{
	assert(value_is(object, VALUE_OBJECT));
	for (unsigned i = 0; i < object->n; i++)
		if (member_is(&object->members[i], name)) {
			object->members[i].value = or_null(value);
			return;
		}
	value_append(object, name, or_null(value));
}

void
value_put_all(struct value *object, const struct value *from)
{
	for (size_t i = 0; value_is(from, VALUE_OBJECT) && i < from->n; i++)
		value_put(object, from->members[i].name,
		    from->members[i].value);
}

void
value_add(struct value *array, struct value *value)
{
	assert(value_is(array, VALUE_ARRAY));
	value_append(array, NULL, or_null(value));
}

void
value_remove(struct value *v, size_t at)
{
	assert(at < value_len(v));
	memmove(v->members + at, v->members + at + 1,
	    (v->n - at - 1) * sizeof *v->members);
	v->n--;
}

/* --- writing --- */

/* Stands in a string as it is, and alone. */
static bool
is_plain(char c)
{
	return c >= ' ' && c != '"' && c != '\\' && (unsigned char)c < 0x80;
}

/* Most texts are plain: one walk, without asking for room again. */
static void
write_string(struct text text, struct dialect_output *o)
{
	char *to = dialect_output_reserve(o, text.len + 2);
	size_t n = 0;

	if (to == NULL)
		return;
	*to++ = '"';
	for (; n < text.len && is_plain(text.at[n]); n++)
		to[n] = text.at[n];
	if (n == text.len) {
		to[n] = '"';
		dialect_output_take(o, n + 2);
		return;
	}
	dialect_output_take(o, n + 1);
	dialect_output_escaped(o, text.at + n, text.len - n);
	dialect_output_add(o, "\"", 1);
}

static void
write_members(const struct value *v, struct dialect_output *o)
{
	bool is_object = v->kind == VALUE_OBJECT;

	dialect_output_add(o, is_object ? "{" : "[", 1);
	for (unsigned i = 0; i < v->n && !o->has_failed; i++) {
		if (i > 0)
			dialect_output_add(o, ",", 1);
		if (is_object) {
			write_string(text_of(v->members[i].name), o);
			dialect_output_add(o, ":", 1);
		}
		value_write(v->members[i].value, o);
	}
	dialect_output_add(o, is_object ? "}" : "]", 1);
}

void
value_write(const struct value *v, struct dialect_output *o)
{
	switch (v->kind) {
	case VALUE_BOOL:
		dialect_output_text(o, v->is_true ? "true" : "false");
		break;
	case VALUE_NUMBER:
		dialect_output_add(o, v->text.at, v->text.len);
		break;
	case VALUE_STRING:
		write_string(v->text, o);
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		write_members(v, o);
		break;
	default:
		dialect_output_text(o, "null");
		break;
	}
}

/* --- texts --- */

struct text
text_value(const struct value *v)
{
	return value_is(v, VALUE_STRING) ? v->text : NO_TEXT;
}

struct text
text_member(const struct value *object, const char *name)
{
	return text_value(value_find(object, name));
}

struct text
text_json(struct arena *a, const struct value *v)
{
	struct dialect_output o = { .max = VALUE_JSON_MAX };

	value_write(v, &o);
	assert(!o.has_failed);
	return o.text == NULL ? WORDS("") :
	    (struct text) { arena_take(a, o.text), o.len };
}

void
text_put(struct value *object, const char *name, struct text text)
{
	if (text.at != NULL)
		value_put(object, name, value_new_string(object->arena, text));
}
