/* SPDX-License-Identifier: ISC */
/* Which bodies are JSON, and where their members stand. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/json_members.h"

static bool
is_object(const char *text, size_t len)
{
	struct json_object_text object;
	struct err err;

	return json_members_find(text, len, &object, NULL, 0, &err);
}

Test(json_members, accepts_objects_and_nothing_else)
{
	static const char *const good[] = {
		"{}", " { } \n", "{\"a\":1}", "{\"a\":[1,2,{\"b\":null}]}",
		"{\"a\":-1.5e+10,\"b\":true,\"c\":false}", "{\"\":\"\"}",
		"{\"a\":[],\"b\":{}}", "{\"a\":\"\\u00e9\\n\\\"\\\\\\/\"}",
		"{\"a\":\"0123456\\\"89012345\"}", "{\"a\" : 1 , \"b\" : 2 }",
	};
	static const char *const bad[] = {
		"", " ", "[]", "1", "null", "{", "}", "{]", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1}x", "{\"a\":1}{}",
		"{'a':1}", "{a:1}", "{\"a\":tru}", "{\"a\":truex}",
		"{\"a\":nul}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":-}",
		"{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}",
		"{\"a\":\"\\u123", "{\"a\":\"b}", "{\"a\":\"\\", "{\"a\":[1}",
		"{\"a\":[1,]}", "{\"a\":{\"b\":1]}", "{\"a\" 1}", "{1:1}",
		"{\"a\":1 \"b\":2}", "{\"a\":0123456\t89,\"b\"}",
		"{\"aaaaaaaaaaaaaaa\x01\":1}",
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		cr_expect(is_object(good[i], strlen(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(is_object(bad[i], strlen(bad[i])), "%s", bad[i]);
	cr_expect_not(is_object("{\"a\":1\0}", 8));
	cr_expect_not(is_object("{\"a\0\":1}", 8));
}

Test(json_members, agrees_with_a_parser_about_every_beginning_of_a_text)
{
	static const char text[] = "{\"model\":\"a\\\"b\",\"n\":[1,{\"x\":"
	    "\"\\u0041\"},true],\"o\":{\"p\":null}}";

	for (size_t len = 0; len < sizeof text; len++)
		cr_expect_eq(is_object(text, len), len == sizeof text - 1,
		    "%zu bytes", len);
}

static bool
is_nested(size_t depth)
{
	char text[1024] = "{\"a\":";
	size_t n = strlen(text);

	memset(text + n, '[', depth - 1);
	memset(text + n + depth - 1, ']', depth - 1);
	text[n + 2 * (depth - 1)] = '}';
	return is_object(text, n + 2 * (depth - 1) + 1);
}

Test(json_members, limits_the_depth)
{
	cr_expect(is_nested(JSON_DEPTH_MAX));
	cr_expect_not(is_nested(JSON_DEPTH_MAX + 1));
}

Test(json_members, finds_members_of_the_outermost_object_alone)
{
	static const char text[] = "{ \"x\" : {\"model\":1} , \"model\" : "
	    "\"m\\u0031\" ,\"stream\":true}";
	struct json_member m[] = { { .name = "model" }, { .name = "stream" },
		{ .name = "absent" } };
	struct json_object_text object;
	char value[JSON_TEXT_ROOM];
	struct err err;

	cr_assert(json_members_find(text, strlen(text), &object, m, 3, &err));
	cr_expect(m[0].is_found && m[1].is_found && !m[2].is_found);
	cr_expect_eq(strncmp(text + m[0].at, "\"m\\u0031\"", 9), 0);
	cr_expect_eq(m[0].end - m[0].at, 9);
	cr_expect_eq(text[m[0].comma_before], ',');
	cr_expect_eq(text[m[0].comma_after], ',');
	cr_expect_eq(m[1].comma_after, 0);
	cr_expect(json_string_value(text, &m[0], value));
	cr_expect_str_eq(value, "m1");
	cr_expect(json_value_is(text, &m[1], "true"));
	cr_expect_not(json_string_value(text, &m[1], value));
	cr_expect_eq(object.close, strlen(text) - 1);
	cr_expect_not(object.is_empty);
}

Test(json_members, refuses_a_member_that_stands_twice_in_any_spelling)
{
	static const char *const texts[] = {
		"{\"model\":\"a\",\"model\":\"b\"}",
		"{\"model\":\"a\",\"mod\\u0065l\":\"b\"}",
		"{\"\\u006dodel\":\"a\",\"x\":1,\"model\":\"b\"}",
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct json_member m = { .name = "model" };
		struct json_object_text object;
		struct err err;

		cr_expect_not(json_members_find(texts[i], strlen(texts[i]),
		    &object, &m, 1, &err), "%s", texts[i]);
		cr_expect_eq(err.code, ERR_INVALID_REQUEST);
	}
}
