/* SPDX-License-Identifier: ISC */
#include "tests/unit/answer_case.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/stream_checker.h"
#include "proxy/dialect/tool_names.h"

static const struct carrier_key key = {
	(const uint8_t *)"a key of thirty-two bytes, fixed", 32 };

static char *
read_file(const char *folder, const char *name, size_t *len)
{
	char path[600], *text;
	FILE *f;
	long end;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "re");
	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	end = ftell(f);
	rewind(f);
	assert(end >= 0);
	text = calloc(1, (size_t)end + 1);
	assert(text != NULL);
	*len = fread(text, 1, (size_t)end, f);
	fclose(f);
	return text;
}

static enum dialect
read_dialect(const char *folder, const char *name)
{
	size_t len;
	char *text = read_file(folder, name, &len);
	enum dialect d = text == NULL ? DIALECT_NONE :
	    text[0] == 'a' ? DIALECT_ANTHROPIC :
	    text[0] == 'c' ? DIALECT_CHAT : DIALECT_RESPONSES;

	free(text);
	return d;
}

static void
add_tool(struct answer_case *c, const char *line)
{
	char sent[128], kind[32], name[128], space[128] = "";
	struct tool_name wanted = { 0 };
	const struct tool_name *made;

	if (sscanf(line, "tool %127s %31s %127s %127s", sent, kind, name,
	    space) < 3)
		return;
	wanted.name = name;
	wanted.space = space[0] != '\0' ? space : NULL;
	wanted.kind = kind[0] == 'c' ? TOOL_CUSTOM : TOOL_FUNCTION;
	if (c->names == NULL)
		c->names = tool_names_new();
	made = tool_names_add(c->names, &wanted);
	/* The list makes its own name; a case says which it expects. */
	if (strcmp(made->sent, sent) != 0)
		fprintf(stderr, "%s: sent as %s\n", c->path, made->sent);
	c->options.names = c->names;
}

static void
read_option(struct answer_case *c, const char *line)
{
	c->options.wants_usage = c->options.wants_usage ||
	    strcmp(line, "usage") == 0;
	c->is_cut = c->is_cut || strcmp(line, "cut") == 0;
	if (strcmp(line, "nokey") == 0)
		c->options.key = NULL;
	if (strncmp(line, "stop ", 5) == 0 && c->options.n_stops < 4) {
		c->stops[c->options.n_stops++] = strdup(line + 5);
		c->options.stops = (const char *const *)c->stops;
	}
	sscanf(line, "event_max %zu", &c->options.event_max);
	sscanf(line, "held_max %zu", &c->options.held_max);
	sscanf(line, "fails %d", &c->status);
	add_tool(c, line);
}

static void
read_options(struct answer_case *c)
{
	size_t len;
	char *text = read_file(c->path, "options", &len), *rest = text, *line;

	while (text != NULL && (line = strsep(&rest, "\n")) != NULL)
		read_option(c, line);
	free(text);
}

bool
answer_case_open(struct answer_case *c, const char *path)
{
	*c = (struct answer_case) { .options = { .model = "asked",
	    .key = &key, .issuer = "provider", .family = "family",
	    .created_s = 1700000000, .seed = "fifteen letters" } };
	snprintf(c->path, sizeof c->path, "%s", path);
	c->options.from = read_dialect(path, "from");
	c->options.to = read_dialect(path, "to");
	if (c->options.from == DIALECT_NONE || c->options.to == DIALECT_NONE)
		return false;
	c->upstream = read_file(path, "upstream.sse", &c->upstream_len);
	if (c->upstream != NULL)
		c->options.from_form = ANSWER_EVENTS;
	else
		c->upstream = read_file(path, "upstream.json",
		    &c->upstream_len);
	c->client = read_file(path, "client.sse", &c->client_len);
	if (c->client != NULL)
		c->options.to_form = ANSWER_EVENTS;
	else
		c->client = read_file(path, "client.json", &c->client_len);
	read_options(c);
	return c->upstream != NULL && c->client != NULL;
}

void
answer_case_close(struct answer_case *c)
{
	free(c->upstream);
	free(c->client);
	tool_names_free(c->names);
	for (size_t i = 0; i < c->options.n_stops; i++)
		free(c->stops[i]);
}

/* A generator of our own: the same splits on every machine. */
static size_t
next_len(enum answer_pieces pieces, unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return pieces == PIECES_WHOLE ? SIZE_MAX :
	    pieces == PIECES_BYTES ? 1 : 1 + (*state >> 16) % 97;
}

static void
check(const struct answer_case *c, const struct answer_outcome *o,
    bool has_begun, char broken[200])
{
	struct stream_checker *checker;
	struct err err = { 0 };
	size_t good;

	broken[0] = '\0';
	if (c->options.to_form == ANSWER_PLAIN || !has_begun)
		return;
	checker = stream_checker_new(c->options.to, &err);
	assert(checker != NULL);
	if (!stream_checker_feed(checker, dialect_output_peek(&o->out),
	    o->out.len, &good, &err) || !stream_checker_end(checker, &err))
		snprintf(broken, 200, "%s", err.about);
	stream_checker_free(checker);
}

void
answer_case_run(const struct answer_case *c, enum answer_pieces pieces,
    unsigned seed, struct answer_outcome *o)
{
	struct err err = { 0 }, cut = { 0 };
	struct dialect_answer *a = dialect_answer_new(&c->options, &err);
	bool is_good = a != NULL;

	assert(a != NULL);
	*o = (struct answer_outcome) { .out.max = SIZE_MAX / 4 };
	err_set(&cut, ERR_UPSTREAM_BROKEN, "cut");
	for (size_t at = 0; is_good && at < c->upstream_len;) {
		size_t n = next_len(pieces, &seed), left = c->upstream_len - at;

		/* A copy of its own, so that reading beyond it is seen. */
		n = n < left ? n : left;
		char *piece = malloc(n);
		assert(piece != NULL);
		memcpy(piece, c->upstream + at, n);
		is_good = dialect_answer_feed(a, piece, n, &o->out, &err);
		free(piece);
		at += n;
	}
	if (is_good)
		is_good = dialect_answer_end(a, c->is_cut ? &cut : NULL,
		    &o->out, &err);
	o->is_good = is_good;
	o->status = dialect_answer_status(a);
	o->was_guarded = dialect_answer_was_guarded(a);
	check(c, o, dialect_answer_has_begun(a), o->broken);
	dialect_answer_free(a);
}
