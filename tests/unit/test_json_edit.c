/* SPDX-License-Identifier: ISC */
/* Members and elements by their number, in place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_edit.h"

static const char *
nth(const char *text, const char *name, size_t n)
{
	const char *const path[] = { name, NULL };
	static char found[64];
	struct json_edit_place p;

	if (!json_edit_nth(text, path, n, &p))
		return "none";
	snprintf(found, sizeof found, "%.*s", (int)(p.end - p.value),
	    text + p.value);
	return found;
}

Test(json_edit, counts_elements_and_members)
{
	static const char text[] = "{ \"a\": [ 1 , {\"b\":[2,3]}, \"x]\" /*,*/ ],"
	    "\"o\":{ \"k\" : \"v\", \"l\":[] }, \"e\":[], \"s\":\"[1]\" }";

	cr_expect_str_eq(nth(text, "a", 0), "1");
	cr_expect_str_eq(nth(text, "a", 1), "{\"b\":[2,3]}");
	cr_expect_str_eq(nth(text, "a", 2), "\"x]\"");
	cr_expect_str_eq(nth(text, "a", 3), "none");
	cr_expect_str_eq(nth(text, "o", 0), "\"v\"");
	cr_expect_str_eq(nth(text, "o", 1), "[]");
	cr_expect_str_eq(nth(text, "o", 2), "none");
	cr_expect_str_eq(nth(text, "e", 0), "none");
	cr_expect_str_eq(nth(text, "s", 0), "none");
	cr_expect_str_eq(nth(text, "absent", 0), "none");
	cr_expect_str_eq(nth("[1,2]", NULL, 1), "2");
}

/* Wherever it is cut, it is no JSON and gives nothing; nor is it read beyond. */
Test(json_edit, gives_nothing_of_a_text_that_is_cut)
{
	static const char text[] = "{\"p\":[{\"a\":\"b\"},{\"c\":[1,\"\\\"\"]}]}";

	for (size_t len = 0; len < sizeof text - 1; len++) {
		char *copy = strndup(text, len);

		cr_expect_str_eq(nth(copy, "p", 0), "none", "%zu", len);
		free(copy);
	}
}
