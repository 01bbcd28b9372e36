/* SPDX-License-Identifier: ISC */
/* Events, out of whatever pieces and line ends. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/sse_reader.h"

/* What was read: "name|data;" for each event. */
static char seen[512];

static bool
on_event(void *arg, const char *name, const struct dialect_output *data,
    struct err *err)
{
	(void)err;
	snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s|%s;",
	    name, dialect_output_peek(data));
	return arg == NULL;
}

static bool
reads(const char *text, size_t piece, struct err *err)
{
	struct sse_reader r;
	bool is_good = true;

	seen[0] = '\0';
	sse_reader_init(&r, 32, on_event, NULL);
	for (size_t at = 0; is_good && at < strlen(text); at += piece)
		is_good = sse_reader_feed(&r, text + at,
		    strnlen(text + at, piece), err);
	is_good = is_good && sse_reader_end(&r, err);
	sse_reader_close(&r);
	return is_good;
}

static const struct {
	const char *text, *events;
} streams[] = {
	{ "data: a\n\n", "|a;" },
	{ "event: x\ndata: a\n\ndata: b\n\n", "x|a;|b;" },
	{ "event: x\r\ndata: a\r\ndata: b\r\n\r\n", "x|a\nb;" },
	{ "event: x\rdata: a\r\rdata: b\r\r", "x|a;|b;" },
	{ "event: x\r\ndata: a\r\n\ndata: b\n\r\n", "x|a;|b;" },
	{ "data:a\ndata: b\ndata:  c\n\n", "|a\nb\n c;" },
	{ "\357\273\277data: a\n\n", "|a;" },
	{ "data: a\n\n\357\273\277data: b\n\n", "|a;" },
	{ ": comment\n\ndata: a\n:data: b\n\n", "|a;" },
	{ "id: 1\nretry: 2\ndatum: 3\ndata\n\n", "" },
	{ "event: x\n\ndata: a\n\n", "|a;" },
	{ "data: a", "|a;" },
	{ "data: a\n", "|a;" },
	{ "data: a\n\n\n\n\r\r", "|a;" },
	{ "", "" },
};

Test(sse_reader, reads_the_same_in_all_pieces)
{
	struct err err;

	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
		for (size_t piece = 1; piece < 40; piece++) {
			cr_expect(reads(streams[i].text, piece, &err));
			cr_expect_str_eq(seen, streams[i].events,
			    "%zu in pieces of %zu: %s", i, piece, seen);
		}
}

Test(sse_reader, refuses_what_is_longer_than_its_limit)
{
	static const char *const texts[] = {
		"data: 0123456789012345678901234567890123\n\n",
		"data: 01234567890123456\ndata: 01234567890123456\n\n",
		": 0123456789012345678901234567890123456789",
	};
	struct err err;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (size_t piece = 1; piece < 50; piece += 7) {
			cr_expect_not(reads(texts[i], piece, &err));
			cr_expect(err.code == ERR_UPSTREAM_BROKEN);
		}
}
