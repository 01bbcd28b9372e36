/* SPDX-License-Identifier: ISC */
/* What of a control plane's answer is used, and what is not. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "syncer/sync_content.h"

static struct sync_counts counts;

static struct json_object *
read_text(const char *text)
{
	struct err err = { 0 };
	struct json_object *o = sync_content_read(text, strlen(text), &counts,
	    &err);

	cr_expect_eq(err.code, o != NULL ? ERR_NONE : ERR_CLOUD_INVALID,
	    "%s", err.about);
	return o;
}

/* An envelope with these entries. */
static struct json_object *
read_with(const char *name, const char *entries)
{
	static const char *const names[] = { "policies", "bundles", "bindings",
	    "providers" };
	char text[4096];
	size_t at = (size_t)snprintf(text, sizeof text, "{\"schemaVersion\":1");

	for (size_t i = 0; i < 4; i++)
		at += (size_t)snprintf(text + at, sizeof text - at,
		    ",\"%s\":[%s]", names[i],
		    strcmp(names[i], name) == 0 ? entries : "");
	snprintf(text + at, sizeof text - at, "}");
	return read_text(text);
}

Test(sync_content, refuses_a_bad_envelope_whole)
{
	static const char *const bad[] = {
		"", "nonsense", "null", "[]", "7", "{}", "{\"schemaVersion\":1}",
		"{\"policies\":[],\"bundles\":[],\"bindings\":[]}",
		"{\"policies\":[],\"bundles\":[],\"bindings\":[],"
		    "\"providers\":{}}",
		"{\"schemaVersion\":2,\"policies\":[],\"bundles\":[],"
		    "\"bindings\":[],\"providers\":[]}",
		"{\"schemaVersion\":\"1\",\"policies\":[],\"bundles\":[],"
		    "\"bindings\":[],\"providers\":[]}",
		"{\"policies\":[],\"bundles\":[],\"bindings\":[],"
		    "\"providers\":[]} x",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_null(read_text(bad[i]), "%s", bad[i]);
}

Test(sync_content, takes_an_empty_one)
{
	cr_expect_not_null(read_with("", ""));
	cr_expect_eq(counts.n_dropped, 0);
}

static const struct { const char *kind, *entry; bool is_good; } entries[] = {
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://h/v1\"}", true },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://h/v1\",\"new\":{\"x\":[1]}}", true },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":null,\"isBuiltin\":true}", true },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":null}", false },
	{ "providers", "{\"providerId\":\"a b\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://h\"}", false },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"gemini\","
	    "\"originBaseUrl\":\"https://h\"}", false },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"http://evil.example\"}", false },
	{ "providers", "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://h\\r\\nx\"}", false },
	{ "providers", "{\"providerId\":7,\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://h\"}", false },
	{ "providers", "7", false },
	{ "providers", "null", false },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"static\","
	    "\"staticTarget\":{\"providerId\":\"p\",\"model\":\"m\"}}", true },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"policy\","
	    "\"targetId\":\"x\"}", true },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"static\","
	    "\"staticTarget\":null}", false },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"static\","
	    "\"staticTarget\":{\"providerId\":\"p\",\"model\":\"\"}}", false },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"static\","
	    "\"staticTarget\":{\"providerId\":\"p\",\"model\":\"a\\nb\"}}",
	    false },
	{ "bindings", "{\"agentId\":\"a\",\"bindingKind\":\"magic\","
	    "\"targetId\":\"x\"}", false },
	{ "policies", "{\"id\":\"p\",\"spec\":{\"primary\":"
	    "{\"providerId\":\"p\",\"model\":\"m\"}}}", true },
	{ "policies", "{\"id\":\"p\",\"spec\":{\"schemaVersion\":9,"
	    "\"primary\":{\"providerId\":\"p\",\"model\":\"m\"}}}", false },
	{ "policies", "{\"id\":\"p\",\"spec\":null}", false },
	{ "bundles", "{\"id\":\"b\",\"spec\":{\"legs\":[{\"providerId\":"
	    "\"p\",\"model\":\"m\"}]}}", true },
	{ "bundles", "{\"id\":\"b\",\"spec\":{\"legs\":[]}}", false },
};

Test(sync_content, leaves_out_bad_entries_and_counts_them)
{
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
		struct json_object *o = read_with(entries[i].kind,
		    entries[i].entry), *list;

		cr_assert_not_null(o);
		list = json_object_object_get(o, entries[i].kind);
		cr_expect_eq(json_object_array_length(list),
		    entries[i].is_good ? 1 : 0, "%s", entries[i].entry);
		cr_expect_eq(counts.n_dropped, entries[i].is_good ? 0 : 1);
	}
}

/* The API's 120 are characters, not bytes. */
Test(sync_content, counts_the_characters_of_a_model)
{
	static const struct { const char *character; int n; uint32_t n_good; }
	cases[] = { { "m", 120, 1 }, { "m", 121, 0 }, { "\u6a21", 60, 1 },
		{ "\u6a21", 120, 1 }, { "\u6a21", 121, 0 } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char entry[1024];
		size_t at = (size_t)snprintf(entry, sizeof entry,
		    "{\"agentId\":\"a\",\"bindingKind\":\"static\","
		    "\"staticTarget\":{\"providerId\":\"p\",\"model\":\"");

		for (int c = 0; c < cases[i].n; c++)
			at += (size_t)snprintf(entry + at, sizeof entry - at,
			    "%s", cases[i].character);
		snprintf(entry + at, sizeof entry - at, "\"}}");
		json_object_put(read_with("bindings", entry));
		cr_expect_eq(counts.n_bindings, cases[i].n_good, "%zu", i);
	}
}

Test(sync_content, keeps_the_first_of_two_with_one_id)
{
	struct json_object *o = read_with("providers",
	    "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://first\"},"
	    "{\"providerId\":\"a\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"https://second\"}");
	struct json_object *list = json_object_object_get(o, "providers");

	cr_assert_eq(json_object_array_length(list), 1);
	cr_expect_eq(counts.n_dropped, 1);
	cr_expect_not_null(strstr(json_object_to_json_string_ext(list,
	    JSON_C_TO_STRING_NOSLASHESCAPE), "https://first"));
}

Test(sync_content, refuses_what_is_nested_without_end)
{
	char *text = malloc(200001);

	memset(text, '[', 100000);
	memset(text + 100000, ']', 100000);
	text[200000] = '\0';
	cr_expect_null(read_text(text));
	free(text);
}
