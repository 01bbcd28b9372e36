/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/text.h"

#include <assert.h>
#include <ctype.h>
#include <json-c/json.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_LEN 16384		/* bytes; larger pieces have their own */

struct chunk {
	struct chunk *next;
	size_t used, room;
	alignas(max_align_t) char bytes[];
};

/* What is to be given back in its own way. */
struct kept {
	struct kept *next;
	struct json_object *tree;
	char *text;
};

struct arena {
	struct chunk *chunks;
	struct kept *kept;
};

static struct chunk *
add_chunk(struct arena *a, size_t len)
{
	size_t room = len > CHUNK_LEN / 4 ? len : CHUNK_LEN;
	struct chunk *c = calloc(1, sizeof *c + room);

	assert(c != NULL);
	c->room = room;
	/* A large piece goes behind the chunk that still has room. */
	if (room != CHUNK_LEN && a->chunks != NULL) {
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		c->next = a->chunks;
		a->chunks = c;
	}
	return c;
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	assert(a != NULL);
	return a;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct kept *k = a->kept; k != NULL; k = k->next) {
		json_object_put(k->tree);
		free(k->text);
	}
	for (struct chunk *c = a->chunks, *next; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

void *
arena_alloc(struct arena *a, size_t len)
{
	struct chunk *c = a->chunks;
	char *at;

	len = (len + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (c == NULL || c->room - c->used < len)
		c = add_chunk(a, len);
	at = c->bytes + c->used;
	c->used += len;
	return at;
}

static struct kept *
keep(struct arena *a)
{
	struct kept *k = arena_alloc(a, sizeof *k);

	k->next = a->kept;
	a->kept = k;
	return k;
}

struct json_object *
arena_keep(struct arena *a, struct json_object *tree)
{
	keep(a)->tree = tree;
	return tree;
}

char *
arena_take(struct arena *a, char *text)
{
	keep(a)->text = text;
	return text;
}

struct text
text_of(const char *terminated)
{
	return terminated == NULL ? NO_TEXT
	    : (struct text) { terminated, strlen(terminated) };
}

bool
text_is(struct text t, const char *terminated)
{
	size_t len = strlen(terminated);

	return t.at != NULL && t.len == len &&
	    memcmp(t.at, terminated, len) == 0;
}

bool
text_begins(struct text t, const char *terminated)
{
	size_t len = strlen(terminated);

	return t.at != NULL && t.len >= len &&
	    memcmp(t.at, terminated, len) == 0;
}

bool
text_equal(struct text a, struct text b)
{
	return a.at != NULL && b.at != NULL && a.len == b.len &&
	    memcmp(a.at, b.at, a.len) == 0;
}

bool
text_is_blank(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!isspace((unsigned char)t.at[i]))
			return false;
	return true;
}

bool
text_is_utf8(struct text t)
{
	for (size_t i = 0; i < t.len;) {
		unsigned char c = (unsigned char)t.at[i++];
		size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 :
		    c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 9;
		unsigned char next = i < t.len ? (unsigned char)t.at[i] : 0;

		/* Too long for what it says, a surrogate, or beyond the end. */
		if (more > t.len - i || (c == 0xe0 && next < 0xa0) ||
		    (c == 0xed && next > 0x9f) || (c == 0xf0 && next < 0x90) ||
		    (c == 0xf4 && next > 0x8f))
			return false;
		for (; more > 0; more--)
			if (((unsigned char)t.at[i++] & 0xc0) != 0x80)
				return false;
	}
	return true;
}

struct text
text_join(struct arena *a, const struct text *texts, size_t n)
{
	struct text joined = { NULL, 0 };
	size_t at = 0;
	char *bytes;

	for (size_t i = 0; i < n; i++)
		joined.len += texts[i].len;
	joined.at = bytes = arena_alloc(a, joined.len + 1);
	for (size_t i = 0; i < n; i++) {
		if (texts[i].len > 0)
			memcpy(bytes + at, texts[i].at, texts[i].len);
		at += texts[i].len;
	}
	return joined;
}

const char *
text_terminated(struct arena *a, struct text t)
{
	return t.at == NULL ? NULL : text_join(a, &t, 1).at;
}

struct text
text_value(const struct json_object *value)
{
	/* json-c has no const getter of strings; it changes nothing here. */
	struct json_object *v = (struct json_object *)(uintptr_t)value;

	if (!json_object_is_type(v, json_type_string))
		return NO_TEXT;
	return (struct text) { json_object_get_string(v),
	    (size_t)json_object_get_string_len(v) };
}

struct text
text_member(const struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NO_TEXT;
	return text_value(value);
}

struct text
text_written(struct json_object *value)
{
	size_t len = 0;
	const char *text = json_object_to_json_string_length(value,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	return text == NULL ? NO_TEXT : (struct text) { text, len };
}

struct text
text_json(struct arena *a, struct json_object *value)
{
	struct text text = text_written(value);

	assert(text.at != NULL);
	return text_join(a, &text, 1);
}

struct json_object *
text_new(struct text t)
{
	return json_object_new_string_len(t.at != NULL ? t.at : "",
	    (int)t.len);
}

void
text_put(struct json_object *object, const char *name, struct text t)
{
	if (t.at != NULL)
		member_put(object, name, text_new(t));
}

void
member_put(struct json_object *object, const char *name,
    struct json_object *value)
{
	json_object_object_add_ex(object, name, value,
	    JSON_C_OBJECT_ADD_CONSTANT_KEY);
}
