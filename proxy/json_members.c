/* SPDX-License-Identifier: ISC */
#include "proxy/json_members.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "common/errors.h"

/* Reads text; 'at' never passes 'len'. */
struct walk {
	const char *text;
	size_t len, at;
	size_t depth;
	uint64_t is_object[JSON_DEPTH_MAX / 64 + 1];	/* bit by depth */
	struct json_object_text *object;
	struct json_member *members;
	size_t n_members;
	struct json_member *current;	/* at depth 1, whose value comes */
	size_t name_at, comma;		/* before it; asked for or not */
	struct err *err;
};

static bool
wrong(struct walk *w, const char *what)
{
	return err_set(w->err, ERR_INVALID_REQUEST,
	    "body: not JSON at byte %zu: %s", w->at + 1, what);
}

static void
skip_blanks(struct walk *w)
{
	while (w->at < w->len && (w->text[w->at] == ' ' ||
	    w->text[w->at] == '\n' || w->text[w->at] == '\r' ||
	    w->text[w->at] == '\t'))
		w->at++;
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* A byte of the eight is zero (exact for the lowest such byte). */
static uint64_t
has_zero(uint64_t word)
{
	return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

/* Eight bytes without a quote, a backslash or a control character. */
static bool
is_plain(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof word);
	return (has_zero(word ^ EACH_BYTE('"')) |
	    has_zero(word ^ EACH_BYTE('\\')) |
	    ((word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80))) == 0;
}

static bool
skip_escape(struct walk *w)
{
	static const bool is_letter[256] = { ['"'] = true, ['\\'] = true,
	    ['/'] = true, ['b'] = true, ['f'] = true, ['n'] = true,
	    ['r'] = true, ['t'] = true };
	unsigned char c = w->at + 1 < w->len ?
	    (unsigned char)w->text[w->at + 1] : '\0';

	if (c == 'u') {
		for (size_t i = 2; i < 6; i++)
			if (w->at + i >= w->len ||
			    !isxdigit((unsigned char)w->text[w->at + i]))
				return wrong(w, "escape");
		w->at += 6;
		return true;
	}
	if (!is_letter[c])
		return wrong(w, "escape");
	w->at += 2;
	return true;
}

/* Up to the next byte that ends a string, or is not plain in one. */
static void
skip_plain(struct walk *w)
{
	static const bool is_special[256] = { [0 ... 0x1f] = true,
	    ['"'] = true, ['\\'] = true };

	while (w->len - w->at >= 8 && is_plain(w->text + w->at))
		w->at += 8;
	while (w->at < w->len && !is_special[(unsigned char)w->text[w->at]])
		w->at++;
}

/* From its opening quote to behind its closing one. */
static bool
skip_string(struct walk *w)
{
	for (w->at++;;) {
		skip_plain(w);
		if (w->at == w->len)
			return wrong(w, "a string has no end");
		if (w->text[w->at] == '"') {
			w->at++;
			return true;
		}
		if (w->text[w->at] != '\\')
			return wrong(w, "control character in a string");
		if (!skip_escape(w))
			return false;
	}
}

static bool
skip_word(struct walk *w, const char *word)
{
	size_t len = strlen(word);

	if (w->len - w->at < len || memcmp(w->text + w->at, word, len) != 0)
		return wrong(w, "value");
	w->at += len;
	return true;
}

/* A value that is neither an object nor an array. */
static bool
skip_scalar(struct walk *w)
{
	char c = w->text[w->at];
	size_t start = w->at;

	if (c == '"')
		return skip_string(w);
	if (c == 't')
		return skip_word(w, "true");
	if (c == 'f')
		return skip_word(w, "false");
	if (c == 'n')
		return skip_word(w, "null");
	if (c == '-')
		w->at++;
	if (w->at == w->len || !isdigit((unsigned char)w->text[w->at]))
		return wrong(w, "value");
	while (w->at < w->len && w->text[w->at] != '\0' &&
	    strchr("0123456789.eE+-", w->text[w->at]) != NULL)
		w->at++;
	return w->at - start < 512 || wrong(w, "number");
}

static bool
is_in_object(const struct walk *w)
{
	return (w->is_object[w->depth / 64] >> (w->depth % 64) & 1) != 0;
}

static bool
open_container(struct walk *w)
{
	bool is_object = w->text[w->at] == '{';

	if (w->depth == JSON_DEPTH_MAX)
		return wrong(w, "nested too deeply");
	w->depth++;
	w->is_object[w->depth / 64] &= ~(UINT64_C(1) << (w->depth % 64));
	w->is_object[w->depth / 64] |= (uint64_t)is_object << (w->depth % 64);
	w->at++;
	return true;
}

static bool
unescape(const char *text, size_t len, char *out, size_t room)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	size_t n = 0;

	for (size_t i = 0; i < len; i++, n++) {
		unsigned value = 0;

		if (n + 1 >= room)
			return false;
		if (text[i] != '\\') {
			out[n] = text[i];
			continue;
		}
		if (text[++i] != 'u') {
			out[n] = values[strchr(letters, text[i]) - letters];
			continue;
		}
		for (int k = 0; k < 4; k++) {
			char c = text[++i];

			value = value * 16 + (unsigned)(c <= '9' ? c - '0'
			    : (c | 0x20) - 'a' + 10);
		}
		/* What is looked for is ASCII: others do not match. */
		if (value == 0 || value > 0x7f)
			return false;
		out[n] = (char)value;
	}
	out[n] = '\0';
	return true;
}

