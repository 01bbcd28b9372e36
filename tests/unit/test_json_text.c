/* SPDX-License-Identifier: ISC */
/* What we take for JSON, and what its readers believe of it. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"

static bool
parses_bytes(const char *text, size_t len)
{
	struct json_text t = { text, len, 4, ERR_CLOUD_INVALID };
	struct json_object *value;
	struct err err = { 0 };
	bool ok = json_text_parse(&t, &value, &err);

	cr_expect(ok || err.code == ERR_CLOUD_INVALID, "%s", text);
	json_object_put(value);
	return ok;
}

static bool
parses(const char *text)
{
	return parses_bytes(text, strlen(text));
}

static struct json_object *
value_of(const char *text)
{
	struct json_text t = { text, strlen(text), 0, ERR_CLOUD_INVALID };
	struct json_object *value;
	struct err err;

	cr_assert(json_text_parse(&t, &value, &err), "%s", text);
	return value;
}

Test(json_text, takes_every_kind_of_value)
{
	static const char *const texts[] = { "{}", "[]", "1", " 12 ", "-1.5e3",
		"\"a\"", "true", "null", "\"\"", "{\"a\":[1,{\"b\":null}]}",
		"\"\\u0000\"", "\"\\\"N\"", "{\"Name\":\"Infinity\"}",
		"[1]\n", "\"\303\244\"" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		cr_expect(parses(texts[i]), "%s", texts[i]);
}

Test(json_text, refuses_what_is_not_json)
{
	static const char *const texts[] = { "", " ", "{", "[1,]", "{a:1}",
		"'a'", "NaN", "[Infinity]", "[-Infinity]", "/**/1", "1 /**/",
		"[1] x", "01", "+1", "TRUE", "\"a\tb\"", "\"a\\\"\tb\"",
		"\"a", "\"\377\"", "{\"a\\u0000b\":1}",
		"{\"a\\u0000b\" \n:1}", "nul", "\"a\\" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		cr_expect_not(parses(texts[i]), "%s", texts[i]);
}

Test(json_text, refuses_a_nul_byte)
{
	cr_expect_not(parses_bytes("[1]\0[2]", 7));
	cr_expect_not(parses_bytes("\"a\0b\"", 5));
}

Test(json_text, refuses_what_is_nested_too_deeply)
{
	cr_expect(parses("[[[1]]]"));
	cr_expect_not(parses("[[[[1]]]]"));
	cr_expect_not(parses("[[[[[[[[[[[[[[[["));
}

/* Whether a list of so many is taken, each with a comma behind it but one. */
static bool
parses_list(const char *item, size_t n)
{
	size_t item_len = strlen(item), len = 1;
	char *text = malloc(n * (item_len + 1) + 2);
	bool ok;

	cr_assert_not_null(text);
	text[0] = '[';
	for (size_t i = 0; i < n; i++) {
		memcpy(text + len, item, item_len);
		text[len + item_len] = i + 1 < n ? ',' : ']';
		len += item_len + 1;
	}
	ok = parses_bytes(text, len);
	free(text);
	return ok;
}

Test(json_text, refuses_more_values_than_it_would_hold)
{
	/* The list itself is one, and the first item is counted with it. */
	cr_expect(parses_list("0", JSON_TEXT_VALUES_MAX - 1));
	cr_expect_not(parses_list("0", JSON_TEXT_VALUES_MAX));
	cr_expect_not(parses_list("{}", JSON_TEXT_VALUES_MAX / 9 + 1));
	cr_expect_not(parses_list("[]", JSON_TEXT_VALUES_MAX / 2));
	/* What stands in a string is no value. */
	cr_expect(parses_list("\"{,{,{,{,{,{,{,{,\"",
	    JSON_TEXT_VALUES_MAX / 32));
}

Test(json_text, says_where_the_fault_is)
{
	struct json_text t = { "{\"a\":x}", 7, 0, ERR_FILE_DAMAGED };
	struct json_object *value;
	struct err err;

	cr_assert_not(json_text_parse(&t, &value, &err));
	cr_expect_eq(err.code, ERR_FILE_DAMAGED);
	cr_expect(strncmp(err.about, "byte 6: ", 8) == 0, "%s", err.about);
}

Test(json_text, reads_members_of_the_right_type_alone)
{
	struct json_object *o = value_of("{\"s\":\"x\",\"i\":7,\"n\":1.5,"
	    "\"b\":true,\"a\":[],\"o\":{},\"z\":null}");
	int64_t i = -1;
	double n = -1;
	bool b = false;

	cr_expect_str_eq(json_text_string(o, "s"), "x");
	cr_expect_null(json_text_string(o, "i"));
	cr_expect_null(json_text_string(o, "absent"));
	cr_expect(json_text_int(o, "i", &i) && i == 7);
	cr_expect_not(json_text_int(o, "n", &i));
	cr_expect_not(json_text_int(o, "s", &i));
	cr_expect(json_text_number(o, "n", &n) && n > 1.4 && n < 1.6);
	cr_expect(json_text_number(o, "i", &n) && n > 6.9 && n < 7.1);
	cr_expect_not(json_text_number(o, "b", &n));
	cr_expect(json_text_bool(o, "b", &b) && b);
	cr_expect_not(json_text_bool(o, "i", &b));
	cr_expect_not_null(json_text_array(o, "a"));
	cr_expect_null(json_text_array(o, "o"));
	cr_expect_not_null(json_text_object(o, "o"));
	cr_expect_null(json_text_object(o, "z"));
	cr_expect(json_text_is_absent(o, "z"));
	cr_expect(json_text_is_absent(o, "absent"));
	cr_expect_not(json_text_is_absent(o, "b"));
	json_object_put(o);
}

Test(json_text, believes_no_number_that_it_cannot_hold)
{
	struct json_object *o = value_of("{\"i\":99999999999999999999,"
	    "\"n\":1e999}");
	int64_t i = -1;
	double n = -1;

	cr_expect_not(json_text_int(o, "i", &i));
	cr_expect_eq(i, -1);
	cr_expect_not(json_text_number(o, "n", &n));
	json_object_put(o);
}

Test(json_text, has_no_string_with_a_nul_in_it)
{
	struct json_object *o = value_of("{\"s\":\"a\\u0000b\"}");

	cr_expect_null(json_text_string(o, "s"));
	json_object_put(o);
}

Test(json_text, finds_nothing_in_what_is_no_object)
{
	struct json_object *o = value_of("[1]");

	cr_expect_null(json_text_string(o, "s"));
	cr_expect_null(json_text_string(NULL, "s"));
	cr_expect(json_text_is_absent(NULL, "s"));
	json_object_put(o);
}
