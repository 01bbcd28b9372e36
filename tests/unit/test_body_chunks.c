/* SPDX-License-Identifier: ISC */
/* Which chunked bodies reach evhttp. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/body_chunks.h"

/* Fed in pieces of 'piece' bytes. */
static enum err_code
check(const char *text, size_t piece, struct body_chunks *c)
{
	struct err err;
	size_t len = strlen(text);

	*c = (struct body_chunks) { .part = CHUNK_SIZE };
	for (size_t at = 0; at < len; at += piece)
		if (!body_chunks_check(c, text + at,
		    len - at < piece ? len - at : piece, 100, &err))
			return err.code;
	return ERR_NONE;
}

Test(body_chunks, follows_a_lawful_body_to_its_end_and_not_further)
{
	static const char text[] = "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"
	    "GET / HTTP/1.1\r\n";

	for (size_t piece = 1; piece < sizeof text; piece++) {
		struct body_chunks c;

		cr_expect_eq(check(text, piece, &c), ERR_NONE);
		cr_expect_eq(c.part, CHUNKS_OVER);
		cr_expect_eq(c.body_len, 15);
	}
}

Test(body_chunks, refuses_what_evhttp_or_another_reader_reads_differently)
{
	static const struct {
		const char *text;
		enum err_code code;
	} cases[] = {
		{ "5;a=b\r\nhello\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "5 \r\nhello\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "5\nhello\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "5\r\nhello\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "5\r\nhello!\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "0x5\r\nhello\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "-5\r\nhello\r\n0\r\n\r\n", ERR_INVALID_REQUEST },
		{ "\r\nhello", ERR_INVALID_REQUEST },
		{ "000000005\r\n", ERR_INVALID_REQUEST },
		{ "0\r\nTrailer: a\r\n\r\n", ERR_INVALID_REQUEST },
		{ "65\r\n", ERR_REQUEST_TOO_LARGE },
		{ "32\r\n0123456789" "0123456789" "0123456789" "0123456789"
		    "0123456789\r\n33\r\n", ERR_REQUEST_TOO_LARGE },
		{ "ffffffff\r\n", ERR_REQUEST_TOO_LARGE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t piece = 1; piece < 30; piece += 7) {
			struct body_chunks c;

			cr_expect_eq(check(cases[i].text, piece, &c),
			    cases[i].code, "%s", cases[i].text);
		}
}
