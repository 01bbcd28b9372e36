/* SPDX-License-Identifier: ISC */
/*
 * bytes: little-endian encoding and decoding with a limit, side by side.
 *
 * A writer or reader that ran over its end stays "not ok" and does nothing
 * more, so that a whole structure is written or read first and checked once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct writer {
	uint8_t *bytes;
	size_t len, max;
	bool is_full;
};

struct reader {
	const uint8_t *bytes;
	size_t at, len;
	bool is_short;
};

static inline void
put_bytes(struct writer *w, const void *bytes, size_t len)
{
	if (w->is_full || len > w->max - w->len) {
		w->is_full = true;
		return;
	}
	if (len > 0)
		memcpy(w->bytes + w->len, bytes, len);
	w->len += len;
}

static inline void
put_number(struct writer *w, uint64_t value, size_t n_bytes)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < n_bytes; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	put_bytes(w, bytes, n_bytes);
}

/* Two bytes of length, then the text without its NUL. */
static inline void
put_text(struct writer *w, const char *text)
{
	size_t len = strlen(text);

	put_number(w, len, 2);
	put_bytes(w, text, len);
}

/* NULL when there are not as many. */
static inline const uint8_t *
get_bytes(struct reader *r, size_t len)
{
	const uint8_t *at = r->bytes + r->at;

	if (r->is_short || len > r->len - r->at) {
		r->is_short = true;
		return NULL;
	}
	r->at += len;
	return at;
}

static inline void
get_array(struct reader *r, void *out, size_t len)
{
	const uint8_t *bytes = get_bytes(r, len);

	if (bytes != NULL)
		memcpy(out, bytes, len);
}

static inline uint64_t
get_number(struct reader *r, size_t n_bytes)
{
	const uint8_t *bytes = get_bytes(r, n_bytes);
	uint64_t value = 0;

	for (size_t i = 0; bytes != NULL && i < n_bytes; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

/*
 * A text that fits with its NUL and has none inside; else the reader is short.
 */
static inline void
get_text(struct reader *r, char *text, size_t size)
{
	size_t len = (size_t)get_number(r, 2);
	const uint8_t *bytes = len < size ? get_bytes(r, len) : NULL;

	if (bytes == NULL || memchr(bytes, '\0', len) != NULL) {
		r->is_short = true;
		text[0] = '\0';
		return;
	}
	memcpy(text, bytes, len);
	text[len] = '\0';
}
