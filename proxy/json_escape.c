/* SPDX-License-Identifier: ISC */
#include "proxy/json_escape.h"

#include <stdio.h>
#include <string.h>

/* How long the UTF-8 sequence at 'text' is; 0 when it is none. */
static size_t
sequence_len(const unsigned char *text)
{
	unsigned char c = text[0];
	size_t len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 :
	    c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if (len >= 3 && ((c == 0xe0 && text[1] < 0xa0) ||
	    (c == 0xed && text[1] > 0x9f) || (c == 0xf0 && text[1] < 0x90) ||
	    (c == 0xf4 && text[1] > 0x8f)))
		return 0;
	return len;
}

/* One character, into 'piece'; how many bytes of 'text' it took. */
static size_t
escape_one(char piece[8], const unsigned char *text)
{
	size_t len = sequence_len(text);

	if (*text == '"' || *text == '\\')
		snprintf(piece, 8, "\\%c", *text);
	else if (*text == '\n')
		snprintf(piece, 8, "\\n");
	else if (*text < ' ' || *text == 0x7f)
		snprintf(piece, 8, "\\u%04x", *text);
	else if (len == 0)
		snprintf(piece, 8, "\\ufffd");
	else {
		memcpy(piece, text, len);
		piece[len] = '\0';
	}
	return len == 0 ? 1 : len;
}

size_t
json_escape(char *out, size_t size, const char *text)
{
	size_t at = 0;

	while (*text != '\0') {
		char piece[8];
		size_t n;

		text += escape_one(piece, (const unsigned char *)text);
		n = strlen(piece);
		if (at + n >= size)
			break;
		memcpy(out + at, piece, n);
		at += n;
	}
	out[at] = '\0';
	return at;
}
