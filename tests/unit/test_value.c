/* SPDX-License-Identifier: ISC */
/* JSON of request bodies: what is taken for it, and what comes of it. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/value.h"

static struct arena *arena;
static struct err err;

static void
set_up(void)
{
	arena = arena_new();
}

static void
tear_down(void)
{
	arena_free(arena);
}

TestSuite(value, .init = set_up, .fini = tear_down);

static struct value *
parse(const char *text)
{
	return value_parse(arena, text_of(text), &err);
}

static void
expect_json(const char *text, const char *wanted)
{
	struct value *v = parse(text);

	cr_assert_not_null(v, "%s: %s", text, err.about);
	cr_expect_str_eq(text_terminated(arena, text_json(arena, v)), wanted);
}

Test(value, comes_out_as_it_went_in_but_for_blanks)
{
	static const char *const texts[] = { "{}", "[]", "0", "-1.50e+3",
		"1e400", "12345678901234567890123", "\"a\"", "true", "false",
		"null", "\"\"", "[1,[2,{\"b\":null}],\"\303\244\"]",
		"{\"z\":1,\"a\":{\"y\":[]}}", "\"a/b\"" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		expect_json(texts[i], texts[i]);
	expect_json(" { \"a\" :\n[ 1 ,\t2 ] }\r\n", "{\"a\":[1,2]}");
}

Test(value, resolves_escapes)
{
	expect_json("\"\\u0061\\/\\b\\f\\n\\r\\t\\\"\\\\\"",
	    "\"a/\\b\\f\\n\\r\\t\\\"\\\\\"");
	expect_json("\"\\u00e4\\u20ac\\ud83d\\ude00x\"",
	    "\"\303\244\342\202\254\360\237\230\200x\"");
	/* Halves of a pair alone. */
	expect_json("\"\\ud83d|\\ud83d\\u0041|\\ude00\"",
	    "\"\357\277\275|\357\277\275A|\357\277\275\"");
	expect_json("\"a\\u0000b\"", "\"a\\u0000b\"");
}

Test(value, refuses_what_is_not_json)
{
	static const char *const texts[] = { "", " ", "{", "[1,]", "[,1]",
		"{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "'a'", "NaN",
		"[Infinity]", "[-Infinity]", "-", "1.", ".5", "1e", "1e+",
		"/**/1", "1 /**/", "[1] x", "01", "+1", "TRUE", "\"a\tb\"",
		"\"a\\\"\tb\"", "\"a", "\"a\\\"", "\"\377\"", "\"\355\240\200\"",
		"\"\\x\"", "\"\\u12g4\"", "\"\\u12", "{\"a\\u0000b\":1}",
		"nul", "truely", "\"a\\", "[1 2]", "{\"a\":1 \"b\":2}", "]" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		cr_expect_null(parse(texts[i]), "%s", texts[i]);
		cr_expect_eq(err.code, ERR_INVALID_REQUEST);
	}
	cr_expect_null(value_parse(arena, (struct text) { "[1]\0[2]", 7 },
	    &err));
}

Test(value, says_where_the_fault_is)
{
	cr_expect_null(parse("{\"a\":x}"));
	cr_expect_str_eq(err.about, "byte 6: not JSON");
}

Test(value, refuses_what_is_nested_too_deeply)
{
	char text[2 * VALUE_DEPTH_MAX + 3];

	for (size_t n = VALUE_DEPTH_MAX; n <= VALUE_DEPTH_MAX + 1; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		text[2 * n] = '\0';
		cr_expect_eq(parse(text) != NULL, n == VALUE_DEPTH_MAX, "%zu",
		    n);
	}
}

Test(value, refuses_more_values_than_it_would_keep)
{
	size_t len = 2 * VALUES_MAX + 1;
	char *text = malloc(len + 1);

	cr_assert_not_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = i == 0 ? '[' : i % 2 == 1 ? '0' : ',';
	text[len - 1] = ']';
	text[len] = '\0';
	cr_expect_null(parse(text));
	/* One less: the array itself counts, too. */
	text[len - 3] = ']';
	text[len - 2] = text[len - 1] = ' ';
	cr_expect_not_null(parse(text), "%s", err.about);
	free(text);
}

Test(value, takes_the_last_of_equal_names_in_the_place_of_the_first)
{
	struct dialect_output o = { .max = 4096 };

	expect_json("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
	dialect_output_text(&o, "{\"x\":0");
	for (int i = 0; i < 30; i++)
		dialect_output_form(&o, ",\"n%d\":%d", i, i);
	dialect_output_text(&o, ",\"x\":1,\"n3\":\"late\",\"x\":2}");
	cr_expect_eq(value_int(value_find(parse(o.text), "x")), 2);
	cr_expect(text_is(text_member(parse(o.text), "n3"), "late"));
	cr_expect_eq(value_len(parse(o.text)), 31);
	dialect_output_free(&o);
}

Test(value, knows_numbers)
{
	cr_expect_eq(value_int(parse("[-12]")->members[0].value), -12);
	cr_expect_eq(value_int(parse("[99999999999999999999]")
	    ->members[0].value), INT64_MAX);
	cr_expect_eq(value_int(parse("[1e300]")->members[0].value), INT64_MAX);
	cr_expect_eq(value_int(parse("[2.9]")->members[0].value), 2);
	cr_expect_eq(value_int(NULL), 0);
	cr_expect(value_double(parse("[0.25]")->members[0].value) == 0.25);
	cr_expect_not(parse("[1.0]")->members[0].value->is_whole);
}

Test(value, puts_each_name_once)
{
	struct value *o = value_new_object(arena), *list;

	text_put(o, "a", WORDS("x\n"));
	value_put(o, "b", NULL);
	value_put(o, "a", value_new_int(arena, INT64_MIN));
	text_put(o, "c", NO_TEXT);
	list = value_new_array(arena);
	for (int i = 0; i < 9; i++)
		value_add(list, value_of_bool(i % 2 == 1));
	for (int i = 0; i < 7; i++)
		value_remove(list, 1);
	value_put(o, "l", list);
	cr_expect_str_eq(text_terminated(arena, text_json(arena, o)),
	    "{\"a\":-9223372036854775808,\"b\":null,\"l\":[false,false]}");
}

/* The same text means the same to the other reader that we have. */
static void
compare(const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "r");
	struct json_text t = { text, 0, VALUE_DEPTH_MAX, ERR_INTERNAL };
	struct json_object *ours, *theirs;
	struct value *v;

	if (f == NULL)
		return;
	t.len = fread(text, 1, sizeof text - 1, f);
	text[t.len] = '\0';
	fclose(f);
	v = value_parse(arena, (struct text) { text, t.len }, &err);
	cr_expect_eq(v != NULL, json_text_parse(&t, &theirs, &err), "%s", path);
	if (v == NULL)
		return;
	ours = json_tokener_parse(text_terminated(arena,
	    text_json(arena, v)));
	cr_expect(json_object_equal(ours, theirs), "%s", path);
	json_object_put(ours);
	json_object_put(theirs);
}

Test(value, means_what_json_c_means)
{
	const char *folder = TOP_SRCDIR "/tests/dialect/requests";
	DIR *dir = opendir(folder);
	char path[1024];

	cr_assert_not_null(dir);
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		snprintf(path, sizeof path, "%s/%s/in.json", folder,
		    e->d_name);
		compare(path);
	}
	closedir(dir);
}