/* The name at name_at has just been read: is it one that is asked for? */
static bool
note_name(struct walk *w)
{
	char name[JSON_TEXT_ROOM];

	w->current = NULL;
	if (!unescape(w->text + w->name_at + 1, w->at - w->name_at - 2, name,
	    sizeof name))
		return true;
	for (size_t i = 0; i < w->n_members; i++) {
		struct json_member *m = &w->members[i];

		if (strcmp(m->name, name) != 0)
			continue;
		if (m->is_found)
			return err_set(w->err, ERR_INVALID_REQUEST,
			    "%s stands twice", name);
		m->is_found = true;
		m->name_at = w->name_at;
		m->comma_before = w->comma;
		w->current = m;
	}
	return true;
}

/* A name and its colon, where an object wants one. */
static bool
read_name(struct walk *w)
{
	size_t start = w->at;

	if (w->at == w->len || w->text[w->at] != '"')
		return wrong(w, "name wanted");
	if (!skip_string(w))
		return false;
	if (w->depth == 1) {
		w->name_at = start;
		if (!note_name(w))
			return false;
	}
	skip_blanks(w);
	if (w->at == w->len || w->text[w->at] != ':')
		return wrong(w, "colon wanted");
	w->at++;
	skip_blanks(w);
	if (w->depth == 1 && w->current != NULL)
		w->current->at = w->at;
	return true;
}

/* A value has ended: closes what closes, up to the comma before the next. */
static bool
read_after_value(struct walk *w)
{
	for (;;) {
		char c;

		if (w->depth == 1 && w->current != NULL) {
			w->current->end = w->at;
			w->current->comma_after = 0;
		}
		skip_blanks(w);
		c = w->at < w->len ? w->text[w->at] : '\0';
		if (c == ',') {
			if (w->depth == 1 && w->current != NULL)
				w->current->comma_after = w->at;
			w->comma = w->depth == 1 ? w->at : w->comma;
			w->at++;
			skip_blanks(w);
			return !is_in_object(w) || read_name(w);
		}
		if (c != (is_in_object(w) ? '}' : ']'))
			return wrong(w, "comma or closing bracket wanted");
		w->object->close = w->at++;
		if (--w->depth == 0)
			return true;
	}
}

/* A value starts here; true when all of the text has been read. */
static bool
read_value(struct walk *w)
{
	char c = w->at < w->len ? w->text[w->at] : '\0';

	if (c != '{' && c != '[')
		return skip_scalar(w) && read_after_value(w);
	if (!open_container(w))
		return false;
	skip_blanks(w);
	if (w->at < w->len && w->text[w->at] == (c == '{' ? '}' : ']')) {
		w->object->close = w->at++;
		return --w->depth == 0 || read_after_value(w);
	}
	return c != '{' || read_name(w);
}

bool
json_members_find(const char *text, size_t len,
    struct json_object_text *object, struct json_member *members, size_t n,
    struct err *err)
{
	struct walk w = { .text = text, .len = len, .object = object,
	    .members = members, .n_members = n, .err = err };

	skip_blanks(&w);
	if (w.at == len || text[w.at] != '{')
		return err_set(err, ERR_INVALID_REQUEST,
		    "body: not a JSON object");
	object->open = w.at;
	do
		if (!read_value(&w))
			return false;
	while (w.depth > 0);
	skip_blanks(&w);
	if (w.at < len)
		return wrong(&w, "text behind the object");
	w.at = object->open + 1;
	skip_blanks(&w);
	object->is_empty = w.at == object->close;
	return true;
}

bool
json_string_value(const char *text, const struct json_member *m,
    char out[JSON_TEXT_ROOM])
{
	out[0] = '\0';
	if (!m->is_found || text[m->at] != '"')
		return false;
	if (unescape(text + m->at + 1, m->end - m->at - 2, out,
	    JSON_TEXT_ROOM))
		return true;
	out[0] = '\0';
	return false;
}

bool
json_value_is(const char *text, const struct json_member *m,
    const char *literal)
{
	return m->is_found && m->end - m->at == strlen(literal) &&
	    memcmp(text + m->at, literal, m->end - m->at) == 0;
}
