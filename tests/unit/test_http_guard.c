/* SPDX-License-Identifier: ISC */
/* What the proxy lets near evhttp, from clients that may be hostile. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/http_guard.h"

#define HOST "Host: 127.0.0.1:51168\r\n"

static const struct guard_rules rules = {
	.max_head_len = 1024,
	.n_headers_max = 8,
	.max_body_len = 1000,
	.allow_origin = "http://a.example http://b.example",
	.port = 51168,
};

static enum err_code
check(const char *text, size_t len, struct guard_head *head)
{
	struct err err = { .code = ERR_NONE };

	return guard_check(&rules, text, len, head, &err) ? ERR_NONE
	    : err.code;
}

/* A lawful request with these lines added to its head. */
static enum err_code
check_lines(const char *lines, struct guard_head *head)
{
	char text[4096];
	int n = snprintf(text, sizeof text, "POST /v1/responses HTTP/1.1\r\n"
	    HOST "%s\r\n", lines);

	return check(text, (size_t)n, head);
}

static enum err_code
check_first_line(const char *line)
{
	struct guard_head head;
	char text[4096];
	int n = snprintf(text, sizeof text, "%s\r\n" HOST "\r\n", line);

	return check(text, (size_t)n, &head);
}

Test(http_guard, lets_a_lawful_head_pass_and_tells_its_framing)
{
	struct guard_head head;

	cr_expect_eq(check_lines("Content-Length: 999\r\n", &head), ERR_NONE);
	cr_expect_eq(head.body_len, 999);
	cr_expect_not(head.is_chunked);
	cr_expect_eq(check_lines("Transfer-Encoding: Chunked\r\n", &head),
	    ERR_NONE);
	cr_expect(head.is_chunked);
	cr_expect_eq(check_lines("X-Tab:\ta b \r\nexpect: 100-continue\r\n",
	    &head), ERR_NONE);
	cr_expect_eq(head.body_len, 0);
}

