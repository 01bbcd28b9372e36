/* SPDX-License-Identifier: ISC */
/*
 * translate: what a translation costs, beside the same bytes passed through.
 *
 * One line for each row, fields separated by tabs:
 *	what, CPU translated, CPU passed through, aim
 * in milliseconds for a megabyte of request and in microseconds for an event of
 * a stream; CPU of this thread, the least of several rounds.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "proxy/dialect/dialect_answer.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/dialect_request.h"
#include "proxy/event_stream.h"
#include "proxy/model_splice.h"
#include "proxy/proxy.h"

#define MEGABYTE ((size_t)1 << 20)
#define ROUNDS 7
#define EVENTS 2000		/* of a stream */
#define PIECE 1400		/* bytes that come at once: a network packet */

static const uint8_t key[32];
static const char *const models[DIALECTS] = {
	[DIALECT_ANTHROPIC] = "claude-sonnet-5",
	[DIALECT_CHAT] = "gpt-5.5",
	[DIALECT_RESPONSES] = "gpt-5.5",
};

static void
give_up(const char *what, const struct err *err)
{
	fprintf(stderr, "translate: %s: %s\n", what, err->about);
	exit(1);
}

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* --- requests --- */

/* A Messages conversation of turns with a call each, texts of 'len' bytes. */
static void
make_request(struct dialect_output *o, size_t len)
{
	static const char words[] = "if (x < y)\n\t\"a\\b\" caf\303\251; ";

	dialect_output_text(o, "{\"model\":\"m\",\"max_tokens\":1000,"
	    "\"stream\":true,\"tools\":[{\"name\":\"Bash\",\"input_schema\":"
	    "{\"type\":\"object\",\"properties\":{\"command\":"
	    "{\"type\":\"string\"}}}}],\"messages\":[{\"role\":\"user\","
	    "\"content\":\"begin\"}");
	for (int n = 0; o->len < MEGABYTE; n++) {
		dialect_output_form(o, ",{\"role\":\"assistant\",\"content\":["
		    "{\"type\":\"text\",\"text\":\"%d\"},{\"type\":"
		    "\"tool_use\",\"id\":\"toolu_%d\",\"name\":\"Bash\","
		    "\"input\":{\"command\":\"ls %d\"}}]},{\"role\":\"user\","
		    "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		    "\"toolu_%d\",\"content\":\"", n, n, n, n);
		for (size_t at = 0; at < len; at += sizeof words - 1)
			dialect_output_escaped(o, words, sizeof words - 1);
		dialect_output_text(o, "\"}]}");
	}
	dialect_output_text(o, "]}");
}

/* As above, but nothing other than texts of one character. */
static void
make_tiny_request(struct dialect_output *o)
{
	dialect_output_text(o, "{\"model\":\"m\",\"max_tokens\":1000,"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}");
	while (o->len < MEGABYTE)
		dialect_output_text(o, ",{\"role\":\"assistant\",\"content\":"
		    "\"b\"},{\"role\":\"user\",\"content\":\"c\"}");
	dialect_output_text(o, "]}");
}

static void
translate_request(enum dialect from, enum dialect to,
    const struct dialect_output *in, struct dialect_request_result *result)
{
	const struct dialect_request_options options = { .from = from,
	    .to = to, .model = models[to], .issuer = "p", .key = key,
	    .key_len = sizeof key };
	struct err err;

	if (!dialect_translate_request(&options, in->text, in->len, result,
	    &err))
		give_up("request", &err);
}

static double
measure_request(enum dialect from, enum dialect to,
    const struct dialect_output *in)
{
	double least = 1e12;

	for (int i = 0; i < ROUNDS; i++) {
		struct dialect_request_result result;
		double began = cpu_us(), took;

		translate_request(from, to, in, &result);
		dialect_request_free(&result);
		took = cpu_us() - began;
		least = took < least ? took : least;
	}
	return least / 1e3 / ((double)in->len / (double)MEGABYTE);
}

static double
measure_splice(enum dialect dialect, const struct dialect_output *in)
{
	const struct splice_wish wish = { in->text, in->len, dialect,
	    models[dialect], IDENTITY_DROPPED };
	double least = 1e12;

	for (int i = 0; i < ROUNDS; i++) {
		struct spliced out;
		struct err err;
		double began = cpu_us(), took;

		if (!model_splice(&wish, &out, &err))
			give_up("splice", &err);
		took = cpu_us() - began;
		least = took < least ? took : least;
	}
	return least / 1e3 / ((double)in->len / (double)MEGABYTE);
}

static void
report_request(const char *what, const struct dialect_output *messages)
{
	for (enum dialect from = DIALECT_ANTHROPIC; from < DIALECTS; from++) {
		struct dialect_output in = { .max = 8 * MEGABYTE };
		struct dialect_request_result result;

		if (from == DIALECT_ANTHROPIC) {
			dialect_output_add(&in, messages->text, messages->len);
		} else {
			translate_request(DIALECT_ANTHROPIC, from, messages,
			    &result);
			dialect_output_add(&in, result.body, result.len);
			dialect_request_free(&result);
		}
		for (enum dialect to = DIALECT_ANTHROPIC; to < DIALECTS; to++)
			if (to != from)
				printf("request of 1 MB, %s, %s to %s, ms\t"
				    "%.2f\t%.2f\tat most 15\n", what,
				    dialect_name(from), dialect_name(to),
				    measure_request(from, to, &in),
				    measure_splice(from, &in));
		dialect_output_free(&in);
	}
}

