/* SPDX-License-Identifier: ISC */
/*
 * What a checker sees: each good stream of the corpus is broken in every way
 * that an emitter could go wrong, one event at a time.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/stream_checker.h"

#ifndef TOP_SRCDIR
#define TOP_SRCDIR "."
#endif
static const char folder[] = TOP_SRCDIR "/tests/dialect/answers";

static bool
is_lawful(enum dialect dialect, const char *text)
{
	struct err err;
	struct stream_checker *c = stream_checker_new(dialect, &err);
	size_t good;
	bool is_good;

	cr_assert(c != NULL);
	is_good = stream_checker_feed(c, text, strlen(text), &good, &err) &&
	    stream_checker_end(c, &err);
	stream_checker_free(c);
	return is_good;
}

/* A good stream with everything in it. */
static char *
load(const char *name)
{
	char path[512], *text = calloc(1, 65536);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s/client.sse", folder, name);
	f = fopen(path, "re");
	cr_assert(f != NULL && text != NULL, "%s", path);
	cr_assert(fread(text, 1, 65535, f) > 0);
	fclose(f);
	return text;
}

static const struct {
	enum dialect dialect;
	const char *name;
} streams[] = {
	{ DIALECT_ANTHROPIC, "responses-to-anthropic-reasoning-then-tool" },
	{ DIALECT_ANTHROPIC, "chat-to-anthropic-text-then-tool" },
	{ DIALECT_CHAT, "anthropic-to-chat-thinking-then-tool" },
	{ DIALECT_CHAT, "responses-to-chat-text-then-tool" },
	{ DIALECT_RESPONSES, "anthropic-to-responses-thinking-then-tool" },
	{ DIALECT_RESPONSES, "chat-to-responses-text-then-tool" },
};

struct events {
	char *at[128];
	size_t n;
};

/* Cuts the text in its events; each ends in NUL instead of a blank line. */
static void
cut(char *text, struct events *e)
{
	char *end;

	e->n = 0;
	while ((end = strstr(text, "\n\n")) != NULL) {
		*end = '\0';
		cr_assert(e->n < 128);
		e->at[e->n++] = text;
		text = end + 2;
	}
}

static bool
is_lawful_list(enum dialect dialect, char *const *at, size_t n)
{
	struct dialect_output text = { .max = 1 << 20 };
	bool is_good;

	for (size_t i = 0; i < n; i++)
		dialect_output_form(&text, "%s\n\n", at[i]);
	is_good = is_lawful(dialect, dialect_output_peek(&text));
	dialect_output_free(&text);
	return is_good;
}

/* Texts and counts: one more or one less is another answer, but an answer. */
static bool
may_vary(enum dialect dialect, const char *event)
{
	static const char *const needed[] = { "\"id\":\"call", "\"id\":\"toolu",
		"\"role\"", "finish_reason\":\"", "[DONE]" };

	if (dialect == DIALECT_RESPONSES)
		return false;
	if (dialect == DIALECT_ANTHROPIC)
		return strstr(event, "\"content_block_delta\"") != NULL;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (strstr(event, needed[i]) != NULL)
			return false;
	return true;
}

Test(stream_checker, misses_no_event_that_is_left_out_or_said_twice)
{
	for (size_t s = 0; s < sizeof streams / sizeof streams[0]; s++) {
		enum dialect d = streams[s].dialect;
		char *text = load(streams[s].name), *list[129];
		struct events e;

		cut(text, &e);
		cr_expect(is_lawful_list(d, e.at, e.n), "%s", streams[s].name);
		for (size_t i = 0; i < e.n; i++) {
			if (may_vary(d, e.at[i]))
				continue;
			memcpy(list, e.at, i * sizeof *list);
			memcpy(list + i, e.at + i + 1,
			    (e.n - i - 1) * sizeof *list);
			cr_expect_not(is_lawful_list(d, list, e.n - 1),
			    "%s without %.60s", streams[s].name, e.at[i]);
			memcpy(list + i, e.at + i, (e.n - i) * sizeof *list);
			memmove(list + i + 1, list + i,
			    (e.n - i) * sizeof *list);
			cr_expect_not(is_lawful_list(d, list, e.n + 1),
			    "%s, twice %.60s", streams[s].name, e.at[i]);
		}
		free(text);
	}
}

