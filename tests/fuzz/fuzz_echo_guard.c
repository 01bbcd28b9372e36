/* SPDX-License-Identifier: ISC */
/*
 * A stream past the echo guard, cut in pieces as the first byte says.  However
 * it is cut: a stream with the key in it never passes whole, one without passes
 * unchanged.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "egress/echo_guard.h"
#include "tests/fuzz/fuzz.h"

static const char key[] = "sk-KEY-4+/\"x";

/* true: all of it went by; 'out' has room for len bytes. */
static bool
passes(struct echo_guard *g, const uint8_t *bytes, size_t len, size_t piece,
    uint8_t *out, size_t *out_len)
{
	struct echo_held held = { 0 };
	bool is_clean = true;

	*out_len = 0;
	for (size_t at = 0; is_clean && at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		char *copy = malloc(n);
		struct echo_passed passed;

		assert(copy != NULL);
		memcpy(copy, bytes + at, n);
		is_clean = echo_guard_pass(g, &held, copy, n, &passed);
		if (is_clean) {
			assert(*out_len + passed.len + held.len == at + n);
			memcpy(out + *out_len, passed.bytes, passed.len);
			*out_len += passed.len;
		}
		free(copy);
	}
	if (is_clean && held.len > 0) {
		memcpy(out + *out_len, held.bytes, held.len);
		*out_len += held.len;
	}
	echo_held_reset(&held);
	return is_clean;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct echo_guard *g;
	struct err err;
	uint8_t *out;
	size_t out_len, piece;
	bool has_key, is_clean, is_found;

	if (g == NULL)
		g = echo_guard_new((const uint8_t *)key, sizeof key - 1, &err);
	assert(g != NULL);
	if (len < 2 || len > ECHO_GUARD_PIECE_MAX)
		return 0;
	piece = bytes[0] == 255 ? ECHO_GUARD_PIECE_MAX : 1u + bytes[0];
	out = malloc(len);
	assert(out != NULL);
	has_key = memmem(bytes + 1, len - 1, key, sizeof key - 1) != NULL;
	is_clean = passes(g, bytes + 1, len - 1, piece, out, &out_len);
	assert(!has_key || !is_clean);
	assert(!is_clean || (out_len == len - 1 &&
	    memcmp(out, bytes + 1, out_len) == 0));
	/* What is seen in the whole is seen in pieces. */
	is_found = echo_guard_finds(g, (const char *)bytes + 1, len - 1);
	assert(!is_found || !is_clean);
	assert(!is_found || !passes(g, bytes + 1, len - 1, 1, out, &out_len));
	/* The other way round a cut escape may be taken for its last letter. */
	assert(is_found || is_clean || memchr(bytes + 1, '\\', len - 1) != NULL);
	free(out);
	return 0;
}