/* --- streams --- */

static void
make_stream(struct dialect_output *o)
{
	dialect_output_text(o, "event: message_start\ndata: {\"type\":"
	    "\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":"
	    "{\"input_tokens\":5}}}\n\nevent: content_block_start\ndata: "
	    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
	    "{\"type\":\"text\",\"text\":\"\"}}\n\n");
	for (int n = 0; n < EVENTS; n++)
		dialect_output_form(o, "event: content_block_delta\ndata: "
		    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
		    "{\"type\":\"text_delta\",\"text\":\" caf\303\251 %d\"}}"
		    "\n\n", n);
	dialect_output_text(o, "event: content_block_stop\ndata: {\"type\":"
	    "\"content_block_stop\",\"index\":0}\n\nevent: message_delta\n"
	    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
	    "\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n"
	    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
}

/* The answer in 'in', out of 'from' into 'to'; appended to 'out'. */
static void
translate_stream(enum dialect from, enum dialect to,
    const struct dialect_output *in, struct dialect_output *out)
{
	const struct dialect_answer_options options = { .from = from,
	    .to = to, .from_form = ANSWER_EVENTS, .to_form = ANSWER_EVENTS,
	    .model = "m", .wants_usage = true, .issuer = "p", .family = "f" };
	struct dialect_answer *a;
	struct err err;

	a = dialect_answer_new(&options, &err);
	if (a == NULL)
		give_up("stream", &err);
	for (size_t at = 0; at < in->len; at += PIECE) {
		size_t len = in->len - at < PIECE ? in->len - at : PIECE;

		if (!dialect_answer_feed(a, in->text + at, len, out, &err))
			give_up("stream", &err);
	}
	if (!dialect_answer_is_over(a))
		give_up("stream", &(struct err) { .about = "has no end" });
	dialect_answer_free(a);
}

static double
measure_stream(enum dialect from, enum dialect to,
    const struct dialect_output *in)
{
	double least = 1e12;

	for (int i = 0; i < ROUNDS; i++) {
		struct dialect_output out = { .max = 8 * MEGABYTE };
		double began = cpu_us(), took;

		translate_stream(from, to, in, &out);
		took = cpu_us() - began;
		least = took < least ? took : least;
		dialect_output_free(&out);
	}
	return least / EVENTS;
}

static void
count_bytes(void *arg, const uint8_t *bytes, size_t len)
{
	(void)bytes;
	*(size_t *)arg += len;
}

static double
measure_passing(const struct dialect_output *in)
{
	double least = 1e12;

	for (int i = 0; i < ROUNDS; i++) {
		struct usage usage = { 0 };
		struct event_stream s;
		double began = cpu_us(), took;
		size_t passed = 0;

		event_stream_init(&s, USAGE_PASSED, &usage, MEGABYTE);
		for (size_t at = 0; at < in->len; at += PIECE)
			event_stream_feed(&s, (const uint8_t *)in->text + at,
			    in->len - at < PIECE ? in->len - at : PIECE,
			    count_bytes, &passed);
		event_stream_close(&s);
		took = cpu_us() - began;
		least = took < least ? took : least;
	}
	return least / EVENTS;
}

static void
report_streams(void)
{
	struct dialect_output messages = { .max = 8 * MEGABYTE };

	make_stream(&messages);
	for (enum dialect from = DIALECT_ANTHROPIC; from < DIALECTS; from++) {
		struct dialect_output in = { .max = 8 * MEGABYTE };

		translate_stream(DIALECT_ANTHROPIC, from, &messages, &in);
		for (enum dialect to = DIALECT_ANTHROPIC; to < DIALECTS; to++)
			if (to != from)
				printf("event of a stream, %s to %s, us\t"
				    "%.2f\t%.2f\tat most 20\n",
				    dialect_name(from), dialect_name(to),
				    measure_stream(from, to, &in),
				    measure_passing(&in));
		dialect_output_free(&in);
	}
	dialect_output_free(&messages);
}

int
main(void)
{
	struct dialect_output turns = { .max = 8 * MEGABYTE };
	struct dialect_output short_turns = { .max = 8 * MEGABYTE };
	struct dialect_output tiny = { .max = 8 * MEGABYTE };
	struct err err;

	mallopt(M_TRIM_THRESHOLD, FREE_MEMORY_MAX);	/* as the proxy has it */
	if (!digest_open(&err))
		give_up("digest", &err);
	make_request(&turns, 4000);
	make_request(&short_turns, 100);
	make_tiny_request(&tiny);
	report_request("turns with calls", &turns);
	report_request("short turns with calls", &short_turns);
	report_request("30,000 tiny messages", &tiny);
	report_streams();
	dialect_output_free(&turns);
	dialect_output_free(&short_turns);
	dialect_output_free(&tiny);
	return 0;
}
