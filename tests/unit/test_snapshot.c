/* SPDX-License-Identifier: ISC */
/* What is believed of a snapshot, whose sender may be hostile. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/snapshot.h"

static void
open_digest(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

TestSuite(snapshot, .init = open_digest);

static struct problems problems;

static struct snapshot *
parse(const char *text)
{
	struct err err;

	problems.n = 0;
	return snapshot_parse(text, strlen(text), &problems, &err);
}

#define ENVELOPE(version, policies, bundles, bindings, providers)	\
	"{\"schemaVersion\":" version ",\"policies\":[" policies "],"	\
	"\"bundles\":[" bundles "],\"bindings\":[" bindings "],"	\
	"\"providers\":[" providers "],\"redactRulesVersion\":null,"	\
	"\"syncedAt\":\"2026-11-22T10:00:00.000Z\",\"sourceUrl\":"	\
	"\"https://cloud.example\",\"unknown\":{\"x\":1}}"
#define TARGET "{\"providerId\":\"p\",\"model\":\"m\"}"
#define POLICY "{\"id\":\"p1\",\"enabled\":true,\"name\":\"n\","	\
	"\"spec\":{\"primary\":" TARGET ",\"cascade\":[]}}"
#define BUNDLE "{\"id\":\"b1\",\"enabled\":true,\"spec\":{\"legs\":["	\
	"{\"providerId\":\"x\",\"model\":\"second\",\"priority\":5},"	\
	"{\"providerId\":\"y\",\"model\":\"first\",\"priority\":1},"	\
	"{\"providerId\":\"z\",\"model\":\"third\",\"priority\":1}]}}"
#define BINDING "{\"agentId\":\"a\",\"bindingKind\":\"static\","	\
	"\"targetId\":null,\"staticTarget\":" TARGET "}"
#define PROVIDER "{\"providerId\":\"p\",\"protocol\":\"openai\","	\
	"\"originBaseUrl\":\"https://p.example/v1\",\"isBuiltin\":false}"

Test(snapshot, is_read_with_all_its_parts)
{
	struct snapshot *s = parse(ENVELOPE("1", POLICY, BUNDLE, BINDING,
	    PROVIDER));

	cr_assert_not_null(s);
	cr_expect_eq(problems.n, 0);
	cr_expect_eq(s->synced_at_s, 1795341600);
	cr_expect_str_eq(s->source_url, "https://cloud.example");
	cr_expect_str_eq(plans_find(&s->policies, "p1")->target.model, "m");
	cr_expect_str_eq(
	    plans_find(&s->bundles, "b1")->steps[0].target.model, "first");
	cr_expect_eq(bindings_find(&s->bindings, "a")->kind, BINDING_STATIC);
	cr_expect_eq(providers_find(&s->providers, "p")->source,
	    SOURCE_CLOUD);
	cr_expect_null(plans_find(&s->policies, "b1"));
	cr_expect_null(bindings_find(&s->bindings, "b"));
	snapshot_free(s);
}

Test(snapshot, is_rejected_whole_when_the_envelope_is_bad)
{
	static const char *const bad[] = {
		"", "{}", "[]", "null", ENVELOPE("2", "", "", "", ""),
		ENVELOPE("\"1\"", "", "", "", ""),
		"{\"schemaVersion\":1,\"policies\":[],\"bundles\":[],"
		    "\"bindings\":[],\"syncedAt\":\"2026-11-22T10:00:00Z\"}",
		"{\"schemaVersion\":1,\"policies\":{},\"bundles\":[],"
		    "\"bindings\":[],\"providers\":[],"
		    "\"syncedAt\":\"2026-11-22T10:00:00Z\"}",
		"{\"schemaVersion\":1,\"policies\":[],\"bundles\":[],"
		    "\"bindings\":[],\"providers\":[],\"syncedAt\":1}",
		ENVELOPE("1", "", "", "", "") "x",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_null(parse(bad[i]), "%s", bad[i]);
}

Test(snapshot, is_rejected_at_every_place_where_it_may_be_cut)
{
	static const char text[] = ENVELOPE("1", POLICY, BUNDLE, BINDING,
	    PROVIDER);
	struct err err;

	for (size_t len = 0; len < sizeof text - 1; len++)
		cr_assert_null(snapshot_parse(text, len, &problems, &err),
		    "%zu", len);
}

Test(snapshot, is_rejected_when_it_is_nested_too_deeply)
{
	char text[4096] = "{\"schemaVersion\":1,\"x\":";
	size_t n = strlen(text);

	memset(text + n, '[', 40);
	memset(text + n + 40, ']', 40);
	strcpy(text + n + 80, ",\"policies\":[],\"bundles\":[],\"bindings\":[],"
	    "\"providers\":[],\"syncedAt\":\"2026-11-22T10:00:00Z\"}");
	cr_expect_null(parse(text));
}

static void
expect_dropped(const char *text)
{
	struct snapshot *s = parse(text);

	cr_assert_not_null(s, "%s", text);
	cr_expect_eq(problems.n, 1, "%s", text);
	cr_expect_eq(s->policies.n + s->bundles.n + s->bindings.n +
	    s->providers.n, 4, "%s", text);
	snapshot_free(s);
}

Test(snapshot, leaves_a_bad_entry_out_and_tells_it)
{
	expect_dropped(ENVELOPE("1", POLICY ",{}", BUNDLE, BINDING, PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY "," POLICY, BUNDLE, BINDING,
	    PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE ",{\"id\":\"b2\","
	    "\"enabled\":true,\"spec\":{\"legs\":[]}}", BINDING, PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE ",{\"id\":\"b/2\","
	    "\"enabled\":true,\"spec\":{\"legs\":[" TARGET "]}}", BINDING,
	    PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE, BINDING "," BINDING,
	    PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE, BINDING ",{\"agentId\":"
	    "\"b\",\"bindingKind\":\"magic\"}", PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE, BINDING ",{\"agentId\":"
	    "\"b\",\"bindingKind\":\"policy\",\"targetId\":null}", PROVIDER));
	expect_dropped(ENVELOPE("1", POLICY, BUNDLE, BINDING, PROVIDER ","
	    "{\"providerId\":\"q\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":\"http://q.example\"}"));
}

Test(snapshot, says_nothing_about_built_in_providers_without_a_url)
{
	struct snapshot *s = parse(ENVELOPE("1", "", "", "",
	    "{\"providerId\":\"openai\",\"protocol\":\"openai\","
	    "\"originBaseUrl\":null,\"isBuiltin\":true}"));

	cr_assert_not_null(s);
	cr_expect_eq(s->providers.n, 0);
	cr_expect_eq(problems.n, 0);
	snapshot_free(s);
}

Test(snapshot, keeps_the_first_of_two_entries_with_the_same_id)
{
	struct snapshot *s = parse(ENVELOPE("1", "", "", BINDING
	    ",{\"agentId\":\"a\",\"bindingKind\":\"policy\",\"targetId\":"
	    "\"p1\"}", PROVIDER ",{\"providerId\":\"p\",\"protocol\":"
	    "\"openai\",\"originBaseUrl\":\"https://evil.example\"}"));

	cr_assert_not_null(s);
	cr_expect_eq(bindings_find(&s->bindings, "a")->kind, BINDING_STATIC);
	cr_expect_str_eq(providers_find(&s->providers, "p")->base_url,
	    "https://p.example/v1");
	cr_expect_eq(problems.n, 2);
	snapshot_free(s);
}

Test(snapshot, counts_problems_beyond_those_that_it_keeps)
{
	char *text = malloc(100000);
	struct snapshot *s;
	int n = sprintf(text, "{\"schemaVersion\":1,\"policies\":[],"
	    "\"bundles\":[],\"bindings\":[");

	for (int i = 0; i < 1000; i++)
		n += sprintf(text + n, "%s{}", i > 0 ? "," : "");
	strcpy(text + n, "],\"providers\":[],"
	    "\"syncedAt\":\"2026-11-22T10:00:00Z\"}");
	s = parse(text);
	cr_assert_not_null(s);
	cr_expect_eq(problems.n, 1000);
	snapshot_free(s);
	free(text);
}
