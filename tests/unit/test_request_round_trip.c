/* SPDX-License-Identifier: ISC */
/*
 * What one dialect can say, said in another and back, is the same, or it is in
 * the report of losses.  Conversations are generated, from a fixed seed.
 */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "proxy/dialect/client_words.h"
#include "proxy/dialect/conversation.h"
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"
#include "proxy/dialect/request_chat.h"
#include "proxy/dialect/request_responses.h"

#define CONVERSATIONS 150	/* per pair of dialects */
#define FACTS_MAX 400

static const uint8_t key[32] = "0123456789abcdef0123456789abcdef";

static const struct side {
	const char *model;
	bool (*read)(struct reading *, struct json_object *);
	struct json_object *(*write)(struct reading *);
} sides[DIALECTS] = {
	[DIALECT_ANTHROPIC] = { "claude-sonnet-4-6", request_anthropic_read,
	    request_anthropic_write },
	[DIALECT_CHAT] = { "gpt-5.2", request_chat_read, request_chat_write },
	[DIALECT_RESPONSES] = { "gpt-5.6", request_responses_read,
	    request_responses_write },
};

/* A word and what is said of it; the word tells which loss excuses it. */
struct facts {
	char *list[FACTS_MAX];
	size_t n;
};

/* A path of a loss that excuses the fact; "=" in front: the whole path. */
static const struct {
	const char *fact, *words[5];
} excuses[] = {
	{ "text", { "=messages", "=input", NULL } },
	{ "system", { "=messages", "=input", NULL } },
	{ "image", { ".source", "input_image", NULL } },
	{ "result", { ".is_error", ".source", "input_image", NULL } },
	{ "call", { "arguments", NULL } },
	{ "max_tokens", { "max_tokens", "max_output", "max_completion",
	    NULL } },
	{ "temperature", { "temperature", NULL } },
	{ "stop", { "stop", NULL } },
	{ "effort", { "thinking", "effort", NULL } },
	{ "format", { "format", NULL } },
	{ "cache", { "cache", NULL } },
};

static uint32_t state;

static uint32_t
below(uint32_t n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % n;
}

static struct text
words_of(struct reading *r)
{
	static const char *const pieces[] = { "alpha ", "b\303\244ta ",
		"\"quoted\" ", "line\n", "\\back ", "\360\237\220\264 ", "." };
	struct text list[6];
	size_t n = 1 + below(6);

	for (size_t i = 0; i < n; i++)
		list[i] = text_of(pieces[below(7)]);
	return text_join(r->arena, list, n);
}

static void
add_image(struct reading *r, struct parts *list)
{
	struct part *p = parts_add(r->arena, list, PART_IMAGE);

	p->media.source = below(2) == 0 ? MEDIA_BASE64 : MEDIA_URL;
	p->media.type = p->media.source == MEDIA_BASE64 ? WORDS("image/png") :
	    NO_TEXT;
	p->media.data = p->media.source == MEDIA_BASE64 ? WORDS("iVBORw0=") :
	    WORDS("https://example.org/a.png");
}

