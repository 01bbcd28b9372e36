/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/dialect_request.h"

#include <assert.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/json/json_text.h"
#include "proxy/dialect/client_words.h"
#include "proxy/dialect/conversation.h"
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_anthropic.h"
#include "proxy/dialect/request_chat.h"
#include "proxy/dialect/request_fit.h"
#include "proxy/dialect/request_responses.h"
#include "proxy/dialect/tool_names.h"

#define BODY_DEPTH 256
#define LONG_ANSWER 16384	/* tokens: minutes, at the usual speed */

/* Adding a dialect is adding a line (and its files). */
static const struct {
	const char *name;
	bool (*read)(struct reading *, struct json_object *);
	struct json_object *(*write)(struct reading *);
} dialects[DIALECTS] = {
	[DIALECT_ANTHROPIC] = { "anthropic", request_anthropic_read,
	    request_anthropic_write },
	[DIALECT_CHAT] = { "openai-chat", request_chat_read,
	    request_chat_write },
	[DIALECT_RESPONSES] = { "openai-responses", request_responses_read,
	    request_responses_write },
};

const char *
dialect_name(enum dialect dialect)
{
	return dialects[dialect].name;
}

static char *
copy(struct text text)
{
	char *bytes = malloc(text.len + 1);

	assert(bytes != NULL);
	if (text.len > 0)
		memcpy(bytes, text.at, text.len);
	bytes[text.len] = '\0';
	return bytes;
}

static bool
parse_body(struct reading *r, const char *body, size_t len,
    struct json_object **tree)
{
	const struct json_text t = { body, len, BODY_DEPTH,
	    ERR_INVALID_REQUEST };

	if (!json_text_parse(&t, tree, r->err)) {
		char why[ERR_ABOUT_MAX];

		memcpy(why, r->err->about, sizeof why);
		return err_set(r->err, ERR_INVALID_REQUEST, "body: %s", why);
	}
	arena_keep(r->arena, *tree);
	return json_object_is_type(*tree, json_type_object) ||
	    err_set(r->err, ERR_INVALID_REQUEST, "body: not a JSON object");
}

/* The client's model decides if the route does not: it has to be there. */
static bool
choose_model(struct reading *r, struct json_object *tree,
    struct dialect_request_result *result)
{
	struct text asked = text_member(tree, "model");

	if (asked.len == 0 && (asked.at != NULL ||
	    r->options->model == NULL))
		return err_set(r->err, ERR_INVALID_REQUEST,
		    "model: a string is wanted");
	result->client_model = copy(asked);
	result->model = copy(r->options->model != NULL ?
	    text_of(r->options->model) : asked);
	r->target = model_traits_find(result->model);
	return true;
}

static bool
check_losses(struct reading *r)
{
	const struct loss *first = losses_first_real(r->losses);

	return r->options->strictness != LOSSES_REFUSED || first == NULL ||
	    err_set(r->err, ERR_INVALID_REQUEST,
	    "%s: cannot be carried to %s without a loss", first->path,
	    dialect_name(r->options->to));
}

static void
take_stops(struct reading *r, struct dialect_request_result *result)
{
	result->stops = calloc(r->n_cut_stops + 1, sizeof *result->stops);
	assert(result->stops != NULL);
	for (size_t i = 0; i < r->n_cut_stops; i++)
		result->stops[result->n_stops++] = copy(r->cut_stops[i]);
}

static bool
check_names(struct reading *r)
{
	return tool_names_count(r->names) <= TOOL_NAMES_MAX ||
	    err_set(r->err, ERR_INVALID_REQUEST,
	    "tools: more than %d names", TOOL_NAMES_MAX);
}

static bool
translate(struct reading *r, struct json_object *tree,
    struct dialect_request_result *result)
{
	struct neutral_request *q = r->request;
	struct json_object *written;
	struct text body;
	bool is_long;

	if (!choose_model(r, tree, result) ||
	    !dialects[r->options->from].read(r, tree) || !check_names(r))
		return false;
	q->model = text_of(result->model);
	is_long = q->max_tokens >= LONG_ANSWER;
	request_fit(r);
	if (!conversation_order(r))
		return false;
	request_fit_cache(r);
	result->is_stream = q->is_stream;
	/* A silent connection is cut before a long answer is there. */
	q->is_stream = result->is_streamed = q->is_stream || is_long;
	written = arena_keep(r->arena, dialects[r->options->to].write(r));
	if (!check_losses(r))
		return false;
	result->wants_usage = q->wants_usage;
	take_stops(r, result);
	body = text_written(written);
	if (r->is_too_long || body.at == NULL || body.len > REQUEST_LEN_MAX)
		return err_set(r->err, ERR_INVALID_REQUEST,
		    "body: too large for %s", dialect_name(r->options->to));
	result->body = copy(body);
	result->len = body.len;
	return true;
}

bool
dialect_translate_request(const struct dialect_request_options *options,
    const char *body, size_t len, struct dialect_request_result *result,
    struct err *err)
{
	struct neutral_request request = { .model = NO_TEXT };
	struct reading r = {
		.options = options,
		.words = client_words(options->from),
		.arena = arena_new(),
		.request = &request,
		.err = err,
	};
	struct json_object *tree;
	bool ok;

	assert(options->from != options->to);
	*result = (struct dialect_request_result) { .from = options->from,
		.to = options->to };
	r.losses = result->losses = losses_new();
	r.names = result->tools = tool_names_new();
	assert(r.losses != NULL);
	ok = parse_body(&r, body, len, &tree) && translate(&r, tree, result);
	arena_free(r.arena);
	return ok;
}

void
dialect_request_free(struct dialect_request_result *result)
{
	for (size_t i = 0; i < result->n_stops; i++)
		free(result->stops[i]);
	free(result->stops);
	free(result->body);
	free(result->client_model);
	free(result->model);
	free(result->losses);
	tool_names_free(result->tools);
	*result = (struct dialect_request_result) { .body = NULL };
}
