/* SPDX-License-Identifier: ISC */
/* A stream of events on its way to the agent. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "proxy/event_stream.h"

#define EVENT_MAX (1 << 17)	/* bytes */

struct client {
	char got[1 << 18];
	size_t len;
};

static void
pass(void *arg, const uint8_t *bytes, size_t len)
{
	struct client *c = arg;

	cr_assert_lt(c->len + len, sizeof c->got);
	memcpy(c->got + c->len, bytes, len);
	c->len += len;
	c->got[c->len] = '\0';
}

static void
feed(struct event_stream *s, const char *text, size_t piece,
    struct client *c)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += piece)
		event_stream_feed(s, (const uint8_t *)text + at,
		    len - at < piece ? len - at : piece, pass, c);
}

#define CHAT								\
	"data: {\"choices\":[{\"delta\":{}}],\"usage\":null}\n\n"
#define CHAT_FINISH							\
	"data: {\"choices\":[{\"index\":0,\"delta\":{},"			\
	"\"finish_reason\":\"stop\"}]}\n\n"
#define CHAT_USAGE							\
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,"		\
	"\"completion_tokens\":4}}\n\n"
#define DONE "data: [DONE]\n\n"

static const char *const streams[] = {
	"event: a\ndata: {}\n\n: comment\n\ndata: x\ndata: y\n\n",
	"event: a\r\ndata: {}\r\n\r\ndata: x\r\n\r\n",
	"event: a\rdata: {}\r\rdata: x\r\r",
	"data:x\n\n\n\n\ndata: y\n\n", CHAT CHAT_USAGE DONE,
	"data: no end", "", "\n", "\r\n\r\n",
};

Test(event_stream, changes_nothing_however_the_stream_is_cut)
{
	static struct client c;

	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
		for (size_t piece = 1; piece < 50; piece++) {
			struct event_stream s;
			struct usage u = { .input = 0 };

			c = (struct client) { .len = 0 };
			event_stream_init(&s, USAGE_PASSED, &u, EVENT_MAX);
			feed(&s, streams[i], piece, &c);
			event_stream_finish(&s, pass, &c);
			event_stream_close(&s);
			cr_expect_str_eq(c.got, streams[i], "%zu by %zu", i,
			    piece);
		}
}

Test(event_stream, passes_whole_events_only)
{
	static const char *const ends[] = { "\n\n", "\r\n\r\n", "\r\r" };
	static struct client c;

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct event_stream s;
		struct usage u = { .input = 0 };

		c = (struct client) { .len = 0 };
		event_stream_init(&s, USAGE_PASSED, &u, EVENT_MAX);
		feed(&s, "data: {\"half\":", 3, &c);
		cr_expect_eq(c.len, 0);
		cr_expect(event_stream_is_between(&s));
		feed(&s, "1}", 1, &c);
		feed(&s, ends[i], 1, &c);
		cr_expect_geq(c.len, strlen("data: {\"half\":1}") + 2);
		feed(&s, "data: next", 1, &c);
		cr_expect_null(strstr(c.got, "next"));
		event_stream_close(&s);
	}
}

Test(event_stream, withholds_the_usage_chunk_that_nobody_asked_for)
{
	static struct client c;

	for (size_t piece = 1; piece < 200; piece++) {
		struct event_stream s;
		struct usage u = { .input = 0 };

		c = (struct client) { .len = 0 };
		event_stream_init(&s, USAGE_WITHHELD, &u, EVENT_MAX);
		feed(&s, CHAT CHAT_USAGE DONE, piece, &c);
		event_stream_finish(&s, pass, &c);
		event_stream_close(&s);
		cr_expect_str_eq(c.got, CHAT DONE, "by %zu", piece);
		cr_expect_eq(u.input, 3);
		cr_expect_eq(u.output, 4);
	}
}

Test(event_stream, reads_usage_over_several_data_lines)
{
	static struct client c;
	struct event_stream s;
	struct usage u = { .input = 0 };

	event_stream_init(&s, USAGE_PASSED, &u, EVENT_MAX);
	feed(&s, "data: {\"usage\":\ndata: {\"input_tokens\":\ndata:5}}\n\n", 2,
	    &c);
	event_stream_close(&s);
	cr_expect_eq(u.input, 5);
}

Test(event_stream, lets_an_event_go_that_is_too_long_to_be_held)
{
	static struct client c;
	struct event_stream s;
	struct usage u = { .input = 0 };
	char *text = malloc(EVENT_HELD_MAX + 1000);

	c = (struct client) { .len = 0 };
	memset(text, 'x', EVENT_HELD_MAX + 100);
	memcpy(text, "data: {\"a\":\"", 12);
	strcpy(text + EVENT_HELD_MAX + 100, "\",\"usage\":{\"output_tokens\":"
	    "6}}\n\ndata: y\n\ndata: z");
	event_stream_init(&s, USAGE_WITHHELD, &u, EVENT_MAX);
	feed(&s, text, 1000, &c);
	cr_expect_eq(c.len, strlen(text) - strlen("data: z"));
	cr_expect_eq(u.output, 6);
	cr_expect(event_stream_is_between(&s));
	event_stream_close(&s);
	free(text);
}