static void
add_turn(struct reading *r, unsigned turn)
{
	struct messages *all = &r->request->messages;
	struct message *m = messages_add(r->arena, all, SPEAKER_ASSISTANT);
	struct message *answer;
	unsigned n = below(3);

	if (n == 0 || below(2) == 0)
		parts_add_text(r->arena, &m->parts, words_of(r));
	answer = messages_add(r->arena, all, SPEAKER_USER);
	for (unsigned i = 0; i < n; i++) {
		struct part *c = parts_add(r->arena, &m->parts, PART_CALL);
		struct part *result = parts_add(r->arena, &answer->parts,
		    PART_RESULT);
		char id[32];

		snprintf(id, sizeof id, "call_%u_%u", turn, i);
		c->call.kind = TOOL_FUNCTION;
		c->call.id = result->result.id = text_join(r->arena,
		    &(struct text) { id, strlen(id) }, 1);
		c->call.tool = r->request->tools.first->name;
		c->call.input = WORDS("{\"a\":1.5,\"b\":[true,null,"
		    "\"x\\ny\"]}");
		if (below(5) != 0)
			parts_add_text(r->arena, &result->result.parts,
			    words_of(r));
		if (below(6) == 0 && r->options->from != DIALECT_CHAT)
			add_image(r, &result->result.parts);
		result->result.is_error = r->options->from ==
		    DIALECT_ANTHROPIC && below(6) == 0;
	}
	if (n == 0 || below(2) == 0)
		parts_add_text(r->arena, &answer->parts, words_of(r));
	if (below(4) == 0)
		add_image(r, &answer->parts);
	if (below(4) == 0)
		parts_add_text(r->arena, &messages_add(r->arena, all,
		    SPEAKER_SYSTEM)->parts, words_of(r));
}

static void
add_settings(struct reading *r)
{
	struct neutral_request *q = r->request;

	q->model = WORDS("asked");
	q->is_stream = below(2) == 0;
	q->max_tokens = r->options->from == DIALECT_ANTHROPIC || below(2) == 0 ?
	    1 + below(40000) : 0;
	if (below(3) == 0)
		q->temperature = arena_keep(r->arena,
		    json_object_new_double_s(0.5, "0.5"));
	if (below(3) == 0 && r->options->from != DIALECT_RESPONSES) {
		q->stops = arena_alloc(r->arena, sizeof *q->stops);
		q->stops[0] = WORDS("END");
		q->n_stops = 1;
	}
	q->choice.kind = below(2) == 0 ? CHOICE_UNSAID :
	    (enum choice_kind)(CHOICE_AUTO + below(4));
	if (q->choice.kind == CHOICE_TOOL)
		q->choice.tool = q->tools.first->name;
	/* No call at all is none at once, either: not said twice. */
	q->parallel = q->choice.kind == CHOICE_NONE || below(2) == 0 ?
	    SAID_NOTHING : SAID_NO;
	if (below(2) == 0) {
		q->reasoning.effort = (enum effort)(EFFORT_LOW + below(3));
		q->reasoning.form = r->options->from == DIALECT_ANTHROPIC ?
		    REASONING_ADAPTIVE : REASONING_EFFORT;
	}
	if (below(3) == 0) {
		q->format.kind = FORMAT_SCHEMA;
		q->format.schema = arena_keep(r->arena, json_tokener_parse(
		    "{\"type\":\"object\",\"properties\":{}}"));
	}
}

static void
generate(struct reading *r)
{
	struct neutral_request *q = r->request;
	unsigned n = below(5);
	struct tool *t;

	for (unsigned i = 0; i < 2; i++) {
		t = tools_add(r->arena, &q->tools, reading_tool(r, i == 0 ?
		    WORDS("Bash") : WORDS("mcp__files__read"), NO_TEXT,
		    TOOL_FUNCTION));
		t->description = words_of(r);
		t->schema = arena_keep(r->arena, json_tokener_parse("{\"type\":"
		    "\"object\",\"properties\":{\"a\":{\"type\":\"number\"}},"
		    "\"required\":[\"a\"]}"));
	}
	if (below(2) == 0)
		parts_add_text(r->arena, &messages_add(r->arena, &q->messages,
		    SPEAKER_SYSTEM)->parts, words_of(r));
	parts_add_text(r->arena, &messages_add(r->arena, &q->messages,
	    SPEAKER_USER)->parts, words_of(r));
	for (unsigned i = 0; i < n; i++)
		add_turn(r, i);
	add_settings(r);
}

static void note(struct facts *f, const char *form, ...)
    __attribute__((format(printf, 2, 3)));

static void
note(struct facts *f, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	cr_assert_lt(f->n, FACTS_MAX);
	cr_assert_neq(vasprintf(&f->list[f->n++], form, ap), -1);
	va_end(ap);
}

