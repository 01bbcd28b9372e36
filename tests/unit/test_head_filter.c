/* SPDX-License-Identifier: ISC */
/* What of an answer's head reaches the proxy, whatever the upstream sends. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "egress/head_filter.h"

static struct head_filter head;
static struct err fault;

/* The lines, each with its line end; false when the answer was refused. */
static bool
reads(const char *const *lines)
{
	head_filter_reset(&head);
	fault = (struct err) { 0 };
	for (; *lines != NULL; lines++)
		if (!head_filter_read(&head, *lines, strlen(*lines), &fault)) {
			cr_expect_eq(fault.code, ERR_UPSTREAM_BROKEN);
			return false;
		}
	return true;
}

#define READS(...) reads((const char *const []) { __VA_ARGS__, NULL })
#define OK "HTTP/1.1 200 OK\r\n"

static void
expect_text(const char *text)
{
	cr_expect(head.is_complete);
	cr_expect_eq(head.len, strlen(text));
	cr_expect_eq(memcmp(head.text != NULL ? head.text : "", text,
	    head.len < strlen(text) ? head.len : strlen(text)), 0, "%.*s",
	    (int)head.len, head.text);
	head_filter_reset(&head);
}

Test(head_filter, passes_names_in_lower_case_and_trims_values)
{
	cr_assert(READS(OK, "Content-Type: text/plain\r\n", "X-A:b \t\r\n",
	    "x-c:\td\n", "Content-Length: 5\r\n", "x-empty:\r\n", "\r\n"));
	cr_expect_eq(head.status, 200);
	expect_text("content-type: text/plain\nx-a: b\nx-c: d\n"
	    "content-length: 5\nx-empty: \n");
}

Test(head_filter, leaves_out_what_sets_state_or_leads_elsewhere)
{
	cr_assert(READS("HTTP/1.1 302 Found\r\n", "Location: http://evil/\r\n",
	    "Set-Cookie: a\r\n", "Set-Cookie2: a\r\n", "Alt-Svc: h3\r\n",
	    "Refresh: 0;url=x\r\n", "Strict-Transport-Security: x\r\n",
	    "Access-Control-Allow-Origin: *\r\n", "\r\n"));
	expect_text("");
}

Test(head_filter, leaves_out_what_is_meant_for_one_hop)
{
	cr_assert(READS(OK, "Connection: close\r\n", "Keep-Alive: x\r\n",
	    "Transfer-Encoding: chunked\r\n", "Upgrade: x\r\n", "TE: x\r\n",
	    "Trailer: x\r\n", "Proxy-Authenticate: x\r\n",
	    "Content-Encoding: identity\r\n", "\r\n"));
	expect_text("");
}

Test(head_filter, leaves_out_what_speaks_of_the_key)
{
	cr_assert(READS("HTTP/1.1 401 No\r\n", "WWW-Authenticate: Bearer\r\n",
	    "Authentication-Info: x\r\n", "Authorization: x\r\n",
	    "x-api-key: x\r\n", "\r\n"));
	expect_text("");
}

Test(head_filter, leaves_out_lines_that_are_no_headers)
{
	cr_assert(READS(OK, " folded\r\n", ": x\r\n", "no colon\r\n",
	    "a b: c\r\n", "x: a\001b\r\n", "y: a\177\r\n", "z: 1\r\n", "\r\n"));
	expect_text("z: 1\n");
}

Test(head_filter, refuses_a_coded_answer)
{
	cr_expect_not(READS(OK, "Content-Encoding: gzip\r\n"));
	cr_expect_not(READS(OK, "content-encoding:br\r\n"));
	cr_expect_not(READS(OK, "Transfer-Encoding: gzip, chunked\r\n"));
	head_filter_reset(&head);
}

Test(head_filter, forgets_interim_answers)
{
	cr_assert(READS("HTTP/1.1 103 Early Hints\r\n", "link: x\r\n", "\r\n"));
	cr_expect_not(head.is_complete);
	cr_assert(READS("HTTP/1.1 100 Continue\r\n", "a: b\r\n", "\r\n", OK,
	    "c: d\r\n", "\r\n"));
	cr_expect_eq(head.status, 200);
	expect_text("c: d\n");
}

Test(head_filter, ignores_a_trailer)
{
	cr_assert(READS(OK, "a: b\r\n", "\r\n", "x-late: 1\r\n",
	    "content-encoding: gzip\r\n", "\r\n"));
	expect_text("a: b\n");
}

Test(head_filter, refuses_a_status_that_is_none)
{
	static const char *const lines[] = { "HTTP/1.1 99 x\r\n",
		"HTTP/1.1 600 x\r\n", "HTTP/1.1\r\n", "HTTP/1.1 \r\n",
		"HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 101 Switching\r\n" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		cr_expect_not(READS(lines[i]), "%s", lines[i]);
	head_filter_reset(&head);
}

Test(head_filter, takes_a_status_without_a_reason)
{
	cr_assert(READS("HTTP/1.1 204\r\n", "\r\n"));
	cr_expect_eq(head.status, 204);
	expect_text("");
}

Test(head_filter, refuses_too_many_lines)
{
	int n = 0;

	head_filter_reset(&head);
	cr_assert(head_filter_read(&head, OK, strlen(OK), &fault));
	while (head_filter_read(&head, "a: b\r\n", 6, &fault))
		cr_assert_lt(++n, HEAD_FILTER_LINES_MAX);
	cr_expect_eq(fault.code, ERR_UPSTREAM_BROKEN);
	head_filter_reset(&head);
}

Test(head_filter, refuses_too_many_bytes_even_of_lines_left_out)
{
	char line[2048];
	size_t n = 0;

	memset(line, 'x', sizeof line);
	memcpy(line, "set-cookie: ", 12);
	head_filter_reset(&head);
	while (head_filter_read(&head, line, sizeof line, &fault))
		cr_assert_leq(n += sizeof line, HEAD_FILTER_LEN_MAX);
	cr_expect_eq(fault.code, ERR_UPSTREAM_BROKEN);
	head_filter_reset(&head);
}
