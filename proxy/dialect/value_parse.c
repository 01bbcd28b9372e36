/* SPDX-License-Identifier: ISC */
/* JSON text, into values. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/value.h"

#define NAMES 64		/* that are kept: the same few come all the time */

struct parser {
	struct arena *arena;
	const char *json;
	size_t len, at;
	unsigned depth, n_values;
	const char *names[NAMES];	/* seen of late, by their hash */
	const char *wrong;	/* what is; NULL: nothing yet */
};

static struct value *parse_value(struct parser *);

static void *
fail(struct parser *p, const char *wrong)
{
	if (p->wrong == NULL)
		p->wrong = wrong;
	return NULL;
}

/* The next byte that is no blank; NUL at the end, and a NUL is no JSON. */
static char
next(struct parser *p)
{
	while (p->at < p->len && (p->json[p->at] == ' ' ||
	    p->json[p->at] == '\n' || p->json[p->at] == '\t' ||
	    p->json[p->at] == '\r'))
		p->at++;
	return p->at < p->len ? p->json[p->at] : '\0';
}

/* --- strings --- */

/* Four hexadecimal digits, or -1. */
static int
parse_code(const char *at, const char *end)
{
	int code = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)at[i];

		if (!isxdigit(c))
			return -1;
		code = code * 16 + (isdigit(c) ? c - '0' :
		    (c | 0x20) - 'a' + 10);
	}
	return code;
}

static char *
put_character(char *to, int code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*to++ = (char)(0xe0 | code >> 12);
		} else {
			*to++ = (char)(0xf0 | code >> 18);
			*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* What follows "\u"; *at moves behind it.  -1 when it is no code. */
static int
take_code(const char **at, const char *end)
{
	int code = parse_code(*at, end), low;

	if (code == -1)
		return -1;
	*at += 4;
	if (code < 0xd800 || code > 0xdfff)
		return code;
	if (code > 0xdbff || end - *at < 6 || (*at)[0] != '\\' ||
	    (*at)[1] != 'u')
		return 0xfffd;
	low = parse_code(*at + 2, end);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*at += 6;
	return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

/* No escape stands for more bytes than it has. */
static bool
unescape(struct parser *p, struct text *text)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *at = text->at, *end = at + text->len, *found;
	char *to = arena_alloc(p->arena, text->len + 1);

	text->at = to;
	while (at < end) {
		const char *escape = memchr(at, '\\', (size_t)(end - at));
		size_t len = (size_t)((escape != NULL ? escape : end) - at);
		int code;

		memcpy(to, at, len);
		to += len;
		at += len + 2;
		if (escape == NULL)
			break;
		if (escape[1] == 'u') {
			code = take_code(&at, end);
			if (code == -1)
				return fail(p, "an escape that is none");
			to = put_character(to, code);
		} else if ((found = strchr(letters, escape[1])) != NULL &&
		    *found != '\0') {
			*to++ = meant[found - letters];
		} else {
			return fail(p, "an escape that is none");
		}
	}
	text->len = (size_t)(to - text->at);
	return true;
}

static bool
parse_string(struct parser *p, struct text *text)
{
	const char *begin = p->json + p->at + 1, *at = begin;
	const char *end = p->json + p->len;
	bool has_escape = false, is_ascii = true;

	for (; at < end && *at != '"'; at++) {
		unsigned char c = (unsigned char)*at;

		if (c < ' ')
			break;
		is_ascii = is_ascii && c < 0x80;
		if (c == '\\') {
			has_escape = true;
			at++;
		}
	}
	p->at = (size_t)((at < end ? at : end) - p->json);
	if (at >= end || *at != '"')
		return fail(p, "a text without its end");
	*text = (struct text) { begin, (size_t)(at - begin) };
	if (!is_ascii && !text_is_utf8(*text))
		return fail(p, "a text that is no UTF-8");
	p->at++;
	return !has_escape || unescape(p, text);
}

/* --- numbers and words --- */

static void
skip_digits(struct parser *p)
{
	while (p->at < p->len && isdigit((unsigned char)p->json[p->at]))
		p->at++;
}

/* At least one; true when there was. */
static bool
take_digits(struct parser *p)
{
	size_t at = p->at;

	skip_digits(p);
	return p->at > at;
}

static bool
take_any_of(struct parser *p, const char *set)
{
	if (p->at == p->len || p->json[p->at] == '\0' ||
	    strchr(set, p->json[p->at]) == NULL)
		return false;
	p->at++;
	return true;
}

static struct value *
parse_number(struct parser *p, struct value *v)
{
	size_t from = p->at;

	v->kind = VALUE_NUMBER;
	v->is_whole = true;
	take_any_of(p, "-");
	if (!take_any_of(p, "0") && !take_digits(p))
		return fail(p, "not JSON");
	if (take_any_of(p, ".")) {
		v->is_whole = false;
		if (!take_digits(p))
			return fail(p, "not a number");
	}
	if (take_any_of(p, "eE")) {
		v->is_whole = false;
		take_any_of(p, "+-");
		if (!take_digits(p))
			return fail(p, "not a number");
	}
	v->text = (struct text) { p->json + from, p->at - from };
	return v;
}

static bool
take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	if (p->len - p->at < len || memcmp(p->json + p->at, word, len) != 0)
		return false;
	p->at += len;
	return true;
}

