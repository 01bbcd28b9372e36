/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/dialect_answer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/answer_reader.h"
#include "proxy/dialect/answer_writer.h"
#include "proxy/dialect/event_type.h"
#include "proxy/dialect/sse_reader.h"
#include "proxy/dialect/stop_cut.h"
#include "proxy/dialect/stop_words.h"
#include "proxy/dialect/stream_checker.h"
#include "proxy/dialect/upstream_error.h"

#define EVENT_DEPTH 256		/* some repeat a request's schemas */
#define COMMENTS_MAX 8		/* before a Responses client gets an event */

/* A dialect is these three; to add one, add a line to the table. */
static const struct answer_dialect {
	answer_read *read_event, *read_body;
	answer_write *write;
} dialects[DIALECTS] = {
	[DIALECT_ANTHROPIC] = { answer_anthropic_read_event,
	    answer_anthropic_read_body, answer_anthropic_write },
	[DIALECT_CHAT] = { answer_chat_read_event, answer_chat_read_body,
	    answer_chat_write },
	[DIALECT_RESPONSES] = { answer_responses_read_event,
	    answer_responses_read_body, answer_responses_write },
};

/* What the upstream really sends. */
enum form { FORM_UNKNOWN, FORM_PLAIN, FORM_EVENTS };

struct dialect_answer {
	struct dialect_answer_options options;
	char *texts[4];		/* of the options */
	const struct answer_dialect *from, *to;
	enum form form;
	struct sse_reader events;
	struct dialect_output body;	/* a plain one */
	struct answer_reader reader;
	struct answer_writer writer;
	struct stream_checker *checker;	/* NULL: the answer is plain */
	struct stop_cut stops;
	struct stop_facts facts;
	bool has_spoken, is_over, has_failed, was_guarded;
	uint64_t n_content;
	int n_comments;
};

/* --- neutral events, on their way --- */

static void
start(struct dialect_answer *a)
{
	struct neutral_event e = { .kind = NEUTRAL_START,
	    .usage = &a->reader.usage };

	if (a->writer.is_started)
		return;
	a->writer.is_started = true;
	a->to->write(&a->writer, &e);
}

static bool
emit(void *arg, const struct neutral_event *e, struct err *err)
{
	struct dialect_answer *a = arg;
	struct answer_writer *w = &a->writer;

	start(a);
	a->facts.has_tool = a->facts.has_tool || e->block == BLOCK_TOOL;
	a->facts.has_refusal = a->facts.has_refusal ||
	    e->block == BLOCK_REFUSAL;
	a->to->write(w, e);
	return dialect_output_is_whole(w->out, err) &&
	    dialect_output_is_whole(&w->text, err) &&
	    dialect_output_is_whole(&w->items, err) &&
	    dialect_output_is_whole(&w->prose, err) &&
	    dialect_output_is_whole(&w->refusal, err) &&
	    dialect_output_is_whole(&w->reasoning, err) &&
	    dialect_output_is_whole(&w->details, err);
}

static bool
on_block(void *arg, const struct neutral_event *e, struct err *err)
{
	struct dialect_answer *a = arg;

	return stop_cut_take(&a->stops, e, err);
}

/* The end that the upstream gave: once, and only with something to end. */
static bool
finish(struct dialect_answer *a, struct err *err)
{
	struct answer_reader *r = &a->reader;
	struct neutral_event e = { .kind = NEUTRAL_FINISH, .usage = &r->usage };

	if (!answer_blocks_end_all(&r->blocks, err))
		return false;
	if (!r->has_stop && a->writer.n_blocks == 0)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer ended before it began");
	e.stop = stop_words_decide(r->stop, &a->facts, a->options.to);
	if (e.stop == STOP_SEQUENCE && r->stop_sequence[0] != '\0')
		e.stop_sequence = r->stop_sequence;
	if (a->stops.found != NULL) {
		e.stop = a->facts.has_tool ? STOP_TOOLS : STOP_SEQUENCE;
		e.stop_sequence = a->facts.has_tool ? NULL : a->stops.found;
	}
	/* No client may run half a call. */
	if (e.stop == STOP_TOOLS && r->blocks.n_half > 0)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer ended inside a tool call");
	a->is_over = true;
	return emit(a, &e, err);
}

