/* SPDX-License-Identifier: ISC */
/* Where providers are, by whose word. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/providers.h"

static void
open_digest(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

TestSuite(providers, .init = open_digest);

static struct problems problems;

static bool
parse(struct provider_list *list, const char *text)
{
	struct err err;

	problems.n = 0;
	return providers_parse(list, text, strlen(text), &problems, &err);
}

Test(providers, has_the_built_in_ones_sorted_and_canonical)
{
	const struct provider_list *list = providers_builtin();
	static const char *const ids[] = { "anthropic", "deepseek", "groq",
		"kimi", "openai", "openrouter" };
	const struct provider *p;

	cr_assert_eq(list->n, 6);
	for (size_t i = 0; i < 6; i++) {
		p = providers_find(list, ids[i]);
		cr_assert_not_null(p, "%s", ids[i]);
		cr_expect_eq(p->source, SOURCE_BUILTIN);
		cr_expect_not(p->has_version);
	}
	cr_expect_eq(providers_find(list, "anthropic")->protocol,
	    PROTOCOL_ANTHROPIC);
	cr_expect_null(providers_find(list, "nobody"));
	cr_expect_eq(providers_builtin(), list);
}

Test(providers, reads_registrations_and_makes_their_urls_canonical)
{
	struct provider_list list;
	const struct provider *p;
	uint8_t origin[DIGEST_LEN];

	cr_assert(parse(&list, "{\"providers\":[{\"id\":\"b\",\"protocol\":"
	    "\"responses\",\"originBaseUrl\":\"HTTPS://B.Example:443/v1/\","
	    "\"failoverFor\":\"big\",\"central\":true,\"noKey\":true,"
	    "\"inferPath\":\"/api/v1/llms/{model}/infer\"},"
	    "{\"id\":\"a\",\"protocol\":\"openai\",\"originBaseUrl\":"
	    "\"http://127.0.0.1:8080\"}]}"));
	cr_expect_eq(problems.n, 0);
	cr_assert_eq(list.n, 2);
	p = providers_find(&list, "b");
	cr_assert_not_null(p);
	cr_expect_str_eq(p->base_url, "https://b.example/v1");
	digest_sha256("https://b.example/v1", 20, origin);
	cr_expect_eq(memcmp(p->origin, origin, sizeof origin), 0);
	cr_expect(p->has_version && p->is_central && p->wants_no_key);
	cr_assert_eq(p->n_failover_for, 1);
	cr_expect_str_eq(p->failover_for[0], "big");
	cr_expect_str_eq(p->infer_path, "/api/v1/llms/{model}/infer");
	cr_expect_eq(p->protocol, PROTOCOL_RESPONSES);
	providers_reset(&list);
}

#define AT "{\"id\":\"x\",\"protocol\":\"openai\","			\
	"\"originBaseUrl\":\"https://x.example\","

Test(providers, stands_in_for_one_model_or_for_several)
{
	struct provider_list list;
	const struct provider *p;

	cr_assert(parse(&list, "{\"providers\":[" AT "\"failoverFor\":"
	    "[\"org/big\",\"50%\"]}]}"));
	p = providers_find(&list, "x");
	cr_assert_not_null(p);
	cr_assert_eq(p->n_failover_for, 2);
	cr_expect_str_eq(p->failover_for[0], "org/big");
	cr_expect_str_eq(p->failover_for[1], "50%");
	providers_reset(&list);
}

#define GOOD "{\"id\":\"good\",\"protocol\":\"openai\","		\
	"\"originBaseUrl\":\"https://good.example\"}"

Test(providers, leaves_bad_entries_out_and_tells_each)
{
	static const char *const bad[] = {
		"1", "null", "[]", "{}",
		"{\"id\":\"x\",\"protocol\":\"openai\"}",
		"{\"id\":\"x\",\"originBaseUrl\":\"https://x.example\"}",
		"{\"id\":\"x\",\"protocol\":\"gemini\",\"originBaseUrl\":"
		    "\"https://x.example\"}",
		"{\"id\":\"a b\",\"protocol\":\"openai\",\"originBaseUrl\":"
		    "\"https://x.example\"}",
		"{\"id\":\"x\",\"protocol\":\"openai\",\"originBaseUrl\":"
		    "\"http://x.example\"}",
		"{\"id\":\"x\",\"protocol\":\"openai\",\"originBaseUrl\":"
		    "\"https://u@x.example\"}",
		"{\"id\":\"x\",\"protocol\":\"openai\",\"originBaseUrl\":1}",
		AT "\"failoverFor\":1}", AT "\"failoverFor\":[1]}",
		AT "\"failoverFor\":\"../x\"}",
		AT "\"failoverFor\":[\"a\",\"\"]}",
		AT "\"central\":true,\"inferPath\":\"/v1/files/{model}\"}",
		GOOD,	/* for the second time */
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct provider_list list;
		char text[512];

		snprintf(text, sizeof text, "{\"providers\":[" GOOD ",%s]}",
		    bad[i]);
		cr_assert(parse(&list, text), "%s", text);
		cr_expect_eq(list.n, 1, "%s", text);
		cr_expect_eq(problems.n, 1, "%s", text);
		cr_expect_not_null(providers_find(&list, "good"));
		providers_reset(&list);
	}
}

