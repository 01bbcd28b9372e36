/* SPDX-License-Identifier: ISC */
/*
 * What is done to somebody's configuration comes off again, byte for byte, and
 * leaves alone what others wrote in the meantime.
 */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file_change.h"
#include "common/errors.h"

static const char *const in_env[] = { "env", "X", NULL };

static void
expect_made(const char *text, const char *const path[], const char *value,
    const char *wanted)
{
	struct err err = { .about = "" };
	struct json_object *change = file_change_member(text, path, value,
	    &err);
	char *made, *back;

	cr_assert_not_null(change, "%s: %s", text, err.about);
	made = file_change_make(text, change);
	cr_expect_str_eq(made, wanted);
	cr_expect(file_change_is_there(made, change), "%s", made);
	back = file_change_take_back(made, change, &err);
	cr_assert_not_null(back, "%s", made);
	cr_expect_str_eq(back, text);
	free(back);
	free(made);
	json_object_put(change);
}

Test(file_change, sets_a_member_and_takes_it_back)
{
	expect_made("{}", in_env, "1", "{\"env\": { \"X\": 1 }}");
	expect_made("{\n}\n", in_env, "1", "{\"env\": { \"X\": 1 }\n}\n");
	expect_made("{\n  \"a\": 1\n}\n", in_env, "\"v\"",
	    "{\n  \"env\": { \"X\": \"v\" },\n  \"a\": 1\n}\n");
	expect_made("{\"env\":{}}", in_env, "1", "{\"env\":{\"X\": 1}}");
	expect_made("{ \"env\": {\n\t\"Y\": 2 } }", in_env, "1",
	    "{ \"env\": {\n\t\"X\": 1,\n\t\"Y\": 2 } }");
	expect_made("{\"env\":{\"X\":\"old\"}}", in_env, "\"new\"",
	    "{\"env\":{\"X\":\"new\"}}");
}

Test(file_change, leaves_comments_and_odd_commas_where_they_are)
{
	expect_made("// mine\n{\n  // first\n  \"a\": [1, 2,], /* two */\n}\n",
	    in_env, "1", "// mine\n{\n  \"env\": { \"X\": 1 },\n  // first\n"
	    "  \"a\": [1, 2,], /* two */\n}\n");
	expect_made("\xef\xbb\xbf{\"env\":{\"//\":\"{\\\"\"}}", in_env, "1",
	    "\xef\xbb\xbf{\"env\":{\"X\": 1,\"//\":\"{\\\"\"}}");
	expect_made("{\"env\":{\"X\":1,\"X\":2}}", in_env, "3",
	    "{\"env\":{\"X\":1,\"X\":3}}");
}

Test(file_change, refuses_what_it_does_not_understand)
{
	static const char *const bad[] = { "", " ", "[]", "{", "{\"a\":}",
		"{a:1}", "{'a':1}", "{\"a\":1}}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
		"{\"env\":7}", "{\"env\":[]}", "{/*", "nul", "{,}" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err err;

		cr_expect_null(file_change_member(bad[i], in_env, "1", &err),
		    "%s", bad[i]);
		cr_expect_eq(err.code, ERR_CONFIG_NOT_UNDERSTOOD);
	}
}

/* The text after it was written anew by another program. */
static void
expect_back(const char *text, const char *const path[], const char *value,
    const char *anew, const char *wanted)
{
	struct err err;
	struct json_object *change = file_change_member(text, path, value,
	    &err);
	char *back;

	cr_assert_not_null(change);
	back = file_change_take_back(anew, change, &err);
	cr_assert_not_null(back, "%s", anew);
	cr_expect_str_eq(back, wanted);
	free(back);
	json_object_put(change);
}