/* --- the upstream's events and bodies --- */

/* An error that was told is this answer's end, too. */
static bool
has_no_error(const struct dialect_answer *a, struct err *err)
{
	return !a->reader.has_error || err_set(err, ERR_UPSTREAM_BROKEN,
	    "the provider reported: %.100s", a->reader.error.message);
}

static bool
read_json(struct dialect_answer *a, answer_read *read, const char *name,
    const struct dialect_output *text, struct err *err)
{
	struct json_text t = { dialect_output_peek(text), text->len,
	    EVENT_DEPTH, ERR_UPSTREAM_BROKEN };
	struct json_object *value;
	bool is_good;

	if (!json_text_parse(&t, &value, err))
		return false;
	if (!json_object_is_type(value, json_type_object))
		is_good = value == NULL || err_set(err, ERR_UPSTREAM_BROKEN,
		    "an event that is no object");
	else
		is_good = read(&a->reader, name, value, err);
	json_object_put(value);
	return is_good && has_no_error(a, err) &&
	    (!a->reader.is_done || finish(a, err));
}

static bool
is_done_mark(const struct dialect_output *data)
{
	return strncmp(dialect_output_peek(data), "[DONE]", 6) == 0;
}

static bool
on_event(void *arg, const char *name, const struct dialect_output *data,
    struct err *err)
{
	struct dialect_answer *a = arg;

	if (a->is_over)
		return true;
	a->n_content += !event_type_is_idle(name, dialect_output_peek(data),
	    data->len);
	if (!is_done_mark(data))
		return read_json(a, a->from->read_event, name, data, err);
	return a->options.from != DIALECT_CHAT ||
	    (answer_chat_read_done(&a->reader, err) && finish(a, err));
}

/*
 * What it is, by the first byte that counts; whatever was declared: some send
 * an object where events were asked for, and the other way round.
 */
static void
find_form(struct dialect_answer *a, const char **bytes, size_t *len)
{
	while (*len > 0 && strchr(" \t\r\n\357\273\277", **bytes) != NULL &&
	    **bytes != '\0') {
		++*bytes;
		--*len;
	}
	if (*len == 0)
		return;
	if (strchr("{[", **bytes) != NULL)
		a->form = FORM_PLAIN;
	else if (strchr(":deir", **bytes) != NULL)
		a->form = FORM_EVENTS;
	else
		a->form = a->options.from_form == ANSWER_PLAIN ? FORM_PLAIN
		    : FORM_EVENTS;
}

static bool
read_bytes(struct dialect_answer *a, const char *bytes, size_t len,
    struct err *err)
{
	if (a->form == FORM_UNKNOWN)
		find_form(a, &bytes, &len);
	if (a->form == FORM_EVENTS)
		return sse_reader_feed(&a->events, bytes, len, err);
	for (size_t i = 0; a->form == FORM_PLAIN && i < len; i++)
		a->n_content += (unsigned char)bytes[i] > ' ';
	if (a->form == FORM_PLAIN)
		dialect_output_add(&a->body, bytes, len);
	return dialect_output_is_whole(&a->body, err);
}

static bool
read_end(struct dialect_answer *a, const struct err *cut, struct err *err)
{
	bool is_good = true;

	if (cut == NULL && a->form == FORM_PLAIN)
		return read_json(a, a->from->read_body, "", &a->body, err);
	if (cut == NULL && a->form == FORM_EVENTS)
		is_good = sse_reader_end(&a->events, err);
	if (!is_good || a->is_over)
		return is_good;
	/* All was said; what is missing are counts. */
	if (a->reader.has_stop && !a->reader.has_error)
		return finish(a, err);
	if (cut != NULL)
		*err = *cut;
	else
		err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer ended without its end");
	return false;
}

