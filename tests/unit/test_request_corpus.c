/* SPDX-License-Identifier: ISC */
/* Requests of one dialect in another: each folder of tests/dialect/requests. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "proxy/dialect/losses.h"
#include "tests/unit/request_case.h"

static const char *
corpus(void)
{
	static char path[512];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof path, "%s/tests/dialect/requests",
	    srcdir != NULL ? srcdir : ".");
	return path;
}

static void
expect_body(const char *name, const char *wanted, const char *got)
{
	struct json_object *w = json_tokener_parse(wanted);
	struct json_object *g = json_tokener_parse(got);

	cr_assert_not_null(w, "%s: out.json", name);
	/* The order counts, too: prompt caches see it. */
	cr_expect_str_eq(json_object_to_json_string_ext(g, 0),
	    json_object_to_json_string_ext(w, 0), "%s", name);
	json_object_put(w);
	json_object_put(g);
}

static void
run(const char *name)
{
	struct dialect_request_result result;
	char folder[1024], lossy[4096];
	struct request_case c;
	struct err err = { 0 };
	bool ok;

	snprintf(folder, sizeof folder, "%s/%s", corpus(), name);
	cr_assert(request_case_load(&c, folder), "%s", name);
	ok = dialect_translate_request(&c.o, c.in, strlen(c.in), &result,
	    &err);
	losses_format(result.losses, lossy, sizeof lossy);
	cr_expect_eq(ok, c.error == NULL, "%s: %s", name, err.about);
	if (ok && c.out != NULL) {
		expect_body(name, c.out, result.body);
		cr_expect_str_eq(lossy, c.lossy != NULL ? c.lossy : "", "%s",
		    name);
	} else if (c.error != NULL) {
		cr_expect_str_eq(err.about, c.error, "%s", name);
		cr_expect_eq(err.code, ERR_INVALID_REQUEST, "%s", name);
		cr_expect_null(result.body, "%s", name);
	}
	dialect_request_free(&result);
	request_case_free(&c);
}

Test(request_corpus, each_case_comes_out_as_it_should)
{
	DIR *dir = opendir(corpus());
	struct err err;
	int n = 0;

	cr_assert(digest_open(&err));
	cr_assert_not_null(dir, "%s", corpus());
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		if (e->d_name[0] != '.') {
			run(e->d_name);
			n++;
		}
	closedir(dir);
	cr_expect_geq(n, 50, "only %d cases", n);
}

Test(request_corpus, a_request_cut_anywhere_is_refused)
{
	static const char text[] = "{\"model\":\"m\",\"max_tokens\":5,"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"\303\244\"}]}";
	const struct dialect_request_options o = { .from = DIALECT_ANTHROPIC,
		.to = DIALECT_CHAT, .key = (const uint8_t *)CASE_KEY,
		.key_len = sizeof CASE_KEY - 1 };
	struct dialect_request_result result;
	struct err err;

	cr_assert(digest_open(&err));
	for (size_t len = 0; len < sizeof text - 1; len++) {
		cr_expect_not(dialect_translate_request(&o, text, len, &result,
		    &err), "%zu", len);
		cr_expect_eq(err.code, ERR_INVALID_REQUEST);
		dialect_request_free(&result);
	}
	cr_expect(dialect_translate_request(&o, text, sizeof text - 1, &result,
	    &err));
	dialect_request_free(&result);
}

/* What the answer side has to know. */
Test(request_corpus, the_result_says_what_the_client_asked)
{
	static const char text[] = "{\"model\":\"mine\",\"stream\":true,"
	    "\"stream_options\":{\"include_usage\":true},\"stop\":[\"END\"],"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
	const struct dialect_request_options o = { .from = DIALECT_CHAT,
		.to = DIALECT_RESPONSES, .model = "gpt-5.5",
		.key = (const uint8_t *)CASE_KEY,
		.key_len = sizeof CASE_KEY - 1 };
	struct dialect_request_result result;
	struct err err;

	cr_assert(digest_open(&err));
	cr_assert(dialect_translate_request(&o, text, sizeof text - 1, &result,
	    &err));
	cr_expect(result.is_stream && result.wants_usage);
	cr_expect_str_eq(result.client_model, "mine");
	cr_expect_str_eq(result.model, "gpt-5.5");
	cr_expect_eq(result.n_stops, 1);
	cr_expect_str_eq(result.stops[0], "END");
	cr_expect_eq(result.to, DIALECT_RESPONSES);
	dialect_request_free(&result);
}