Test(file_change, comes_off_a_text_that_was_written_anew)
{
	expect_back("{}", in_env, "1",
	    "{\n  \"b\": true,\n  \"env\": {\n    \"X\": 1\n  }\n}\n",
	    "{\n  \"b\": true\n}\n");
	expect_back("{}", in_env, "1",
	    "{\"env\":{\"X\":1,\"Y\":2},\"b\":true}",
	    "{\"env\":{\"Y\":2},\"b\":true}");
	expect_back("{\"env\":{}}", in_env, "1", "{\"a\":0,\"env\":{\"X\":1}}",
	    "{\"a\":0,\"env\":{}}");
	expect_back("{\"env\":{\"X\":5}}", in_env, "1",
	    "{\"a\":0, \"env\":{\"X\":1}}", "{\"a\":0, \"env\":{\"X\":5}}");
}

Test(file_change, leaves_a_value_that_is_somebody_elses_by_now)
{
	expect_back("{}", in_env, "1", "{\"env\":{\"X\":2}}",
	    "{\"env\":{\"X\":2}}");
	expect_back("{}", in_env, "1", "{\"a\":2}", "{\"a\":2}");
}

static void
expect_key(const char *text, const char *wanted)
{
	struct err err;
	struct json_object *change = file_change_key(text, "model_provider",
	    "\"cofferdam\"", &err);
	char *made, *back;

	cr_assert_not_null(change, "%s", text);
	made = file_change_make(text, change);
	cr_expect_str_eq(made, wanted);
	back = file_change_take_back(made, change, &err);
	cr_expect_str_eq(back, text);
	free(back);
	free(made);
	json_object_put(change);
}

Test(file_change, sets_a_key_at_the_top_of_a_toml_text)
{
	expect_key("", "model_provider = \"cofferdam\"\n");
	expect_key("# c\nmodel = \"m\"\n[t]\nmodel_provider = \"x\"\n",
	    "model_provider = \"cofferdam\"\n# c\nmodel = \"m\"\n[t]\n"
	    "model_provider = \"x\"\n");
	expect_key("a = [\n  [1], # ]\n]\nmodel_provider = 'x' # mine\n",
	    "a = [\n  [1], # ]\n]\nmodel_provider = \"cofferdam\" # mine\n");
	expect_key("a = \"\"\"\nmodel_provider = 1\n\"\"\"\n",
	    "model_provider = \"cofferdam\"\na = \"\"\"\nmodel_provider = 1\n"
	    "\"\"\"\n");
	expect_key("model_provider=\"x\"", "model_provider=\"cofferdam\"");
}

Test(file_change, refuses_toml_that_does_not_end)
{
	static const char *const bad[] = { "a = \"x\n", "a = [1,\n",
		"a = '''\n" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err err;

		cr_expect_null(file_change_key(bad[i], "k", "1", &err), "%s",
		    bad[i]);
	}
}

Test(file_change, finds_a_key_again_that_has_moved)
{
	struct err err;
	struct json_object *change = file_change_key("k = 1\n", "k", "2",
	    &err);
	char *back = file_change_take_back("# new\nk = 2\n", change, &err);

	cr_expect_str_eq(back, "# new\nk = 1\n");
	free(back);
	json_object_put(change);
}

Test(file_change, takes_a_block_away_and_nothing_that_was_written_into_it)
{
	struct json_object *change = file_change_append("a = 1", "[t]\nb = 2\n");
	char *made = file_change_make("a = 1", change), *back;
	struct err err;

	cr_expect_str_eq(made, "a = 1\n[t]\nb = 2\n");
	back = file_change_take_back(made, change, &err);
	cr_expect_str_eq(back, "a = 1");
	free(back);
	back = file_change_take_back("c = 0\na = 1\n[t]\nb = 2\n[u]\n", change,
	    &err);
	cr_expect_str_eq(back, "c = 0\na = 1\n[u]\n");
	free(back);
	cr_expect_null(file_change_take_back("a = 1\n[t]\nx = 1\nb = 2\n",
	    change, &err));
	cr_expect_eq(err.code, ERR_CONFIG_NOT_UNDERSTOOD);
	back = file_change_take_back("a = 1\n", change, &err);
	cr_expect_str_eq(back, "a = 1\n");
	free(back);
	free(made);
	json_object_put(change);
}
