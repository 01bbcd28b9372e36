/* SPDX-License-Identifier: ISC */
/* What the proxy believes of an egress that may be hostile. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "common/frame.h"

struct wire {
	uint8_t bytes[4 * FRAME_LEN_MAX];
	size_t len;
};

static void
put_word(struct wire *w, unsigned type, size_t len)
{
	frame_encode_word(w->bytes + w->len, (enum frame_type)type, len);
	w->len += FRAME_WORD_LEN;
}

static void
put_u32(struct wire *w, uint32_t value)
{
	frame_encode_u32(w->bytes + w->len, value);
	w->len += 4;
}

static void
put_text(struct wire *w, const char *text)
{
	memcpy(w->bytes + w->len, text, strlen(text));
	w->len += strlen(text);
}

static void
put_head(struct wire *w, uint32_t status, const char *lines)
{
	put_word(w, FRAME_HEAD, 4 + strlen(lines));
	put_u32(w, status);
	put_text(w, lines);
}

static void
put_data(struct wire *w, const char *text)
{
	put_word(w, FRAME_DATA, strlen(text));
	put_text(w, text);
}

static void
put_error(struct wire *w, uint32_t code, uint32_t flags, const char *text)
{
	put_word(w, FRAME_ERROR, 8 + strlen(text));
	put_u32(w, code);
	put_u32(w, flags);
	put_text(w, text);
}

/* Reads all of it in pieces of 'step' bytes; how many frames, -1: broken. */
static int
read_in_steps(const struct wire *w, size_t step, char *body, bool *is_over)
{
	struct frame_reader r = { 0 };
	size_t at = 0, have = 0;
	int n = 0;

	*body = '\0';
	while (have < w->len) {
		struct frame f;
		struct err err = { 0 };
		size_t used;
		enum frame_result got;

		have = have + step < w->len ? have + step : w->len;
		do {
			got = frame_read(&r, w->bytes + at, have - at, &f,
			    &used, &err);
			at += used;
			if (got == FRAME_BROKEN) {
				cr_expect_eq(err.code, ERR_IPC_BROKEN);
				return -1;
			}
			if (got == FRAME_GOT && f.type == FRAME_DATA)
				strncat(body, (const char *)f.payload, f.len);
			n += got == FRAME_GOT;
		} while (got == FRAME_GOT && at < have);
	}
	*is_over = r.is_over;
	return n;
}

static bool
is_refused(const struct wire *w)
{
	char body[4096];
	bool is_over;

	return read_in_steps(w, w->len, body, &is_over) == -1;
}

Test(frame, reads_an_answer_however_it_is_cut)
{
	static struct wire w;

	put_head(&w, 200, "content-type: text/plain\nx-a: b\n");
	put_data(&w, "hello ");
	put_data(&w, "world");
	put_word(&w, FRAME_END, 0);
	for (size_t step = 1; step <= w.len; step++) {
		char body[64];
		bool is_over = false;
		int n = read_in_steps(&w, step, body, &is_over);

		cr_expect_geq(n, 4, "step %zu", step);
		cr_expect_str_eq(body, "hello world", "step %zu", step);
		cr_expect(is_over);
	}
}

Test(frame, tells_what_an_error_says)
{
	static struct wire w;
	struct frame_reader r = { 0 };
	struct frame f;
	struct err err;
	size_t used;

	put_error(&w, ERR_UPSTREAM_TLS, FRAME_BEFORE_ANY_BYTE, "a.example");
	cr_assert_eq(frame_read(&r, w.bytes, w.len, &f, &used, &err),
	    FRAME_GOT);
	cr_expect_eq(f.type, FRAME_ERROR);
	cr_expect_eq(f.code, ERR_UPSTREAM_TLS);
	cr_expect_eq(f.flags, FRAME_BEFORE_ANY_BYTE);
	cr_expect_eq(f.len, 9);
	cr_expect_eq(used, w.len);
	cr_expect(r.is_over);
}

Test(frame, tells_the_lines_of_a_head)
{
	static struct wire w;
	struct frame_reader r = { 0 };
	struct frame f;
	struct frame_line line;
	struct err err;
	size_t used;
	const char *at, *end;

	put_head(&w, 429, "retry-after: 3\nx-empty: \n");
	cr_assert_eq(frame_read(&r, w.bytes, w.len, &f, &used, &err),
	    FRAME_GOT);
	cr_expect_eq(f.status, 429);
	at = (const char *)f.payload;
	end = at + f.len;
	cr_assert(frame_next_line(&at, end, &line));
	cr_expect_eq(line.name_len, 11);
	cr_expect_eq(line.value_len, 1);
	cr_assert(frame_next_line(&at, end, &line));
	cr_expect_eq(line.value_len, 0);
	cr_expect_not(frame_next_line(&at, end, &line));
	cr_expect_eq(at, end);
}

Test(frame, is_refused_out_of_order)
{
	static struct wire first, twice, late, after_end, after_error;

	put_data(&first, "x");
	put_head(&twice, 200, "");
	put_head(&twice, 200, "");
	put_word(&late, FRAME_END, 0);
	put_head(&after_end, 200, "");
	put_word(&after_end, FRAME_END, 0);
	put_data(&after_end, "x");
	put_error(&after_error, 1, 0, "");
	put_head(&after_error, 200, "");
	cr_expect(is_refused(&first));
	cr_expect(is_refused(&twice));
	cr_expect(is_refused(&late));
	cr_expect(is_refused(&after_end));
	cr_expect(is_refused(&after_error));
}

Test(frame, is_refused_with_a_wrong_length)
{
	for (unsigned type = 0; type < 256; type++) {
		static struct wire w;
		size_t lens[] = { 0, 3, 7, FRAME_PAYLOAD_MAX + 1, 0xffffff };

		for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
			if (type == FRAME_END && lens[i] == 0)
				continue;
			if (type == FRAME_DATA && (i == 1 || i == 2))
				continue;
			if (type == FRAME_HEAD && lens[i] == 7)
				continue;
			w.len = 0;
			if (type == FRAME_DATA || type == FRAME_END)
				put_head(&w, 200, "");
			put_word(&w, type, lens[i]);
			cr_expect(is_refused(&w), "type %u length %zu", type,
			    lens[i]);
		}
	}
}

Test(frame, is_refused_with_bad_lines)
{
	static const char *const lines[] = { "a", "a:b\n", "a: b", ": b\n",
		"A: b\n", "a b: c\n", "a: b\r\n", "a: b\n\n", "a: \001\n",
		"\n", "a: b\nc\n", "a: \177\n" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		static struct wire w;

		w.len = 0;
		put_head(&w, 200, lines[i]);
		cr_expect(is_refused(&w), "line %zu", i);
	}
}

Test(frame, is_refused_with_a_bad_status_or_text)
{
	static struct wire low, high, text, long_text;
	char x[ERR_ABOUT_MAX + 1];

	put_head(&low, 100, "");
	put_head(&high, 600, "");
	put_error(&text, 1, 0, "a\nb");
	memset(x, 'x', ERR_ABOUT_MAX);
	x[ERR_ABOUT_MAX] = '\0';
	put_error(&long_text, 1, 0, x);
	cr_expect(is_refused(&low));
	cr_expect(is_refused(&high));
	cr_expect(is_refused(&text));
	cr_expect(is_refused(&long_text));
}
