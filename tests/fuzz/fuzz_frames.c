/* SPDX-License-Identifier: ISC */
/*
 * Frames at the proxy, from an egress in an attacker's hands.  The first byte
 * says how the stream is cut; the meaning does not depend on it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/frame.h"
#include "tests/fuzz/fuzz.h"

struct seen {
	size_t n_heads, n_data, n_ends;	/* n_data: bytes */
	uint64_t sum;
	bool is_broken;
};

static void
check_lines(const struct frame *f)
{
	const char *at = (const char *)f->payload, *end = at + f->len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line)) {
		assert(memchr(line.name, '\n', line.name_len) == NULL);
		assert(memchr(line.value, '\n', line.value_len) == NULL);
		assert(memchr(line.value, '\r', line.value_len) == NULL);
	}
	assert(at == end);
}

static void
look(const struct frame *f, struct seen *s)
{
	switch (f->type) {
	case FRAME_HEAD:
		assert(f->status >= 200 && f->status <= 599);
		assert(++s->n_heads == 1 && s->n_data == 0);
		check_lines(f);
		break;
	case FRAME_DATA:
		assert(s->n_heads == 1 && s->n_ends == 0);
		for (size_t i = 0; i < f->len; i++)
			s->sum = s->sum * 31 + f->payload[i];
		s->n_data += f->len;
		break;
	case FRAME_END:
	case FRAME_ERROR:
		assert(++s->n_ends == 1);
		break;
	default:
		assert(false);
	}
}

/* As the proxy does: a buffer that grows by 'step' and is eaten from. */
static struct seen
read_all(const uint8_t *bytes, size_t len, size_t step)
{
	struct frame_reader reader = { 0 };
	struct seen seen = { 0 };
	size_t from = 0, to = 0;

	while (!seen.is_broken) {
		struct frame f;
		struct err err;
		size_t used = 0;
		uint8_t *copy = malloc(to - from + 1);
		enum frame_result got;

		assert(copy != NULL);
		memcpy(copy, bytes + from, to - from);
		got = frame_read(&reader, copy, to - from, &f, &used, &err);
		assert(used <= to - from);
		from += used;
		if (got == FRAME_GOT)
			look(&f, &seen);
		free(copy);
		seen.is_broken = got == FRAME_BROKEN;
		if (got != FRAME_NEEDS_MORE)
			continue;
		if (to == len)
			break;
		to = len - to < step ? len : to + step;
	}
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct seen whole, cut;

	if (len == 0 || len > 200000)
		return 0;
	whole = read_all(bytes + 1, len - 1, len);
	cut = read_all(bytes + 1, len - 1, 1 + bytes[0] % 64u +
	    (len > 4096 ? 4096 : 0));
	assert(whole.n_heads == cut.n_heads && whole.n_ends == cut.n_ends);
	assert(whole.is_broken == cut.is_broken);
	assert(whole.n_data == cut.n_data && whole.sum == cut.sum);
	return 0;
}
