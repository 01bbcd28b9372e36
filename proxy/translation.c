/* SPDX-License-Identifier: ISC */
#include "proxy/translation.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "common/errors.h"
#include "common/frame.h"
#include "common/log.h"
#include "proxy/answer_head.h"
#include "proxy/clock.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/dialect_answer.h"
#include "proxy/dialect/dialect_request.h"
#include "proxy/dialect/losses.h"
#include "proxy/dialect/model_traits.h"
#include "proxy/dialect/rate_limit_line.h"
#include "proxy/dialect/returned_carriers.h"
#include "proxy/dialect/upstream_error.h"
#include "proxy/proxy.h"
#include "proxy/request.h"

#define OUTPUT_MAX (64u << 20)	/* bytes of one step's output */
#define LINES_MAX 65536		/* bytes of the provider's head */
#define REFUSAL_MAX 65536	/* bytes of a refusal's body that are read */
#define LOSSES_TEXT_MAX 900	/* bytes: a header line's worth */

struct translation {
	struct dialect_request_result asked;
	struct dialect_answer *answer;
	struct dialect_output output;
	int status;		/* of the provider */
	char *lines;		/* its head, until the client's begins */
	size_t lines_len;
	struct evbuffer *refusal;	/* the body of a status from 400 on */
	char losses[LOSSES_TEXT_MAX];
	size_t n_answer_losses;	/* that are in 'losses' */
	uint64_t content;	/* dialect_answer_content(), as last seen */
};

/*
 * One of the vault's own, so that carriers outlive a restart (CARRIER_KEY); at
 * first by chance: nobody is to guess it, whatever comes before that.
 */
static uint8_t key_bytes[TRANSLATION_KEY_LEN];
static const struct carrier_key key = { key_bytes, sizeof key_bytes };

bool
translation_open(struct err *err)
{
	return getrandom(key_bytes, sizeof key_bytes, 0) ==
	    (ssize_t)sizeof key_bytes ||
	    err_set_os(err, ERR_INTERNAL, "random bytes");
}

void
translation_set_key(const uint8_t bytes[TRANSLATION_KEY_LEN])
{
	memcpy(key_bytes, bytes, sizeof key_bytes);
}

char *
translation_open_carriers(const struct request *r, const char *text,
    size_t len, size_t *out_len, struct err *err)
{
	return returned_carriers_open(&(struct returned_carriers) {
		.dialect = r->path.dialect,
		.key = &key,
		.issuer = r->provider->id,
		.model = target_model(&r->target),
	}, text, len, out_len, err);
}

static const char *const paths[DIALECTS] = {
	[DIALECT_ANTHROPIC] = "/v1/messages",
	[DIALECT_CHAT] = "/v1/chat/completions",
	[DIALECT_RESPONSES] = "/v1/responses",
};

void
translation_free(struct translation *t)
{
	if (t == NULL)
		return;
	dialect_request_free(&t->asked);
	dialect_answer_free(t->answer);
	dialect_output_free(&t->output);
	free(t->lines);
	if (t->refusal != NULL)
		evbuffer_free(t->refusal);
	free(t);
}

const char *
translation_losses(const struct translation *t)
{
	return t->losses;
}

static bool
is_asked_for(const struct request *r, const char *name, const char *value)
{
	const char *said = evhttp_find_header(
	    evhttp_request_get_input_headers(r->http), name);

	return said != NULL && strcasecmp(said, value) == 0;
}

/* What is sent, for the exchange, the headers and the run record. */
static void
describe_body(struct request *r)
{
	struct translation *t = r->translation;

	r->body = (struct spliced) { .n_pieces = 1, .len = t->asked.len,
	    .is_stream = t->asked.is_stream };
	r->body.pieces[0] = (struct iovec) { t->asked.body, t->asked.len };
	strncpy(r->body.model, t->asked.model, sizeof r->body.model - 1);
}

bool
translation_begin(struct request *r, const char *text, size_t len,
    struct err *err)
{
	struct dialect_request_options options = {
		.from = r->path.dialect,
		.model = target_model(&r->target),
		.issuer = r->provider->id,
		.key = key_bytes,
		.key_len = sizeof key_bytes,
		.strictness = is_asked_for(r, "x-cofferdam-report", "strict") ?
		    LOSSES_REFUSED : LOSSES_REPORTED,
	};
	struct translation *t = calloc(1, sizeof *t);

	if (t == NULL)
		return err_set(err, ERR_OVERLOADED, "memory");
	t->output.max = OUTPUT_MAX;
	r->translation = t;
	options.to = provider_dialect(r->provider, options.from);
	r->path.rest = paths[options.to];
	if (!dialect_translate_request(&options, text, len, &t->asked, err))
		return false;
	losses_format(t->asked.losses, t->losses, sizeof t->losses);
	if (t->losses[0] != '\0')
		log_debug("translation: %s to %s loses %s",
		    r->id_text, dialect_name(options.to), t->losses);
	describe_body(r);
	return true;
}