static void
free_facts(struct facts *f)
{
	while (f->n > 0)
		free(f->list[--f->n]);
}

/* JSON texts are the same whatever their blanks. */
static void
note_call(struct facts *f, const struct call *c)
{
	struct json_object *tree = json_tokener_parse(c->input.at);

	note(f, "call %.*s %s %s", (int)c->id.len, c->id.at, c->tool->name,
	    json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN));
	json_object_put(tree);
}

static void
note_result(struct facts *f, const struct result *result)
{
	char *texts = strdup(""), *more;
	int n_images = 0;

	for (const struct part *p = result->parts.first; p; p = p->next) {
		n_images += p->kind == PART_IMAGE;
		if (p->kind != PART_TEXT || p->text.len == 0)
			continue;
		cr_assert_neq(asprintf(&more, "%s%s%.*s", texts,
		    *texts != '\0' ? "\n" : "", (int)p->text.len,
		    p->text.at), -1);
		free(texts);
		texts = more;
	}
	note(f, "result %.*s %s images %d error %d", (int)result->id.len,
	    result->id.at, texts, n_images, result->is_error);
	free(texts);
}

static void
note_messages(struct facts *f, const struct messages *all)
{
	for (const struct message *m = all->first; m != NULL; m = m->next)
		for (const struct part *p = m->parts.first; p; p = p->next) {
			if (p->kind == PART_TEXT)
				note(f, "%s %d %.*s", m->speaker ==
				    SPEAKER_SYSTEM ? "system" : "text",
				    (int)m->speaker, (int)p->text.len,
				    p->text.at);
			else if (p->kind == PART_IMAGE)
				note(f, "image %d %.*s", (int)p->media.source,
				    (int)p->media.data.len, p->media.data.at);
			else if (p->kind == PART_CALL)
				note_call(f, &p->call);
			else if (p->kind == PART_RESULT)
				note_result(f, &p->result);
		}
}

static void
note_request(struct facts *f, const struct neutral_request *q)
{
	note_messages(f, &q->messages);
	for (const struct tool *t = q->tools.first; t != NULL; t = t->next)
		note(f, "tool %s %.*s %s", t->name->name,
		    (int)t->description.len, t->description.at,
		    json_object_to_json_string_ext(t->schema,
		    JSON_C_TO_STRING_PLAIN));
	if (q->max_tokens > 0)
		note(f, "max_tokens %lld", (long long)q->max_tokens);
	if (q->temperature != NULL)
		note(f, "temperature %s",
		    json_object_to_json_string(q->temperature));
	for (size_t i = 0; i < q->n_stops; i++)
		note(f, "stop %.*s", (int)q->stops[i].len, q->stops[i].at);
	/* To say auto is to say nothing. */
	if (q->choice.kind > CHOICE_AUTO)
		note(f, "choice %d %s", (int)q->choice.kind,
		    q->choice.tool != NULL ? q->choice.tool->name : "");
	if (q->parallel == SAID_NO)
		note(f, "serial");
	if (q->is_stream)
		note(f, "stream");
	if (q->format.kind != FORMAT_UNSAID)
		note(f, "format %s", json_object_to_json_string_ext(
		    q->format.schema, JSON_C_TO_STRING_PLAIN));
	if (q->reasoning.form != REASONING_UNSAID)
		note(f, "effort %d", (int)effort_of_wish(&q->reasoning));
}

static bool
is_in(const struct facts *f, const char *fact)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i], fact) == 0)
			return true;
	return false;
}

static bool
names(const char *path, const char *word)
{
	return *word == '=' ? strcmp(path, word + 1) == 0 :
	    strstr(path, word) != NULL;
}

static bool
is_excused(const char *fact, const struct losses *l)
{
	size_t len = strcspn(fact, " ");

	for (size_t e = 0; e < sizeof excuses / sizeof excuses[0]; e++) {
		if (strlen(excuses[e].fact) != len ||
		    strncmp(excuses[e].fact, fact, len) != 0)
			continue;
		for (size_t i = 0; i < l->n; i++)
			for (int w = 0; excuses[e].words[w] != NULL; w++)
				if (names(l->list[i].path,
				    excuses[e].words[w]))
					return true;
	}
	return false;
}

