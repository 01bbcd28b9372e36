/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz_answer.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/dialect_answer.h"
#include "proxy/dialect/stream_checker.h"

#define HELD_MAX 65536		/* small, so that limits are met */

static void
check(enum dialect to, const struct dialect_output *out)
{
	struct err err;
	struct stream_checker *c = stream_checker_new(to, &err);
	size_t good;

	assert(c != NULL);
	assert(stream_checker_feed(c, dialect_output_peek(out), out->len,
	    &good, &err));
	assert(stream_checker_end(c, &err));
	stream_checker_free(c);
}

static bool
feed(struct dialect_answer *a, const uint8_t *bytes, size_t len, size_t piece,
    struct dialect_output *out)
{
	struct err err;
	bool is_good = true;

	for (size_t at = 0; is_good && at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		uint8_t *copy = malloc(n);

		assert(copy != NULL);
		memcpy(copy, bytes + at, n);
		is_good = dialect_answer_feed(a, copy, n, out, &err);
		free(copy);
	}
	return is_good;
}

int
fuzz_answer(enum dialect from, const uint8_t *bytes, size_t len)
{
	uint8_t how = len > 0 ? bytes[0] : 0;
	struct dialect_answer_options o = { .from = from, .to =
	    (enum dialect)(DIALECT_ANTHROPIC + how % 3), .model = "m",
	    .from_form = how / 3 % 2 ? ANSWER_PLAIN : ANSWER_EVENTS,
	    .to_form = how / 6 % 4 == 3 ? ANSWER_PLAIN : ANSWER_EVENTS,
	    .wants_usage = how / 24 % 2, .event_max = HELD_MAX,
	    .held_max = HELD_MAX };
	struct dialect_output out = { .max = SIZE_MAX / 4 };
	struct err err;
	struct dialect_answer *a;

	if (len == 0)
		return 0;
	a = dialect_answer_new(&o, &err);
	assert(a != NULL);
	if (feed(a, bytes + 1, len - 1, how / 48 == 0 ? 1 : (size_t)how * 7,
	    &out))
		dialect_answer_end(a, NULL, &out, &err);
	assert(dialect_answer_is_over(a));
	assert(!dialect_answer_was_guarded(a));
	if (o.to_form == ANSWER_EVENTS && dialect_answer_has_begun(a))
		check(o.to, &out);
	dialect_answer_free(a);
	dialect_output_free(&out);
	return 0;
}