Test(stream_checker, misses_no_two_events_that_change_places)
{
	for (size_t s = 0; s < sizeof streams / sizeof streams[0]; s++) {
		enum dialect d = streams[s].dialect;
		char *text = load(streams[s].name), *list[128];
		struct events e;

		cut(text, &e);
		for (size_t i = 0; i + 1 < e.n; i++) {
			/* Prose of a Chat stream may stand before a call. */
			if (may_vary(d, e.at[i]) && (may_vary(d, e.at[i + 1]) ||
			    (d == DIALECT_CHAT &&
			    strstr(e.at[i], "tool_calls") == NULL)))
				continue;
			memcpy(list, e.at, e.n * sizeof *list);
			list[i] = e.at[i + 1];
			list[i + 1] = e.at[i];
			cr_expect_not(is_lawful_list(d, list, e.n),
			    "%s: %.60s changed places", streams[s].name,
			    e.at[i]);
		}
		free(text);
	}
}

/* One text for another. */
static const struct {
	size_t stream;
	const char *from, *to;
} slips[] = {
	{ 0, "\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"end_turn\"" },
	{ 0, "\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"stop\"" },
	{ 0, "\"stop_reason\":\"tool_use\"", "\"stop_reason\":null    " },
	{ 0, "\"index\":1", "\"index\":0" },
	{ 0, "thinking_delta", "text_delta" },
	{ 0, "input_json_delta", "text_delta" },
	{ 0, "\"signature\":\"\"", "\"sig\":\"\"" },
	{ 0, "\"id\":\"msg_", "\"id\":\"chatcmpl-" },
	{ 0, "\"role\":\"assistant\"", "\"role\":\"user\"" },
	{ 0, "\"id\":\"call_1\"", "\"id\":\"\"" },
	{ 0, "\"name\":\"ls\"", "\"name\":\"\"" },
	{ 0, "\"input_tokens\"", "\"prompt_tokens\"" },
	{ 0, "event: content_block_stop\n", "" },
	{ 0, "\"type\":\"content_block_stop\"", "\"type\":\"block_stop\"" },
	{ 1, "\"content_block\":{", "\"block\":{" },
	{ 2, "\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"stop\"" },
	{ 2, "\"finish_reason\":\"tool_calls\"",
	    "\"finish_reason\":\"tool_use\"" },
	{ 2, "\"index\":0,\"id\"", "\"index\":1,\"id\"" },
	{ 2, "\"role\":\"assistant\",", "" },
	{ 2, "\"id\":\"chatcmpl-", "\"id\":\"msg_" },
	{ 2, "\"id\":\"toolu_1\",", "" },
	{ 2, "chat.completion.chunk", "chat.completion" },
	{ 2, "\"delta\":", "\"message\":" },
	{ 2, "data: [DONE]\n\n", "" },
	{ 2, "\"created\":1700000000", "\"created\":1700000001" },
	{ 4, "\"sequence_number\":3", "\"sequence_number\":2" },
	{ 4, "\"output_index\":1", "\"output_index\":0" },
	{ 4, "\"delta\":\"hm\"", "\"delta\":\"hmm\"" },
	{ 4, "\"text\":\"hm\"}]", "\"text\":\"h\"}]" },
	{ 4, "\"status\":\"completed\",\"background\"",
	    "\"status\":\"in_progress\",\"background\"" },
	{ 4, "\"id\":\"resp_", "\"id\":\"msg_" },
	{ 4, "\"call_id\":\"toolu_1\",\"name\":\"ls\",\"arguments\":\"{}\"",
	    "\"name\":\"ls\",\"arguments\":\"{}\"" },
	{ 4, "\"arguments\":\"{}\"", "\"arguments\":\"{ }\"" },
	{ 4, "\"item_id\":\"fc_", "\"item_id\":\"fd_" },
};

Test(stream_checker, misses_no_slip_of_the_pen)
{
	for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		char *text = load(streams[slips[i].stream].name);
		char *at = strstr(text, slips[i].from);
		struct dialect_output out = { .max = 1 << 20 };

		cr_assert(at != NULL, "%zu: %s", i, slips[i].from);
		dialect_output_add(&out, text, (size_t)(at - text));
		dialect_output_text(&out, slips[i].to);
		dialect_output_text(&out, at + strlen(slips[i].from));
		cr_expect_not(is_lawful(streams[slips[i].stream].dialect,
		    dialect_output_peek(&out)), "%zu: %s", i, slips[i].from);
		dialect_output_free(&out);
		free(text);
	}
}

Test(stream_checker, allows_signs_of_life)
{
	char *text = load(streams[0].name);
	char *after = strstr(text, "\n\n") + 2;
	struct dialect_output out = { .max = 1 << 20 };

	dialect_output_text(&out, "event: ping\ndata: {\"type\":\"ping\"}\n\n");
	dialect_output_add(&out, text, (size_t)(after - text));
	dialect_output_text(&out, ": comment\nevent: ping\n"
	    "data: {\"type\":\"ping\"}\n\n");
	dialect_output_text(&out, after);
	cr_expect(is_lawful(DIALECT_ANTHROPIC, dialect_output_peek(&out)));
	dialect_output_free(&out);
	free(text);
}