/* --- what goes out --- */

static void
write_failure(struct dialect_answer *a, struct dialect_output *out)
{
	struct neutral_event e = { .kind = NEUTRAL_ERROR,
	    .error = &a->reader.error };

	if (!a->has_spoken) {
		upstream_error_write(e.error, a->options.to,
		    a->options.request_id, out);
		return;
	}
	/* Its events name a response, so there must be one. */
	if (a->options.to == DIALECT_RESPONSES)
		start(a);
	a->to->write(&a->writer, &e);
}

static bool
fail(struct dialect_answer *a, size_t from, struct dialect_output *out,
    const struct err *err)
{
	if (out->has_failed || a->checker == NULL) {
		out->has_failed = false;
		dialect_output_cut(out, from);
	}
	if (!a->reader.has_error)
		upstream_error_set(&a->reader.error, err);
	a->has_spoken = a->has_spoken || (a->checker != NULL &&
	    out->len > from);
	a->is_over = a->has_failed = true;
	write_failure(a, out);
	return false;
}

/* Whole and lawful, or the answer fails. */
static bool
settle(struct dialect_answer *a, size_t from, bool is_good, struct err *err)
{
	struct dialect_output *out = a->writer.out;
	struct err broken;
	size_t good = 0;

	if (a->checker != NULL && !out->has_failed &&
	    !stream_checker_feed(a->checker, dialect_output_peek(out) + from,
	    out->len - from, &good, &broken)) {
		dialect_output_cut(out, from + good);
		a->was_guarded = true;
	} else if (a->checker != NULL && a->is_over && is_good &&
	    !stream_checker_end(a->checker, &broken)) {
		a->was_guarded = true;
	}
	if (a->was_guarded) {
		*err = broken;
		is_good = false;
		a->reader.has_error = false;
	}
	if (!is_good)
		return fail(a, from, out, err);
	a->has_spoken = a->has_spoken || out->len > from;
	return true;
}

bool
dialect_answer_feed(struct dialect_answer *a, const void *bytes, size_t len,
    struct dialect_output *out, struct err *err)
{
	size_t from = out->len;

	if (a->is_over)
		return true;
	a->writer.out = out;
	return settle(a, from, read_bytes(a, bytes, len, err), err);
}

bool
dialect_answer_end(struct dialect_answer *a, const struct err *cut,
    struct dialect_output *out, struct err *err)
{
	size_t from = out->len;

	if (a->is_over)
		return true;
	a->writer.out = out;
	return settle(a, from, read_end(a, cut, err), err);
}

static void
write_keep_alive(struct dialect_answer *a, struct dialect_output *out)
{
	if (a->options.to == DIALECT_ANTHROPIC) {
		dialect_output_text(out,
		    "event: ping\ndata: {\"type\":\"ping\"}\n\n");
		return;
	}
	/* No blank line, so that no reader takes it for an empty event. */
	if (a->options.to == DIALECT_CHAT || (!a->writer.is_started &&
	    a->n_comments++ < COMMENTS_MAX)) {
		dialect_output_text(out, ": keep-alive\n");
		return;
	}
	/* Comments do not count for Codex, events do. */
	start(a);
	dialect_output_form(out, "event: keepalive\ndata: "
	    "{\"type\":\"keepalive\",\"sequence_number\":%u}\n\n",
	    a->writer.sequence++);
}

void
dialect_answer_keep_alive(struct dialect_answer *a, struct dialect_output *out)
{
	size_t from = out->len, good;
	struct err err;

	if (a->is_over || a->checker == NULL)
		return;
	a->has_spoken = true;
	a->writer.out = out;
	write_keep_alive(a, out);
	/* What it may begin is part of the stream that is checked. */
	if (!stream_checker_feed(a->checker, dialect_output_peek(out) + from,
	    out->len - from, &good, &err))
		dialect_output_cut(out, from + good);
}