static bool
has_type(const struct translation *t, const char *type)
{
	const char *at = t->lines, *end = t->lines + t->lines_len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line))
		if (line.name_len == 12 &&
		    memcmp(line.name, "content-type", 12) == 0)
			return line.value_len >= strlen(type) &&
			    strncasecmp(line.value, type, strlen(type)) == 0;
	return false;
}

static bool
open_answer(struct request *r, struct err *err)
{
	struct translation *t = r->translation;
	struct dialect_answer_options options = {
		.from = t->asked.to,
		.to = t->asked.from,
		.from_form = has_type(t, "text/event-stream") ? ANSWER_EVENTS :
		    ANSWER_PLAIN,
		.to_form = t->asked.is_stream ? ANSWER_EVENTS : ANSWER_PLAIN,
		.model = t->asked.client_model,
		.wants_usage = t->asked.wants_usage,
		.names = t->asked.tools,
		.stops = (const char *const *)t->asked.stops,
		.n_stops = t->asked.n_stops,
		.key = &key,
		.issuer = r->provider->id,
		.family = model_family(t->asked.model),
		.request_id = r->id_text,
		.created_s = r->started_ms / 1000,
		.event_max = r->proxy->settings.max_event_len,
	};

	memcpy(options.seed, &r->id, sizeof r->id);
	memcpy(options.seed + sizeof r->id, &r->started_ms,
	    sizeof r->started_ms);
	t->answer = dialect_answer_new(&options, err);
	return t->answer != NULL;
}

bool
translation_head(struct request *r, const struct frame *f, struct err *err)
{
	struct translation *t = r->translation;

	t->status = (int)f->status;
	t->lines = malloc(f->len + 1);
	if (t->lines == NULL)
		return err_set(err, ERR_OVERLOADED, "memory");
	memcpy(t->lines, f->payload, f->len);
	t->lines_len = f->len;
	if (t->status < 400)
		return open_answer(r, err);
	t->refusal = evbuffer_new();
	return t->refusal != NULL || err_set(err, ERR_OVERLOADED, "memory");
}

#define LIMITS_MAX 16		/* lines about limits that are looked at */

/* What the provider says about its limits, in the words of the client's. */
static void
convert_limits(const struct request *r, struct rate_limit_lines *limits)
{
	static char names[LIMITS_MAX][RATE_LIMIT_NAME];
	static char values[LIMITS_MAX][RATE_LIMIT_VALUE];
	const struct translation *t = r->translation;
	const char *at = t->lines, *end = t->lines + t->lines_len;
	struct header_line lines[LIMITS_MAX];
	struct frame_line line;
	size_t n = 0;

	while (n < LIMITS_MAX && frame_next_line(&at, end, &line)) {
		if (line.name_len >= RATE_LIMIT_NAME ||
		    line.value_len >= RATE_LIMIT_VALUE)
			continue;
		snprintf(names[n], RATE_LIMIT_NAME, "%.*s",
		    (int)line.name_len, line.name);
		if (strstr(names[n], "ratelimit-") == NULL)
			continue;
		snprintf(values[n], RATE_LIMIT_VALUE, "%.*s",
		    (int)line.value_len, line.value);
		lines[n] = (struct header_line) { names[n], values[n] };
		n++;
	}
	*limits = (struct rate_limit_lines) { 0 };
	if (t->asked.from != t->asked.to)
		rate_limit_convert(limits, t->asked.from,
		    clock_utc_ms() / 1000, lines, n);
}

/* The client's head: this status, and what kind of body follows. */
static void
begin(struct request *r, int status, enum answer_form form,
    const struct upstream_error *e)
{
	struct translation *t = r->translation;
	struct rate_limit_lines limits;

	convert_limits(r, &limits);
	answer_begin_translated(r, &(struct translated_head) {
		.status = status,
		.type = form == ANSWER_EVENTS ? "text/event-stream" :
		    "application/json",
		.lines = t->lines,
		.lines_len = t->lines_len,
		.losses = is_asked_for(r, "x-cofferdam-report", "lossy") ?
		    t->losses : "",
		.limits = &limits,
		.is_futile = e != NULL && e->fault == FAULT_BILLING,
	});
}

static void
note_usage(struct request *r)
{
	struct neutral_usage u;

	dialect_answer_usage(r->translation->answer, &u);
	r->usage = (struct usage) { .input = u.input, .output = u.output,
	    .cache_read = u.cache_read, .cache_write = u.cache_write,
	    .reasoning = u.reasoning };
	strncpy(r->usage.model,
	    dialect_answer_model(r->translation->answer),
	    sizeof r->usage.model - 1);
	/* Run records count as the provider does. */
	if (r->translation->asked.to != DIALECT_ANTHROPIC)
		r->usage.input += u.cache_read + u.cache_write;
}

