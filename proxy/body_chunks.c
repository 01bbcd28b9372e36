/* SPDX-License-Identifier: ISC */
#include "proxy/body_chunks.h"

#include <string.h>

#include "common/errors.h"

#define CHUNK_DIGITS_MAX 8

/* What must stand here, and what comes then. */
static const struct {
	char wanted;
	enum chunk_part next;
} marks[] = {
	[CHUNK_SIZE_LF] = { '\n', CHUNK_BYTES },
	[CHUNK_BYTES_CR] = { '\r', CHUNK_BYTES_LF },
	[CHUNK_BYTES_LF] = { '\n', CHUNK_SIZE },
	[CHUNK_LAST_CR] = { '\r', CHUNK_LAST_LF },
	[CHUNK_LAST_LF] = { '\n', CHUNKS_OVER },
};

static int
hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* One character of the line with the size. */
static bool
read_size(struct body_chunks *c, char byte, uint64_t max_len, struct err *err)
{
	int value = hex_value(byte);

	if (byte == '\r' && c->n_digits > 0) {
		c->n_digits = 0;
		c->part = CHUNK_SIZE_LF;
		c->body_len += c->n_left;
		return c->body_len <= max_len || err_set(err,
		    ERR_REQUEST_TOO_LARGE, "chunked body, limit %llu bytes",
		    (unsigned long long)max_len);
	}
	if (value == -1 || c->n_digits++ == CHUNK_DIGITS_MAX)
		return err_set(err, ERR_INVALID_REQUEST, "size of a chunk");
	c->n_left = c->n_left * 16 + (uint64_t)value;
	return true;
}

static bool
read_mark(struct body_chunks *c, char byte, struct err *err)
{
	if (byte != marks[c->part].wanted)
		return err_set(err, ERR_INVALID_REQUEST,
		    c->part == CHUNK_LAST_CR ? "trailers" : "end of a chunk");
	c->part = marks[c->part].next;
	if (c->part == CHUNK_BYTES && c->n_left == 0)
		c->part = CHUNK_LAST_CR;
	return true;
}

bool
body_chunks_check(struct body_chunks *c, const char *bytes, size_t len,
    uint64_t max_len, struct err *err)
{
	for (size_t at = 0; at < len && c->part != CHUNKS_OVER;) {
		if (c->part == CHUNK_BYTES) {
			size_t n = len - at < c->n_left ? len - at
			    : (size_t)c->n_left;

			c->n_left -= n;
			at += n;
			if (c->n_left == 0)
				c->part = CHUNK_BYTES_CR;
		} else if (c->part == CHUNK_SIZE) {
			if (!read_size(c, bytes[at++], max_len, err))
				return false;
		} else if (!read_mark(c, bytes[at++], err))
			return false;
	}
	return true;
}