/* --- making and asking --- */

static bool
copy_texts(struct dialect_answer *a)
{
	const char **const texts[] = { &a->options.model, &a->options.issuer,
		&a->options.family, &a->options.request_id };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (*texts[i] == NULL)
			continue;
		*texts[i] = a->texts[i] = strdup(*texts[i]);
		if (a->texts[i] == NULL)
			return false;
	}
	return true;
}

struct dialect_answer *
dialect_answer_new(const struct dialect_answer_options *options,
    struct err *err)
{
	struct dialect_answer *a = calloc(1, sizeof *a);

	if (a == NULL) {
		err_set(err, ERR_OVERLOADED, "an answer: no memory");
		return NULL;
	}
	a->options = *options;
	if (a->options.event_max == 0)
		a->options.event_max = ANSWER_EVENT_MAX;
	if (a->options.held_max == 0)
		a->options.held_max = ANSWER_MAX;
	a->from = &dialects[options->from];
	a->to = &dialects[options->to];
	a->body.max = a->options.held_max;
	sse_reader_init(&a->events, a->options.event_max, on_event, a);
	answer_blocks_init(&a->reader.blocks, a->options.held_max, on_block, a);
	a->stops = (struct stop_cut) { options->stops, options->n_stops, emit,
	    a, .held.max = a->options.held_max };
	answer_writer_init(&a->writer, &a->options);
	if (!copy_texts(a)) {
		err_set(err, ERR_OVERLOADED, "an answer: no memory");
		dialect_answer_free(a);
		return NULL;
	}
	if (options->to_form == ANSWER_EVENTS)
		a->checker = stream_checker_new(options->to, err);
	if (options->to_form == ANSWER_EVENTS && a->checker == NULL) {
		dialect_answer_free(a);
		return NULL;
	}
	return a;
}

void
dialect_answer_free(struct dialect_answer *a)
{
	if (a == NULL)
		return;
	sse_reader_close(&a->events);
	dialect_output_free(&a->body);
	answer_reader_close(&a->reader);
	answer_writer_close(&a->writer);
	stop_cut_close(&a->stops);
	stream_checker_free(a->checker);
	for (size_t i = 0; i < sizeof a->texts / sizeof a->texts[0]; i++)
		free(a->texts[i]);
	free(a);
}

bool
dialect_answer_has_begun(const struct dialect_answer *a)
{
	return a->has_spoken;
}

bool
dialect_answer_is_over(const struct dialect_answer *a)
{
	return a->is_over;
}

bool
dialect_answer_is_finishing(const struct dialect_answer *a)
{
	return a->reader.has_stop && !a->is_over;
}

uint64_t
dialect_answer_content(const struct dialect_answer *a)
{
	return a->n_content;
}

void
dialect_answer_usage(const struct dialect_answer *a,
    struct neutral_usage *usage)
{
	*usage = a->reader.usage;
}

const struct losses *
dialect_answer_losses(const struct dialect_answer *a)
{
	return a->reader.losses;
}

const struct upstream_error *
dialect_answer_error(const struct dialect_answer *a)
{
	return a->has_failed ? &a->reader.error : NULL;
}

int
dialect_answer_status(const struct dialect_answer *a)
{
	return a->has_failed && !a->has_spoken
	    ? upstream_error_status(&a->reader.error, a->options.to) : 200;
}

const char *
dialect_answer_model(const struct dialect_answer *a)
{
	return a->reader.model;
}

const char *
dialect_answer_upstream_id(const struct dialect_answer *a)
{
	return a->reader.id;
}

bool
dialect_answer_was_guarded(const struct dialect_answer *a)
{
	return a->was_guarded;
}
