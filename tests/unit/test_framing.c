/* SPDX-License-Identifier: ISC */
/* An answer becomes frames that the proxy can read, or is cut with a reason. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/frame.h"
#include "egress/framing.h"
#include "egress/outlet.h"

#define KEY "sk-test-0123456789"

static struct outlet outlet;
static struct framing answer;
static const struct err fine;

static void
begin(const char *key)
{
	struct err err;

	outlet = (struct outlet) { .fd = -1 };
	answer = (struct framing) { .outlet = &outlet };
	if (key != NULL)
		answer.guard = echo_guard_new((const uint8_t *)key,
		    strlen(key), &err);
}

static void
end(void)
{
	echo_guard_free(answer.guard);
	framing_reset(&answer);
	outlet_reset(&outlet);
}

static bool
line(const char *text)
{
	return framing_take_line(&answer, text, strlen(text));
}

static bool
bytes(const char *text)
{
	return framing_take_bytes(&answer, text, strlen(text));
}

/* What the proxy makes of the outlet: "H200 D... E" or "H200 X<code>". */
static const char *
seen(void)
{
	static char text[262144];
	struct frame_reader reader = { 0 };
	size_t at = 0, len = 0;

	text[0] = '\0';
	while (at < outlet.end) {
		struct frame f;
		struct err err;
		size_t used;

		cr_assert_eq(frame_read(&reader, outlet.bytes + at,
		    outlet.end - at, &f, &used, &err), FRAME_GOT);
		at += used;
		if (f.type == FRAME_HEAD)
			len += (size_t)sprintf(text + len, "H%u", f.status);
		else if (f.type == FRAME_DATA)
			len += (size_t)sprintf(text + len, " %.*s",
			    (int)f.len, (const char *)f.payload);
		else if (f.type == FRAME_END)
			len += (size_t)sprintf(text + len, " END");
		else
			len += (size_t)sprintf(text + len, " %s/%u",
			    err_name(f.code), f.flags);
	}
	return text;
}

static enum err_code
finish(const struct err *err, uint32_t flags)
{
	enum err_code code;

	framing_finish(&answer, err, flags, &code);
	return code;
}

Test(framing, makes_a_head_data_and_an_end)
{
	begin(KEY);
	cr_assert(line("HTTP/1.1 200 OK\r\n") && line("a: b\r\n") &&
	    line("\r\n"));
	cr_assert(bytes("hello") && bytes("world"));
	cr_expect_eq(finish(&fine, 0), ERR_NONE);
	cr_expect_str_eq(seen(), "H200 hello world END");
	cr_expect_eq(answer.n_received, 10);
	end();
}

Test(framing, gives_the_beginning_of_a_key_at_the_end_of_the_answer)
{
	begin(KEY);
	cr_assert(line("HTTP/1.1 200 OK\r\n") && line("\r\n"));
	cr_assert(bytes("my sk-te"));
	cr_expect_str_eq(seen(), "H200 my ");
	cr_expect_eq(finish(&fine, 0), ERR_NONE);
	cr_expect_str_eq(seen(), "H200 my  sk-te END");
	end();
}

Test(framing, cuts_an_answer_that_contains_the_key)
{
	begin(KEY);
	cr_assert(line("HTTP/1.1 401 No\r\n") && line("\r\n"));
	cr_assert(bytes("bad key sk-test-01234"));
	cr_expect_not(bytes("56789, sorry"));
	cr_expect_eq(finish(&fine, 0), ERR_UPSTREAM_REFLECTED_KEY);
	cr_expect_str_eq(seen(), "H401 bad key  upstream_reflected_key/0");
	end();
}

Test(framing, cuts_an_answer_whose_head_contains_the_key)
{
	begin(KEY);
	cr_assert(line("HTTP/1.1 200 OK\r\n"));
	cr_expect_not(line("x-debug: Bearer " KEY "\r\n"));
	finish(&fine, 0);
	cr_expect_str_eq(seen(), " upstream_reflected_key/0");
	end();
}

Test(framing, cuts_an_answer_whose_reason_contains_the_key)
{
	begin(KEY);
	cr_expect_not(line("HTTP/1.1 401 " KEY "\r\n"));
	end();
}

Test(framing, lets_everything_pass_when_there_is_no_key)
{
	begin(NULL);
	cr_assert(line("HTTP/1.1 200 OK\r\n") && line("\r\n") && bytes(KEY));
	finish(&fine, 0);
	cr_expect_str_eq(seen(), "H200 " KEY " END");
	end();
}

Test(framing, tells_a_failure_before_and_after_the_head)
{
	struct err err;

	err_set(&err, ERR_UPSTREAM_TLS, "a.example");
	begin(KEY);
	cr_expect_eq(finish(&err, FRAME_BEFORE_ANY_BYTE), ERR_UPSTREAM_TLS);
	cr_expect_str_eq(seen(), " upstream_tls/1");
	end();
	err_set(&err, ERR_UPSTREAM_BROKEN, "cut");
	begin(KEY);
	cr_assert(line("HTTP/1.1 200 OK\r\n") && line("\r\n") && bytes("x"));
	finish(&err, 0);
	cr_expect_str_eq(seen(), "H200 x upstream_broken/0");
	end();
}

Test(framing, is_broken_without_a_head)
{
	begin(KEY);
	cr_expect_eq(finish(&fine, 0), ERR_UPSTREAM_BROKEN);
	end();
	begin(KEY);
	cr_expect_not(bytes("x"));
	end();
}

Test(framing, takes_pieces_larger_than_a_frame)
{
	size_t len = 200000;
	char *text = malloc(len + 1);

	memset(text, 'x', len);
	text[len] = '\0';
	begin(KEY);
	cr_assert(line("HTTP/1.1 200 OK\r\n") && line("\r\n") && bytes(text));
	finish(&fine, 0);
	cr_expect_eq(answer.n_received, len);
	cr_expect_gt(strlen(seen()), len);
	free(text);
	end();
}
