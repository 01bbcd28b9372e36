/* SPDX-License-Identifier: ISC */
/* A model's name in a path: encoded, and never a way to another place. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "common/model_path.h"
#include "common/url.h"

Test(model_path, encodes_whatever_a_name_may_hold)
{
	static const struct { const char *name, *path; } cases[] = {
		{ "gpt-4o_mini~1", "/api/v1/llms/gpt-4o_mini~1" },
		{ "org/name", "/api/v1/llms/org%2Fname" },
		{ "a..b", "/api/v1/llms/a..b" },
		{ "100%", "/api/v1/llms/100%25" },
		{ "a%2fb", "/api/v1/llms/a%252fb" },
		{ "gro\xc3\x9f", "/api/v1/llms/gro%C3%9F" },
		{ "a b?c#d&e:f@g+h", "/api/v1/llms/"
		    "a%20b%3Fc%23d%26e%3Af%40g%2Bh" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char path[URL_PATH_MAX];
		struct err err;

		cr_assert(model_path_format(path, sizeof path,
		    MODEL_PATH_CHECK, cases[i].name, &err), "%s",
		    cases[i].name);
		cr_expect_str_eq(path, cases[i].path);
		cr_expect(url_path_is_below(path, strlen(path)), "%s", path);
	}
}

Test(model_path, never_sends_a_name_that_could_lead_elsewhere)
{
	static const char *const names[] = { "", ".", "..", "../x", "a/../b",
		"a/.", "/a", "a/", "a//b", "a\\b", "..\\x", "a\nb", "%2e%2e",
		"%2e%2e%2fx", "a%2f..%2fb", "%252e%252e/x", "..;/x", "..%3b/x",
		"a%5cb", "a%00b", "\x7f" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char path[URL_PATH_MAX];
		struct err err;

		cr_expect_not(model_path_format(path, sizeof path,
		    MODEL_PATH_CHECK, names[i], &err), "'%s'", names[i]);
	}
}

Test(model_path, is_the_only_path_with_a_slash_in_disguise)
{
	static const char *const good[] = { "/api/v1/llms/a%2Fb",
		"/api/v1/llms/a%2fb/infer", "/api/v1/llms/a%25b" };
	static const char *const bad[] = { "/v1/models/a%2Fb",
		"/api/v1/llms/..%2Fb", "/api/v1/llms/a%2F..%2F..%2Fx",
		"/api/v1/llms/%2E%2E", "/api/v1/llms/%252e%252e%252fx",
		"/api/v1/llms/a%5Cb", "/api/v1/llms/a%00", "/api/v1/llms/%2F",
		"/x/api/v1/llms/a%2Fb", "/api/v1/llms%2Fa",
		"/api/v1/llms/../x%2Fy" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		cr_expect(url_path_is_below(good[i], strlen(good[i])), "%s",
		    good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(url_path_is_below(bad[i], strlen(bad[i])), "%s",
		    bad[i]);
}

Test(model_path, takes_patterns_that_the_broker_will_allow)
{
	static const char *const bad[] = { "", "/", "/api/v1/llms/{model",
		"/api/v1/llms/x", "/v1/chat/completions", "/v1/{model}/infer",
		"/api/v1/llms/{model}x", "/api/v1/llms/x{model}",
		"/api/v1/llms/{model}/{model}", "/api/v1/llms/{model}/../x",
		"/api/v1/llms/{model}/a b", "{model}" };
	struct err err;

	cr_expect(model_pattern_check("/api/v1/llms/{model}/infer", &err));
	cr_expect(model_pattern_check("/api/v1/llms/a/{model}", &err));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(model_pattern_check(bad[i], &err), "%s", bad[i]);
}

Test(model_path, has_an_end)
{
	char name[URL_PATH_MAX + 1], path[URL_PATH_MAX];
	struct err err;

	memset(name, '/', sizeof name);
	for (size_t i = 0; i < sizeof name; i += 2)
		name[i] = 'a';
	name[URL_PATH_MAX] = '\0';
	cr_expect_not(model_path_format(path, sizeof path, MODEL_PATH_CHECK,
	    name, &err));
	name[199] = '\0';
	cr_expect(model_path_format(path, sizeof path, MODEL_PATH_CHECK, name,
	    &err));
}