Test(http_guard, refuses_first_lines_that_two_readers_could_read_in_two_ways)
{
	static const struct {
		const char *line;
		enum err_code code;
	} cases[] = {
		{ "GET /v1/models HTTP/1.0", ERR_NONE },
		{ "GET  /v1/models HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET /v1/models  HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET /v1/models HTTP/1.1 ", ERR_INVALID_REQUEST },
		{ " GET /v1/models HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET /v1/models", ERR_INVALID_REQUEST },
		{ "", ERR_INVALID_REQUEST },
		{ "GET /v1/models HTTP/1.2", ERR_INVALID_REQUEST },
		{ "GET /v1/models HTTP/2.0", ERR_INVALID_REQUEST },
		{ "GET /v1/models http/1.1", ERR_INVALID_REQUEST },
		{ "GET /v1/models HTTP/1.10", ERR_INVALID_REQUEST },
		{ "GET http://127.0.0.1/ HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET v1/models HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET //v1/models HTTP/1.1", ERR_INVALID_REQUEST },
		{ "OPTIONS * HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET /a#b HTTP/1.1", ERR_INVALID_REQUEST },
		{ "GET /\xc3\xa4 HTTP/1.1", ERR_INVALID_REQUEST },
		{ "get / HTTP/1.1", ERR_METHOD_NOT_ALLOWED },
		{ "CONNECT a:1 HTTP/1.1", ERR_METHOD_NOT_ALLOWED },
		{ "TRACE / HTTP/1.1", ERR_METHOD_NOT_ALLOWED },
		{ "BREW / HTTP/1.1", ERR_METHOD_NOT_ALLOWED },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(check_first_line(cases[i].line), cases[i].code,
		    "%s", cases[i].line);
}

Test(http_guard, refuses_headers_that_two_readers_could_read_in_two_ways)
{
	static const struct {
		const char *lines;
		enum err_code code;
	} cases[] = {
		{ "Content-Length: 1\r\nContent-Length: 1\r\n",
		    ERR_INVALID_REQUEST },
		{ "Content-Length: 1, 1\r\n", ERR_INVALID_REQUEST },
		{ "Content-Length: -1\r\n", ERR_INVALID_REQUEST },
		{ "Content-Length: +1\r\n", ERR_INVALID_REQUEST },
		{ "Content-Length: 0x1\r\n", ERR_INVALID_REQUEST },
		{ "Content-Length:\r\n", ERR_INVALID_REQUEST },
		{ "Content-Length: 18446744073709551617\r\n",
		    ERR_INVALID_REQUEST },
		{ "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
		    ERR_INVALID_REQUEST },
		{ "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
		    "\r\n", ERR_INVALID_REQUEST },
		{ "Transfer-Encoding: gzip, chunked\r\n", ERR_INVALID_REQUEST },
		{ "Transfer-Encoding: identity\r\n", ERR_INVALID_REQUEST },
		{ "Expect: something\r\n", ERR_INVALID_REQUEST },
		{ "Name : value\r\n", ERR_INVALID_REQUEST },
		{ "No-Colon\r\n", ERR_INVALID_REQUEST },
		{ ": value\r\n", ERR_INVALID_REQUEST },
		{ "A: b\r\n folded\r\n", ERR_INVALID_REQUEST },
		{ "A: b\n", ERR_INVALID_REQUEST },
		{ "A: b\rc\r\n", ERR_INVALID_REQUEST },
		{ "A: \x01\r\n", ERR_INVALID_REQUEST },
		{ HOST, ERR_INVALID_REQUEST },
		{ "Content-Length: 1001\r\n", ERR_REQUEST_TOO_LARGE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct guard_head head;

		cr_expect_eq(check_lines(cases[i].lines, &head),
		    cases[i].code, "%s", cases[i].lines);
	}
}

Test(http_guard, refuses_a_nul_wherever_it_stands)
{
	static const char lawful[] = "POST /v1/messages HTTP/1.1\r\n" HOST
	    "A: b\r\n\r\n";
	struct guard_head head;

	for (size_t i = 0; i + 4 < sizeof lawful; i++) {
		char text[sizeof lawful];

		memcpy(text, lawful, sizeof lawful);
		text[i] = '\0';
		cr_expect_neq(check(text, sizeof lawful - 1, &head), ERR_NONE,
		    "byte %zu", i);
	}
}

Test(http_guard, takes_the_names_of_this_machine_with_our_port_and_no_others)
{
	static const struct {
		const char *host;
		bool is_ours;
	} cases[] = {
		{ "127.0.0.1:51168", true }, { "[::1]:51168", true },
		{ "localhost:51168", true }, { "LocalHost:51168", true },
		{ "localhost", false }, { "localhost:51169", false },
		{ "localhost.:51168", false }, { "127.0.0.2:51168", false },
		{ "evil.example:51168", false }, { "[::2]:51168", false },
		{ "127.0.0.1:51168, a", false }, { "", false },
		{ "127.0.0.1.evil.example:51168", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct guard_head head;
		char text[256];
		int n = snprintf(text, sizeof text,
		    "GET /health HTTP/1.1\r\nHost: %s\r\n\r\n", cases[i].host);

		cr_expect_eq(check(text, (size_t)n, &head), cases[i].is_ours ?
		    ERR_NONE : ERR_FOREIGN_ORIGIN, "%s", cases[i].host);
	}
}

Test(http_guard, refuses_a_request_without_a_host)
{
	static const char text[] = "GET /health HTTP/1.1\r\n\r\n";
	struct guard_head head;

	cr_expect_eq(check(text, sizeof text - 1, &head), ERR_INVALID_REQUEST);
}

Test(http_guard, refuses_web_pages_but_those_that_the_settings_allow)
{
	struct guard_head head;

	cr_expect_eq(check_lines("Origin: http://evil.example\r\n", &head),
	    ERR_FOREIGN_ORIGIN);
	cr_expect_eq(check_lines("Origin: null\r\n", &head),
	    ERR_FOREIGN_ORIGIN);
	cr_expect_eq(check_lines("Origin: http://a.example.evil\r\n", &head),
	    ERR_FOREIGN_ORIGIN);
	cr_expect_eq(check_lines("Origin: http://b.example\r\n", &head),
	    ERR_NONE);
	cr_expect_eq(check_lines("Sec-Fetch-Site: cross-site\r\n", &head),
	    ERR_FOREIGN_ORIGIN);
	cr_expect_eq(check_lines("Sec-Fetch-Site: none\r\n", &head),
	    ERR_NONE);
	cr_expect_eq(check_lines("Sec-Fetch-Site: cross-site\r\n"
	    "Origin: http://a.example\r\n", &head), ERR_NONE);
}

Test(http_guard, refuses_a_body_where_evhttp_reads_none)
{
	static const char text[] = "HEAD /health HTTP/1.1\r\n" HOST
	    "Content-Length: 2\r\n\r\n";
	struct guard_head head;

	cr_expect_eq(check(text, sizeof text - 1, &head), ERR_INVALID_REQUEST);
}

Test(http_guard, limits_the_head_and_the_number_of_its_lines)
{
	char lines[2048] = "";
	struct guard_head head;

	for (int i = 0; i < 7; i++)
		strcat(lines, "A: b\r\n");
	cr_expect_eq(check_lines(lines, &head), ERR_NONE);
	strcat(lines, "A: b\r\n");
	cr_expect_eq(check_lines(lines, &head), ERR_HEAD_TOO_LARGE);

	memset(lines, 'a', 1100);
	memcpy(lines, "A: ", 3);
	strcpy(lines + 1100, "\r\n");
	cr_expect_eq(check_lines(lines, &head), ERR_HEAD_TOO_LARGE);
}

Test(http_guard, knows_the_dialect_of_an_error_from_path_and_headers)
{
	static const char messages[] = "POST /v1/messages?beta=true HTTP/1.1";
	struct guard_head head;

	check_first_line(messages);
	cr_expect_eq(guard_dialect(messages, sizeof messages - 1),
	    DIALECT_ANTHROPIC);
	cr_expect_eq(guard_dialect("GET /", 5), DIALECT_CHAT);
	cr_expect_eq(guard_dialect("", 0), DIALECT_CHAT);
	check_lines("anthropic-version: 2023-06-01\r\nContent-Length: x\r\n",
	    &head);
	cr_expect_eq(head.dialect, DIALECT_ANTHROPIC);
}

/* Where the head ends when its bytes come in such pieces; 0: nowhere. */
static size_t
find_in_pieces(const char *text, size_t len, size_t piece)
{
	size_t line_len = 0;

	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		size_t end = guard_find_end(&line_len, text + at, n);

		if (end > 0)
			return at + end;
	}
	return 0;
}

Test(http_guard, finds_the_end_of_a_head_however_it_is_cut)
{
	static const struct {
		const char *text;
		size_t end;
	} cases[] = {
		{ "GET / HTTP/1.1\r\nA: b\r\n\r\nbody\r\n\r\n", 24 },
		{ "GET / HTTP/1.1\nA: b\n\nbody", 21 },
		{ "\r\nGET", 2 }, { "\n", 1 },
		{ "GET / HTTP/1.1\r\nA: b\r\n", 0 },
		{ "GET / HTTP/1.1\r\n\r", 0 },
		{ "GET / HTTP/1.1\r\n\r\r\nA: b\r\n\r\n", 27 },
		{ "GET / HTTP/1.1\r\n\rA: b\r\n\r\n", 25 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t piece = 1; piece < 40; piece++)
			cr_expect_eq(find_in_pieces(cases[i].text,
			    strlen(cases[i].text), piece), cases[i].end,
			    "%zu in pieces of %zu", i, piece);
}