static struct reading
new_reading(const struct dialect_request_options *o,
    struct neutral_request *q, struct err *err)
{
	*q = (struct neutral_request) { .model = NO_TEXT };
	return (struct reading) {
		.options = o,
		.target = model_traits_find(sides[o->to].model),
		.words = client_words(o->from),
		.arena = arena_new(),
		.losses = losses_new(),
		.names = tool_names_new(),
		.request = q,
		.err = err,
	};
}

static void
end_reading(struct reading *r)
{
	arena_free(r->arena);
	free(r->losses);
	tool_names_free(r->names);
}

/* The facts of a body in the dialect 'from', as its own reader sees them. */
static void
read_facts(enum dialect from, enum dialect to, const char *body,
    struct facts *f)
{
	const struct dialect_request_options o = { .from = from, .to = to };
	struct neutral_request q;
	struct err err = { 0 };
	struct reading r = new_reading(&o, &q, &err);
	struct json_object *tree = arena_keep(r.arena,
	    json_tokener_parse(body));

	cr_assert(sides[from].read(&r, tree), "%s\n%s", err.about, body);
	note_request(f, &q);
	end_reading(&r);
}

static char *
new_body(enum dialect from, enum dialect to)
{
	const struct dialect_request_options o = { .from = from, .to = to };
	struct neutral_request q;
	struct err err = { 0 };
	struct reading r = new_reading(&o, &q, &err);
	char *body;

	/* Written by the dialect's own writer, for a model of its own. */
	r.target = model_traits_find(sides[from].model);
	generate(&r);
	body = strdup(json_object_to_json_string(arena_keep(r.arena,
	    sides[from].write(&r))));
	end_reading(&r);
	return body;
}

static void
translate(enum dialect from, enum dialect to, const char *body,
    struct dialect_request_result *result)
{
	const struct dialect_request_options o = { .from = from, .to = to,
		.model = sides[to].model, .key = key, .key_len = sizeof key };
	struct err err = { 0 };

	cr_assert(dialect_translate_request(&o, body, strlen(body), result,
	    &err), "%s\n%s", err.about, body);
}

static void
expect_excused(const struct facts *a, const struct facts *b,
    const struct dialect_request_result *there,
    const struct dialect_request_result *back)
{
	for (size_t i = 0; i < a->n; i++)
		cr_expect(is_in(b, a->list[i]) ||
		    is_excused(a->list[i], there->losses) ||
		    is_excused(a->list[i], back->losses),
		    "%s by %s: %s\n%s\n%s", dialect_name(there->from),
		    dialect_name(there->to), a->list[i], there->body,
		    back->body);
}

static void
go_and_come(enum dialect from, enum dialect by)
{
	struct dialect_request_result there, back;
	struct facts before = { .n = 0 }, after = { .n = 0 };
	char *body = new_body(from, by);

	translate(from, by, body, &there);
	translate(by, from, there.body, &back);
	read_facts(from, by, body, &before);
	read_facts(from, by, back.body, &after);
	expect_excused(&before, &after, &there, &back);
	dialect_request_free(&there);
	dialect_request_free(&back);
	free_facts(&before);
	free_facts(&after);
	free(body);
}

Test(request_round_trip, nothing_is_lost_in_silence)
{
	struct err err;

	cr_assert(digest_open(&err));
	state = 7;
	for (int i = 0; i < CONVERSATIONS; i++)
		for (int from = DIALECT_ANTHROPIC; from < DIALECTS; from++)
			for (int by = DIALECT_ANTHROPIC; by < DIALECTS; by++)
				if (from != by)
					go_and_come((enum dialect)from,
					    (enum dialect)by);
}