Test(providers, rejects_a_file_that_is_none)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"providers\":{}}",
		"{\"providers\":[]", "nonsense" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct provider_list list;

		cr_expect_not(parse(&list, bad[i]), "%s", bad[i]);
		providers_reset(&list);
	}
}

Test(providers, speaks_the_dialects_of_its_protocol)
{
	static const struct {
		enum protocol protocol;
		const char *base_url;
		enum dialect dialects[DIALECTS];
	} cases[] = {
		{ PROTOCOL_OPENAI, "https://api.groq.com/openai", {
		    [DIALECT_ANTHROPIC] = DIALECT_CHAT,
		    [DIALECT_CHAT] = DIALECT_CHAT,
		    [DIALECT_RESPONSES] = DIALECT_CHAT } },
		{ PROTOCOL_OPENAI, "https://api.openai.com.example", {
		    [DIALECT_ANTHROPIC] = DIALECT_CHAT,
		    [DIALECT_CHAT] = DIALECT_CHAT,
		    [DIALECT_RESPONSES] = DIALECT_CHAT } },
		{ PROTOCOL_OPENAI, "https://api.openai.com/v1", {
		    [DIALECT_ANTHROPIC] = DIALECT_RESPONSES,
		    [DIALECT_CHAT] = DIALECT_CHAT,
		    [DIALECT_RESPONSES] = DIALECT_RESPONSES } },
		{ PROTOCOL_ANTHROPIC, "https://a", {
		    [DIALECT_ANTHROPIC] = DIALECT_ANTHROPIC,
		    [DIALECT_CHAT] = DIALECT_ANTHROPIC,
		    [DIALECT_RESPONSES] = DIALECT_ANTHROPIC } },
		{ PROTOCOL_RESPONSES, "https://a", {
		    [DIALECT_ANTHROPIC] = DIALECT_RESPONSES,
		    [DIALECT_CHAT] = DIALECT_RESPONSES,
		    [DIALECT_RESPONSES] = DIALECT_RESPONSES } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (enum dialect d = DIALECT_ANTHROPIC; d < DIALECTS; d++) {
			struct provider p = { .protocol = cases[i].protocol,
			    .base_url = (char *)cases[i].base_url };

			cr_expect_eq(provider_dialect(&p, d),
			    cases[i].dialects[d], "%zu", i);
			cr_expect_eq(provider_speaks(&p, d),
			    cases[i].dialects[d] == d);
			cr_expect(provider_speaks(&p, DIALECT_NONE));
		}
}
