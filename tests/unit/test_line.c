/* SPDX-License-Identifier: ISC */
/* What the auditor takes for a record. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "auditor/line.h"

#define HASH "00112233445566778899aabbccddeeff" \
	"00112233445566778899aabbccddeeff"
#define SIG HASH HASH

static bool
parses(struct line *l, const char *text)
{
	return line_parse(l, text, strlen(text));
}

Test(line, reads_what_the_chain_needs)
{
	struct line l;

	cr_assert(parses(&l, "{\"seq\":12,\"time\":\"t\",\"event\":\"begin\","
	    "\"uid\":null,\"ok\":true,\"n\":0,\"prev\":\"" HASH "\"}"));
	cr_expect_eq(l.seq, 12);
	cr_expect_eq(l.event, LINE_BEGIN);
	cr_expect_eq(l.request, 0);
	cr_expect_eq(l.previous[1], 0x11);
	cr_expect_eq(l.previous[31], 0xff);
	cr_assert(parses(&l, "{\"seq\":1,\"event\":\"checkpoint\",\"sig\":\""
	    SIG "\",\"prev\":\"" HASH "\"}"));
	cr_expect_eq(l.event, LINE_CHECKPOINT);
	cr_expect_eq(l.signature[63], 0xff);
	cr_assert(parses(&l, "{\"seq\":1,\"event\":\"torn\",\"bytes\":77,"
	    "\"prev\":\"" HASH "\"}"));
	cr_expect_eq(l.event, LINE_TORN);
	cr_expect_eq(l.n_bytes, 77);
	cr_assert(parses(&l, "{\"seq\":1,\"event\":\"end\",\"requestId\":"
	    "\"req_00000000000001ff\",\"prev\":\"" HASH "\"}"));
	cr_expect_eq(l.request, 0x1ff);
	cr_assert(parses(&l, "{\"seq\":1,\"event\":\"segment\",\"segment\":7,"
	    "\"oldest\":3,\"prev\":\"" HASH "\"}"));
	cr_expect_eq(l.segment, 7);
	cr_expect_eq(l.oldest, 3);
}

Test(line, is_not_fooled_by_text_inside_a_string)
{
	struct line l;

	cr_assert(parses(&l, "{\"seq\":1,\"event\":\"end\",\"detail\":"
	    "\"\\\",\\\"event\\\":\\\"checkpoint\\\\\",\"prev\":\"" HASH
	    "\"}"));
	cr_expect_eq(l.event, LINE_END);
}

#define START "{\"seq\":1,\"event\":\"end\""
#define END ",\"prev\":\"" HASH "\"}"

static const char *const malformed[] = {
	"", "{", "{}", "[]", "seq", START "}", START END " ", " " START END,
	"{\"event\":\"end\",\"seq\":1" END, "{\"seq\":01,\"event\":\"e\"" END,
	"{\"seq\":-1,\"event\":\"e\"" END, "{\"seq\":\"1\",\"event\":\"e\"" END,
	"{\"seq\":1e3,\"event\":\"e\"" END, "{\"seq\":1" END,
	"{\"seq\":99999999999999999999,\"event\":\"e\"" END,
	START ",\"seq\":2" END, START ",\"event\":\"end\"" END,
	START ",\"requestId\":\"req_1\"" END, START ",\"requestId\":1" END,
	START ",\"a\":{}" END, START ",\"a\":[1]" END, START ",\"a\":1.5" END,
	START ",\"a\":nul" END, START ",\"a\":" END, START ",\"a\"" END,
	START ",\"\":1" END, START ", \"a\":1" END, START ",\"a\": 1" END,
	START ",\"a\":\"\\x\"" END, START ",\"a\":\"\\u12g4\"" END,
	START ",\"a\":\"\x01\"" END, START ",\"a\":\"\xc3\xa4\"" END,
	START ",\"a\":\"\\" END, START END END, START END ",\"x\":1}",
	START ",\"prev\":\"00\"}", START ",\"prev\":\"" HASH "0\"}",
	START ",\"prev\":1}", START ",\"prev\":\"AA" HASH "\"}",
	"{\"seq\":1,\"event\":\"checkpoint\"" END,
	"{\"seq\":1,\"event\":\"checkpoint\",\"sig\":\"" HASH "\"" END,
	"{\"seq\":1,\"event\":\"torn\"" END, "{\"seq\":1,\"event\":7" END,
	START ",\"prev\":\"" HASH "\",\"a\":1}",
};

Test(line, refuses_everything_else)
{
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
		struct line l;

		cr_expect_not(parses(&l, malformed[i]), "%s", malformed[i]);
	}
}

Test(line, refuses_every_record_that_is_cut_off)
{
	const char whole[] = START ",\"a\":\"b\"" END;

	for (size_t len = 0; len < sizeof whole - 1; len++) {
		struct line l;

		cr_expect_not(line_parse(&l, whole, len), "%zu", len);
	}
}

Test(line, refuses_a_nul_inside)
{
	char whole[] = START ",\"a\":\"b\"" END;
	struct line l;

	for (size_t i = 0; i < sizeof whole - 1; i++) {
		char kept = whole[i];

		whole[i] = '\0';
		cr_expect_not(line_parse(&l, whole, sizeof whole - 1), "%zu",
		    i);
		whole[i] = kept;
	}
}
