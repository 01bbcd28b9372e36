/* SPDX-License-Identifier: ISC */
/* Text of others inside our JSON. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "proxy/json_escape.h"

Test(json_escape, makes_every_byte_readable_again)
{
	for (int c = 1; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b', '\0' }, out[64], whole[80];
		struct json_object *o;

		json_escape(out, sizeof out, text);
		snprintf(whole, sizeof whole, "\"%s\"", out);
		o = json_tokener_parse(whole);
		cr_assert_not_null(o, "byte %d", c);
		if (c < 0x80)
			cr_expect_str_eq(json_object_get_string(o), text);
		json_object_put(o);
	}
}

Test(json_escape, keeps_utf_8_and_replaces_what_is_none)
{
	char out[64];

	json_escape(out, sizeof out, "\xc3\xa9 \xf0\x9f\x98\x80");
	cr_expect_str_eq(out, "\xc3\xa9 \xf0\x9f\x98\x80");
	json_escape(out, sizeof out, "\xc3(\xff\xed\xa0\x80\xc0\xaf");
	cr_expect_str_eq(out, "\\ufffd(\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd"
	    "\\ufffd");
}

Test(json_escape, cuts_between_characters)
{
	char out[8];

	for (size_t size = 1; size <= sizeof out; size++) {
		size_t n = json_escape(out, size, "a\"\xc3\xa9\n\n");

		cr_expect_lt(n, size);
		cr_expect_eq(strlen(out), n);
		cr_expect(n == 0 || out[n - 1] != '\\');
	}
}
