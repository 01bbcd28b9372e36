/* SPDX-License-Identifier: ISC */
/* What of a request goes upstream, whatever the proxy was made to say. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "egress/request_head.h"

/* The lines that remain, joined by "|"; NULL when they were refused. */
static const char *
kept(const char *lines, const char *own)
{
	static char text[8192], joined[8192];
	static struct curl_slist rest = { (char *)"the rest", NULL };
	struct request_head head = { 0 };
	struct err err = { 0 };

	snprintf(text, sizeof text, "%s", lines);
	joined[0] = '\0';
	if (!request_head_read(&head, text, strlen(lines), own, &err)) {
		cr_expect_eq(err.code, ERR_INVALID_REQUEST);
		request_head_free(&head);
		return NULL;
	}
	for (const struct curl_slist *l = request_head_link(&head, &rest);
	    l != &rest; l = l->next) {
		cr_assert_not_null(l);
		strcat(joined, l->data);
		strcat(joined, "|");
	}
	request_head_free(&head);
	return joined;
}

static bool
has_method(const char *method)
{
	char bytes[8] = "";
	struct err err;

	memcpy(bytes, method, strnlen(method, 8));
	return request_head_check_method(bytes, &err);
}

static bool
has_path(const char *path)
{
	struct err err = { 0 };
	bool ok = request_head_check_path(path, strlen(path), &err);

	cr_expect(ok || err.code == ERR_NOT_PERMITTED, "%s", path);
	return ok;
}

Test(request_head, passes_what_is_between_agent_and_provider)
{
	cr_expect_str_eq(kept("content-type: application/json\n"
	    "anthropic-version: 2023-06-01\nX-Odd: a; b=\"c\"\n", ""),
	    "content-type: application/json|anthropic-version: 2023-06-01|"
	    "X-Odd: a; b=\"c\"|");
	cr_expect_str_eq(kept("", ""), "");
}

Test(request_head, leaves_out_every_header_that_could_be_a_key)
{
	cr_expect_str_eq(kept("authorization: Bearer x\nX-Api-Key: x\n"
	    "API-KEY: x\nx-goog-api-key: x\ncookie: x\nproxy-authorization: x\n"
	    "Proxy-Anything: x\na: b\n", ""), "a: b|");
}

Test(request_head, leaves_out_the_header_of_the_credential)
{
	cr_expect_str_eq(kept("x-secret: mine\nx-secrets: b\n", "x-secret"),
	    "x-secrets: b|");
	cr_expect_str_eq(kept("X-SECRET: mine\n", "x-secret"), "");
}

Test(request_head, leaves_out_what_frames_a_request)
{
	cr_expect_str_eq(kept("host: evil\ncontent-length: 5\n"
	    "transfer-encoding: chunked\nconnection: close\nkeep-alive: 1\n"
	    "te: x\ntrailer: x\nupgrade: h2c\nexpect: 100-continue\n"
	    "accept-encoding: gzip\nhttp2-settings: x\n", ""), "");
}

Test(request_head, leaves_out_where_it_comes_from)
{
	cr_expect_str_eq(kept("forwarded: for=1\nx-forwarded-for: 1\n"
	    "x-forwarded-host: h\nx-real-ip: 1\nvia: x\n", ""), "");
}

Test(request_head, leaves_out_a_header_without_a_value)
{
	cr_expect_str_eq(kept("a: \nb: c\n", ""), "b: c|");
}

Test(request_head, refuses_lines_that_could_be_two)
{
	static const char *const lines[] = { "a: b\rc\n", "a: b", "a b: c\n",
		"a:b\n", ": b\n", "a: b\n\nc: d\n", "a: \001\n",
		"a: \303\244\n",
		"a\n", "a: b\n c\n", "a: \tb\n" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		cr_expect_null(kept(lines[i], ""), "line %zu", i);
}

Test(request_head, knows_whether_there_is_a_content_type)
{
	struct request_head head = { 0 };
	struct err err;
	char with[] = "Content-Type: a/b\n", without[] = "content-types: a\n";

	cr_assert(request_head_read(&head, with, strlen(with), "", &err));
	cr_expect(head.has_content_type);
	cr_assert(request_head_read(&head, without, strlen(without), "", &err));
	cr_expect_not(head.has_content_type);
	request_head_free(&head);
}

Test(request_head, takes_many_lines)
{
	char lines[4096] = "", expected[4096] = "";

	for (int i = 0; i < 300; i++) {
		strcat(lines, "a: b\n");
		strcat(expected, "a: b|");
	}
	cr_expect_str_eq(kept(lines, ""), expected);
}

Test(request_head, takes_methods_of_capital_letters_alone)
{
	cr_expect(has_method("GET"));
	cr_expect(has_method("POST"));
	cr_expect(has_method("OPTIONS"));
	cr_expect_not(has_method(""));
	cr_expect_not(has_method("get"));
	cr_expect_not(has_method("POST "));
	cr_expect_not(has_method("A\r\nB"));
	cr_expect_not(has_method("TOOLONGX"));
	cr_expect_not(has_method("CONNECT"));
	cr_expect_not(has_method("TRACE"));
}

Test(request_head, takes_no_method_with_something_behind_it)
{
	char bytes[8] = { 'G', 'E', 'T', 0, 'X' };
	struct err err;

	cr_expect_not(request_head_check_method(bytes, &err));
}

Test(request_head, refuses_paths_that_leave_the_base)
{
	cr_expect(has_path("/messages"));
	cr_expect(has_path("/messages?beta=true"));
	cr_expect_not(has_path("messages"));
	cr_expect_not(has_path("/../x"));
	cr_expect_not(has_path("/a/%2e%2e/x"));
	cr_expect_not(has_path("//evil"));
	cr_expect_not(has_path("/a b"));
}

Test(request_head, refuses_keys_in_the_query)
{
	static const char *const queries[] = { "?key=x", "?a=b&key=x",
		"?KEY=x", "?api_key=x", "?a;api-key=x", "?apikey", "?key",
		"?access_token=1", "?%6bey=x", "?a=b&k%65y=x" };

	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		char path[64];

		snprintf(path, sizeof path, "/models%s", queries[i]);
		cr_expect_not(has_path(path), "%s", path);
	}
	cr_expect(has_path("/models?keys=1&page_token=key&monkey=key%20"));
	cr_expect(has_path("/models?"));
	cr_expect(has_path("/models?&&"));
}