static uint64_t
content_of(const char *text, size_t piece)
{
	static struct client c;
	struct event_stream s;
	struct usage u = { .input = 0 };
	uint64_t n;

	c = (struct client) { .len = 0 };
	event_stream_init(&s, USAGE_PASSED, &u, EVENT_MAX);
	feed(&s, text, piece, &c);
	n = s.n_content;
	event_stream_close(&s);
	return n;
}

Test(event_stream, takes_no_sign_of_life_for_content)
{
	static const struct {
		const char *text;
		uint64_t n_content;
	} rows[] = {
		{ ": comment\n\n: another\n", 0 },
		{ "event: ping\ndata: {\"type\": \"ping\"}\n\n", 0 },
		{ "data: {\"type\":\"ping\"}\n\n", 0 },
		{ "event:keepalive\r\ndata:{}\r\n\r\n", 0 },
		{ "data: { \"type\" : \"response.in_progress\"}\n\n", 0 },
		{ "event: ping\n\nevent: ping\n\n", 0 },
		{ "data: {\"type\":\"pingpong\"}\n\n", 1 },
		{ "data: {\"x\":\"ping\"}\n\n", 1 },
		{ CHAT DONE, 2 },
		{ "event: ping\ndata: {}\n\nevent: a\ndata: {}\n\n", 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t piece = 1; piece < 80; piece += 3)
			cr_expect_eq(content_of(rows[i].text, piece),
			    rows[i].n_content, "%s by %zu", rows[i].text,
			    piece);
}

Test(event_stream, takes_the_growth_of_a_long_event_for_content)
{
	char *text = malloc(EVENT_HELD_MAX + 100);

	cr_assert_not_null(text);
	strcpy(text, "data: ");
	memset(text + 6, 'x', EVENT_HELD_MAX + 50);
	text[EVENT_HELD_MAX + 56] = '\0';
	cr_expect_gt(content_of(text, 4096), 0);
	free(text);
}

Test(event_stream, has_enough_of_an_event_that_is_too_long)
{
	static struct client c;
	static uint8_t some[1000];
	struct event_stream s;
	struct usage u = { .input = 0 };
	size_t n = 0;

	memset(some, 'x', sizeof some);
	event_stream_init(&s, USAGE_PASSED, &u, EVENT_MAX);
	while (event_stream_feed(&s, some, sizeof some, pass, &c))
		cr_assert_lt(n += sizeof some, EVENT_MAX);
	event_stream_close(&s);
	/* Many short ones are no long one. */
	c.len = 0;
	event_stream_init(&s, USAGE_PASSED, &u, 100);
	for (int i = 0; i < 50; i++)
		cr_expect(event_stream_feed(&s, (const uint8_t *)
		    "data: 0123456789\n\n", 18, pass, &c));
	event_stream_close(&s);
}

static enum event_end
end_of(const char *text, size_t piece)
{
	static struct client c;
	struct event_stream s;
	struct usage u = { .input = 0 };
	enum event_end end;

	c = (struct client) { .len = 0 };
	event_stream_init(&s, USAGE_WITHHELD, &u, EVENT_MAX);
	feed(&s, text, piece, &c);
	end = s.end;
	event_stream_close(&s);
	return end;
}

Test(event_stream, knows_how_an_answer_ends)
{
	static const struct {
		const char *text;
		enum event_end end;
	} rows[] = {
		{ CHAT CHAT_USAGE, STREAM_GOES_ON },
		{ CHAT CHAT_USAGE DONE, STREAM_IS_WHOLE },
		{ CHAT "data:[DONE]\r\n\r\n", STREAM_IS_WHOLE },
		{ CHAT "data: [DONE]\n", STREAM_GOES_ON },
		{ CHAT_FINISH, STREAM_MAY_END },
		{ CHAT_FINISH CHAT_USAGE, STREAM_MAY_END },
		{ CHAT_FINISH CHAT_USAGE DONE, STREAM_IS_WHOLE },
		{ CHAT "data: {\"error\":{\"message\":\"x\"}}\n\n",
		    STREAM_HAS_FAILED },
		{ CHAT_FINISH "data: { \"error\" : null}\n\n",
		    STREAM_HAS_FAILED },
		{ CHAT "data: {\"x\":1,\"error\":{}}\n\n", STREAM_GOES_ON },
		{ "event: message_stop\ndata: {}\n\n", STREAM_IS_WHOLE },
		{ "data: {\"type\":\"message_stop\"}\n\n", STREAM_IS_WHOLE },
		{ "event: message_stop\n\n", STREAM_GOES_ON },
		{ "event: message_delta\ndata: {\"x\":\"message_stop\"}\n\n",
		    STREAM_GOES_ON },
		{ "data: {\"type\":\"response.completed\"}\n\n",
		    STREAM_IS_WHOLE },
		{ "event: response.incomplete\ndata: {}\n\n",
		    STREAM_IS_WHOLE },
		{ "event: response.failed\ndata: {}\n\n", STREAM_HAS_FAILED },
		{ "event: error\ndata: {}\n\n", STREAM_HAS_FAILED },
		{ "data: {\"type\":\"error\"}\n\n", STREAM_HAS_FAILED },
		{ "event: error\ndata: {}\n\n" DONE, STREAM_HAS_FAILED },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t piece = 1; piece < 80; piece += 3)
			cr_expect_eq(end_of(rows[i].text, piece), rows[i].end,
			    "%s by %zu", rows[i].text, piece);
}