/* What the answer lost, behind what the request did. */
static void
note_losses(struct translation *t)
{
	const struct losses *more = dialect_answer_losses(t->answer);
	size_t at;

	if (more == NULL || more->n == t->n_answer_losses)
		return;
	t->n_answer_losses = more->n;
	losses_format(t->asked.losses, t->losses, sizeof t->losses);
	at = strlen(t->losses);
	if (at + LOSS_PATH_MAX > sizeof t->losses)
		return;
	if (at > 0)
		at += (size_t)snprintf(t->losses + at, sizeof t->losses - at,
		    ", ");
	losses_format(more, t->losses + at, sizeof t->losses - at);
}

static void
note_error(struct request *r)
{
	const struct upstream_error *e =
	    dialect_answer_error(r->translation->answer);

	if (e != NULL)
		snprintf(r->error, sizeof r->error, "%.*s",
		    HTTP_ERROR_TEXT_MAX - 1, e->message);
}

/* What a step has put out goes on; the head goes before the first of it. */
static enum translation_fate
pass(struct request *r, bool is_well)
{
	struct translation *t = r->translation;

	note_losses(t);
	if (t->output.len > 0 && !r->answer.has_begun) {
		bool is_refusal = !is_well &&
		    !dialect_answer_has_begun(t->answer);

		begin(r, dialect_answer_status(t->answer), is_refusal ||
		    !t->asked.is_stream ? ANSWER_PLAIN : ANSWER_EVENTS,
		    is_well ? NULL : dialect_answer_error(t->answer));
	}
	evbuffer_add(r->proxy->passing, dialect_output_peek(&t->output),
	    t->output.len);
	dialect_output_reset(&t->output);
	note_usage(r);
	if (!is_well)
		note_error(r);
	if (!is_well && dialect_answer_was_guarded(t->answer)) {
		r->proxy->metrics.n_guarded++;
		log_warning("translation: an answer of ours would have broken "
		    "its dialect: %s (request %s)", r->error, r->id_text);
	}
	return dialect_answer_is_over(t->answer) || !is_well ?
	    TRANSLATION_OVER : TRANSLATION_GOES_ON;
}

void
translation_refuse(struct request *r, int status, struct evbuffer *body)
{
	struct translation *t = r->translation;
	struct upstream_error e;

	upstream_error_read(&e, status, evbuffer_pullup(body, -1),
	    evbuffer_get_length(body));
	snprintf(r->error, sizeof r->error, "the provider answered %d",
	    status);
	begin(r, upstream_error_status(&e, t->asked.from), ANSWER_PLAIN, &e);
	upstream_error_write(&e, t->asked.from, r->id_text, &t->output);
	evbuffer_add(r->proxy->passing, dialect_output_peek(&t->output),
	    t->output.len);
}

enum translation_fate
translation_data(struct request *r, const struct frame *f)
{
	struct translation *t = r->translation;
	struct err err;
	bool is_well;

	if (t->refusal != NULL) {
		if (evbuffer_get_length(t->refusal) + f->len <= REFUSAL_MAX)
			evbuffer_add(t->refusal, f->payload, f->len);
		return TRANSLATION_GOES_ON;
	}
	is_well = dialect_answer_feed(t->answer, f->payload, f->len,
	    &t->output, &err);
	return pass(r, is_well);
}

enum translation_fate
translation_end(struct request *r, const struct err *cut)
{
	struct translation *t = r->translation;
	struct err err;
	bool is_well;

	if (t->refusal != NULL) {
		translation_refuse(r, t->status, t->refusal);
		return TRANSLATION_OVER;
	}
	is_well = dialect_answer_end(t->answer, cut, &t->output, &err);
	pass(r, is_well);
	return TRANSLATION_OVER;
}

void
translation_keep_alive(struct request *r)
{
	struct translation *t = r->translation;

	if (t->answer == NULL)
		return;
	dialect_answer_keep_alive(t->answer, &t->output);
	pass(r, true);
}

bool
translation_got_on(struct request *r)
{
	struct translation *t = r->translation;
	uint64_t content = t->answer != NULL ?
	    dialect_answer_content(t->answer) : t->content + 1;
	bool got_on = content != t->content;

	t->content = content;
	return got_on;
}

bool
translation_is_streamed(const struct translation *t)
{
	return t != NULL && t->asked.is_streamed;
}

bool
translation_is_waiting(const struct request *r)
{
	const struct translation *t = r->translation;

	return t != NULL && t->answer != NULL && t->asked.is_stream &&
	    !r->answer.has_begun;
}

bool
translation_is_over(const struct translation *t)
{
	return t != NULL && t->answer != NULL &&
	    dialect_answer_is_over(t->answer);
}

bool
translation_is_finishing(const struct request *r)
{
	return r->translation != NULL && r->translation->answer != NULL &&
	    dialect_answer_is_finishing(r->translation->answer);
}
