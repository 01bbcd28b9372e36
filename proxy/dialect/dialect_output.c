/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/dialect_output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"

#define ROOM_LEAST 256

void
dialect_output_free(struct dialect_output *o)
{
	free(o->text);
	o->text = NULL;
	o->len = o->room = 0;
	o->has_failed = false;
}

void
dialect_output_reset(struct dialect_output *o)
{
	o->has_failed = false;
	dialect_output_cut(o, 0);
}

void
dialect_output_cut(struct dialect_output *o, size_t len)
{
	if (len > o->len || o->text == NULL)
		return;
	o->len = len;
	o->text[len] = '\0';
}

/* Room for 'len' more bytes and a NUL. */
static bool
has_room(struct dialect_output *o, size_t len)
{
	size_t room = o->room != 0 ? o->room : ROOM_LEAST;
	char *text;

	if (o->has_failed)
		return false;
	if (len > o->max || o->len > o->max - len) {
		o->has_failed = true;
		return false;
	}
	if (o->len + len < o->room)
		return true;
	while (room <= o->len + len)
		room *= 2;
	text = realloc(o->text, room);
	if (text == NULL) {
		o->has_failed = true;
		return false;
	}
	o->text = text;
	o->room = room;
	return true;
}

void
dialect_output_add(struct dialect_output *o, const char *bytes, size_t len)
{
	if (!has_room(o, len))
		return;
	if (len > 0)
		memcpy(o->text + o->len, bytes, len);
	o->len += len;
	o->text[o->len] = '\0';
}

void
dialect_output_text(struct dialect_output *o, const char *text)
{
	dialect_output_add(o, text, strlen(text));
}

void
dialect_output_number(struct dialect_output *o, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	dialect_output_add(o, digits + at, sizeof digits - at);
}

/* Bytes of the character that begins here; 0 when it is no UTF-8. */
static size_t
character_len(const unsigned char *s, size_t len)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
	    s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what is beyond the last plane. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void
add_escape(struct dialect_output *o, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[0x20] = { ['\b'] = 'b', ['\t'] = 't',
	    ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
	char code[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (c == '"' || c == '\\')
		code[1] = (char)c;
	else if (c < sizeof letters && letters[c] != 0)
		code[1] = letters[c];
	dialect_output_add(o, code, code[1] == 'u' ? 6 : 2);
}

void
dialect_output_escaped(struct dialect_output *o, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t from = 0, at = 0;

	while (at < len) {
		size_t n;

		if (s[at] < 0x80 && s[at] >= ' ' && s[at] != '"' &&
		    s[at] != '\\') {
			at++;
			continue;
		}
		n = character_len(s + at, len - at);
		if (n > 1) {
			at += n;
			continue;
		}
		dialect_output_add(o, bytes + from, at - from);
		if (n == 0)
			dialect_output_add(o, "\357\277\275", 3);
		else
			add_escape(o, s[at]);
		from = ++at;
	}
	if (at > from)
		dialect_output_add(o, bytes + from, at - from);
}

void
dialect_output_string(struct dialect_output *o, const char *text)
{
	if (text == NULL) {
		dialect_output_text(o, "null");
		return;
	}
	dialect_output_add(o, "\"", 1);
	dialect_output_escaped(o, text, strlen(text));
	dialect_output_add(o, "\"", 1);
}

static void
add_int(struct dialect_output *o, int n)
{
	if (n < 0)
		dialect_output_add(o, "-", 1);
	dialect_output_number(o, (uint64_t)(n < 0 ? -(int64_t)n : n));
}

void
dialect_output_form(struct dialect_output *o, const char *form, ...)
{
	const char *mark, *text;
	va_list args;

	va_start(args, form);
	for (; (mark = strchr(form, '%')) != NULL; form = mark + 2) {
		dialect_output_add(o, form, (size_t)(mark - form));
		switch (mark[1]) {
		case 's':
			dialect_output_text(o, va_arg(args, const char *));
			break;
		case 'j':
			dialect_output_string(o, va_arg(args, const char *));
			break;
		case 'e':
			text = va_arg(args, const char *);
			dialect_output_escaped(o, text, strlen(text));
			break;
		case 'u':
			dialect_output_number(o, va_arg(args, uint64_t));
			break;
		case 'd':
			add_int(o, va_arg(args, int));
			break;
		default:
			dialect_output_add(o, "%", 1);
			break;
		}
	}
	va_end(args);
	dialect_output_text(o, form);
}

const char *
dialect_output_peek(const struct dialect_output *o)
{
	return o->text != NULL ? o->text : "";
}

bool
dialect_output_is_whole(const struct dialect_output *o, struct err *err)
{
	return !o->has_failed || err_set(err, ERR_UPSTREAM_BROKEN,
	    "an answer that needs more than %zu bytes", o->max);
}