static struct value *
parse_word(struct parser *p, struct value *v)
{
	v->kind = VALUE_BOOL;
	v->is_true = take_word(p, "true");
	if (v->is_true || take_word(p, "false"))
		return v;
	v->kind = VALUE_NULL;
	return take_word(p, "null") ? v : parse_number(p, v);
}

/* --- arrays and objects --- */

static struct value *
parse_array(struct parser *p, struct value *v)
{
	v->kind = VALUE_ARRAY;
	v->arena = p->arena;
	p->at++;
	if (next(p) == ']') {
		p->at++;
		return v;
	}
	for (;;) {
		struct value *item = parse_value(p);

		if (item == NULL)
			return NULL;
		value_add(v, item);
		if (next(p) != ',')
			break;
		p->at++;
	}
	if (next(p) != ']')
		return fail(p, "an array without its end");
	p->at++;
	return v;
}

static const char *
find_name(struct parser *p, struct text name)
{
	const char **slot = &p->names[name.len == 0 ? 0 :
	    (name.len * 7 + (unsigned char)name.at[0] * 5 +
	    (unsigned char)name.at[name.len - 1]) % NAMES];

	if (*slot == NULL || !text_is(name, *slot))
		*slot = text_terminated(p->arena, name);
	return *slot;
}

static const char *
parse_name(struct parser *p)
{
	struct text name;

	if (next(p) != '"')
		return fail(p, "a member without a name");
	if (!parse_string(p, &name))
		return NULL;
	if (memchr(name.at, '\0', name.len) != NULL)
		return fail(p, "a name with a NUL in it");
	if (next(p) != ':')
		return fail(p, "a member without a value");
	p->at++;
	return find_name(p, name);
}

/* Members of one name, beside each other and in their order. */
static int
compare_members(const void *a, const void *b)
{
	const struct member *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order != 0 ? order : *x < *y ? -1 : *x > *y;
}

/* Of equals, the last value in the place of the first. */
static void
settle_equals(struct parser *p, struct value *v)
{
	struct member **sorted = arena_alloc(p->arena, v->n * sizeof *sorted);
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++)
		sorted[i] = &v->members[i];
	qsort(sorted, v->n, sizeof *sorted, compare_members);
	for (unsigned i = 1, first = 0; i < v->n; i++) {
		if (strcmp(sorted[first]->name, sorted[i]->name) != 0) {
			first = i;
			continue;
		}
		sorted[first]->value = sorted[i]->value;
		sorted[i]->value = NULL;
	}
	for (unsigned i = 0; i < v->n; i++)
		if (v->members[i].value != NULL)
			v->members[n++] = v->members[i];
	v->n = n;
}

static bool
has_equals(const struct value *v)
{
	for (unsigned i = 1; i < v->n; i++)
		for (unsigned k = 0; k < i; k++)
			if (member_is(&v->members[i], v->members[k].name))
				return true;
	return false;
}

#define EASY_MEMBERS 16		/* each with each is quicker than a sort */

static struct value *
parse_object(struct parser *p, struct value *v)
{
	v->kind = VALUE_OBJECT;
	v->arena = p->arena;
	p->at++;
	if (next(p) == '}') {
		p->at++;
		return v;
	}
	for (;;) {
		const char *name = parse_name(p);
		struct value *item = name != NULL ? parse_value(p) : NULL;

		if (item == NULL)
			return NULL;
		value_append(v, name, item);
		if (next(p) != ',')
			break;
		p->at++;
	}
	if (next(p) != '}')
		return fail(p, "an object without its end");
	p->at++;
	if (v->n > EASY_MEMBERS || has_equals(v))
		settle_equals(p, v);
	return v;
}

static struct value *
parse_any(struct parser *p, struct value *v)
{
	switch (next(p)) {
	case '"':
		v->kind = VALUE_STRING;
		return parse_string(p, &v->text) ? v : NULL;
	case '{':
		return parse_object(p, v);
	case '[':
		return parse_array(p, v);
	case '\0':
		return fail(p, p->at < p->len ? "not JSON" :
		    "the end comes too early");
	default:
		return parse_word(p, v);
	}
}

static struct value *
parse_value(struct parser *p)
{
	struct value *v;

	if (p->depth == VALUE_DEPTH_MAX)
		return fail(p, "nested too deep");
	if (p->n_values++ == VALUES_MAX)
		return fail(p, "too many values");
	p->depth++;
	v = parse_any(p, arena_alloc(p->arena, sizeof *v));
	p->depth--;
	return v;
}

struct value *
value_parse(struct arena *arena, struct text json, struct err *err)
{
	struct parser p = { .arena = arena, .json = json.at, .len = json.len };
	struct value *v = parse_value(&p);

	if (v != NULL && (next(&p) != '\0' || p.at < p.len))
		v = fail(&p, "something behind the end");
	if (v == NULL)
		err_set(err, ERR_INVALID_REQUEST, "byte %zu: %s", p.at + 1,
		    p.wrong);
	return v;
}
