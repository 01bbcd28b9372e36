/* SPDX-License-Identifier: ISC */
/* How commands change the administrator's files. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "cli/routing_file.h"
#include "common/errors.h"
#include "common/json/json_text.h"

static struct json_object *
parse(const char *text)
{
	struct json_text json = { text, strlen(text), 0, ERR_FILE_DAMAGED };
	struct json_object *value;
	struct err err;

	cr_assert(json_text_parse(&json, &value, &err), "%s", text);
	return value;
}

static void
expect_text(struct json_object *root, const char *text)
{
	cr_expect_str_eq(json_object_to_json_string_ext(root,
	    JSON_C_TO_STRING_PLAIN), text);
}

Test(routing_file, puts_a_provider_in_the_place_of_the_one_before)
{
	struct json_object *root = json_object_new_object();

	cr_expect_not(routing_file_put_provider(root, "a",
	    parse("{\"id\":\"a\"}")));
	cr_expect_not(routing_file_put_provider(root, "b",
	    parse("{\"id\":\"b\"}")));
	cr_expect(routing_file_put_provider(root, "a",
	    parse("{\"id\":\"a\",\"noKey\":true}")));
	expect_text(root,
	    "{\"providers\":[{\"id\":\"a\",\"noKey\":true},{\"id\":\"b\"}]}");
	json_object_put(root);
}

Test(routing_file, removes_only_the_provider_that_is_named)
{
	struct json_object *root = parse(
	    "{\"x\":1,\"providers\":[{\"id\":\"a\"},{\"id\":\"b\"},7]}");

	cr_expect(routing_file_remove_provider(root, "a"));
	cr_expect_not(routing_file_remove_provider(root, "a"));
	expect_text(root, "{\"x\":1,\"providers\":[{\"id\":\"b\"},7]}");
	json_object_put(root);
}

Test(routing_file, survives_a_file_with_other_types)
{
	struct json_object *root = parse("{\"providers\":7,\"routes\":[]}");

	cr_expect_null(routing_file_provider(root, "a"));
	cr_expect_not(routing_file_remove_provider(root, "a"));
	cr_expect_null(routing_file_failover_owner(root, "m", "a"));
	cr_expect_eq(json_object_object_length(routing_file_map(root,
	    "routes")), 0);
	expect_text(root, "{\"providers\":7,\"routes\":{}}");
	json_object_put(root);
}

Test(routing_file, knows_who_stands_in_for_a_central_model)
{
	struct json_object *root = parse("{\"providers\":["
	    "{\"id\":\"a\",\"failoverFor\":\"one\"},"
	    "{\"id\":\"b\",\"failoverFor\":[\"two\",\"three\"]}]}");

	cr_expect_str_eq(routing_file_failover_owner(root, "one", "x"), "a");
	cr_expect_null(routing_file_failover_owner(root, "one", "a"));
	cr_expect_str_eq(routing_file_failover_owner(root, "three", "x"), "b");
	cr_expect_null(routing_file_failover_owner(root, "four", "x"));
	json_object_put(root);
}

Test(routing_file, splits_a_target_at_the_first_slash)
{
	struct routing_target t;
	struct err err;

	cr_expect(routing_target_parse(&t, "openrouter/a/b:c", &err));
	cr_expect_str_eq(t.provider, "openrouter");
	cr_expect_str_eq(t.model, "a/b:c");
	cr_expect(routing_target_parse(&t, "p/*", &err));
	cr_expect_str_eq(t.model, "*");
}

Test(routing_file, refuses_a_target_without_provider_or_model)
{
	static const char *const bad[] = { "", "p", "/m", "p/", "p q/m",
		"p/m\n", "p\x01/m" };
	char longest[65 + 300];

	memset(longest, 'm', sizeof longest);
	longest[1] = '/';
	longest[sizeof longest - 1] = '\0';
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct routing_target t;
		struct err err;

		cr_expect_not(routing_target_parse(&t, bad[i], &err), "'%s'",
		    bad[i]);
		cr_expect_not(routing_target_parse(&t, longest, &err));
	}
}
