/* SPDX-License-Identifier: ISC */
#include "proxy/answer.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/log.h"
#include "proxy/agent_connection.h"
#include "proxy/answer_head.h"
#include "proxy/clock.h"
#include "proxy/dialect/upstream_error.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/request_steps.h"
#include "proxy/translation.h"

#define EGRESS_SLACK_MS 5000	/* beyond the egress's own timeout */
#define FINISHING_MS 2000	/* for usage behind an answer that is whole */
#define REJECTION_MAX 4096	/* bytes of a 401's or 403's body */

static void
forget_saved(struct answer *a)
{
	if (a->saved == NULL)
		return;
	free(a->saved->lines);
	if (a->saved->body != NULL)
		evbuffer_free(a->saved->body);
	free(a->saved);
	a->saved = NULL;
}

void
answer_close(struct answer *a)
{
	event_stream_close(&a->events);
	forget_saved(a);
	if (a->rejection != NULL)
		evbuffer_free(a->rejection);
}

/* The client has taken everything: the egress may go on. */
static void
on_drained(struct evhttp_connection *evcon, void *arg)
{
	struct request *r = arg;

	(void)evcon;
	if (r->exchange == NULL || !exchange_is_paused(r->exchange))
		return;
	/* It was we who did not listen. */
	r->answer.heard_ms = r->answer.content_ms = clock_mono_ms();
	exchange_resume(r->exchange);
}

/* What has been gathered goes to the client, as one chunk. */
static void
send_passing(struct request *r)
{
	struct evbuffer *passing = r->proxy->passing;

	if (evbuffer_get_length(passing) == 0)
		return;
	evhttp_send_reply_chunk_with_cb(r->http, passing, on_drained, r);
	/* To a HEAD evhttp sends no body, and takes none. */
	evbuffer_drain(passing, evbuffer_get_length(passing));
	r->answer.told_ms = r->answer.heard_ms;
}

static void
pass_event(void *arg, const uint8_t *bytes, size_t len)
{
	evbuffer_add(arg, bytes, len);
}

/* The last bytes have been gathered; the request ends. */
static void
finish(struct request *r)
{
	struct evhttp_request *http = r->http;

	send_passing(r);
	r->http = NULL;
	request_free(r);
	/* May free the connection, so nothing comes after it. */
	evhttp_send_reply_end(http);
}

/* --- the head --- */

static void
release_body(struct request *r)
{
	if (r->exchange == NULL || exchange_body_left(r->exchange) == 0)
		agent_connection_release_body(r->connection, r->http);
}

/* --- a 404 that may be the base URL's fault --- */

/* false when there is no memory for it: then it is passed on. */
static bool
save_head(struct request *r, const struct frame *f)
{
	struct saved_answer *saved = calloc(1, sizeof *saved);

	if (saved == NULL)
		return false;
	saved->status = (int)f->status;
	saved->lines = malloc(f->len + 1);
	saved->lines_len = f->len;
	saved->body = evbuffer_new();
	r->answer.saved = saved;
	if (saved->lines == NULL || saved->body == NULL) {
		forget_saved(&r->answer);
		return false;
	}
	memcpy(saved->lines, f->payload, f->len);
	r->answer.is_saving = true;
	return true;
}

static void
save_data(struct saved_answer *saved, const struct frame *f)
{
	if (evbuffer_get_length(saved->body) + f->len > ANSWER_SAVED_MAX ||
	    evbuffer_add(saved->body, f->payload, f->len) == -1)
		saved->is_cut = true;
}

bool
answer_send_saved(struct request *r)
{
	struct saved_answer *saved = r->answer.saved;

	if (saved == NULL || saved->is_cut || r->answer.is_saving)
		return false;
	snprintf(r->error, sizeof r->error, "the provider answered %d",
	    saved->status);
	r->http_status = saved->status;
	if (r->translation != NULL)
		translation_refuse(r, saved->status, saved->body);
	else {
		answer_begin(r, saved->status, saved->lines,
		    saved->lines_len);
		evbuffer_add_buffer(r->proxy->passing, saved->body);
	}
	finish(r);
	return true;
}

static enum exchange_fate
try_without_version(struct request *r)
{
	exchange_free(r->exchange);
	r->exchange = NULL;
	r->answer.is_saving = false;
	r->attempt = ATTEMPT_SECOND;
	request_step_ask_grant(r);
	return EXCHANGE_FREED;
}

/* --- frames --- */

static enum exchange_fate
fail(struct request *r, const struct err *err)
{
	request_fail(r, err);
	return EXCHANGE_FREED;
}

/*
 * A 401 or 403 of the provider's is not the client's: it would take it for the
 * answer to its own token.  What the provider said about it is passed on.
 */
static enum exchange_fate
reject(struct request *r)
{
	struct evbuffer *said = r->answer.rejection;
	struct upstream_error e = { .message = "" };
	struct err err;

	if (said != NULL)
		upstream_error_read(&e, r->http_status,
		    evbuffer_pullup(said, -1), evbuffer_get_length(said));
	err_set(&err, ERR_UPSTREAM_REJECTED_KEY, "%s answered %d%s%.100s",
	    r->provider->id, r->http_status, e.message[0] != '\0' ? ": " : "",
	    e.message);
	return fail(r, &err);
}

static enum exchange_fate
on_head(struct request *r, const struct frame *f)
{
	struct base_memory *bases = &r->proxy->bases;
	int status = (int)f->status;
	struct err err;

	r->http_status = status;
	r->answered_ms = clock_utc_ms();
	/* Nor is it there without "/v1": the first answer was the true one. */
	if (status == 404 && answer_send_saved(r))
		return EXCHANGE_FREED;
	if (status == 404 &&
	    base_url_may_retry(bases, r->provider, r->attempt) &&
	    save_head(r, f))
		return EXCHANGE_GOES_ON;
	forget_saved(&r->answer);
	if (status < 400)
		base_url_learn(bases, r->provider, r->attempt);
	if (status == 401 || status == 403) {
		r->answer.rejection = evbuffer_new();
		return r->answer.rejection != NULL ? EXCHANGE_GOES_ON :
		    reject(r);
	}
	if (status >= 400)
		snprintf(r->error, sizeof r->error, "the provider answered %d",
		    status);
	r->answer.content_ms = r->answer.told_ms = r->answer.heard_ms;
	if (r->translation == NULL)
		answer_begin(r, status, (const char *)f->payload, f->len);
	else if (!translation_head(r, f, &err))
		return fail(r, &err);
	else
		/* Its head waits for content, but not for ever. */
		request_await(r, REQUEST_ANSWERING,
		    answer_tick_ms(&r->proxy->settings));
	release_body(r);
	return EXCHANGE_GOES_ON;
}

static bool
is_blank(const struct frame *f)
{
	for (size_t i = 0; i < f->len; i++)
		if (((const uint8_t *)f->payload)[i] > ' ')
			return false;
	return true;
}

/* What has come is more than a sign of life. */
static void
note_content(struct request *r, const struct frame *f)
{
	struct answer *a = &r->answer;

	if (r->translation != NULL ? translation_got_on(r) : a->is_stream ?
	    a->events.n_content != a->n_content : !is_blank(f))
		a->content_ms = a->heard_ms;
	a->n_content = a->events.n_content;
}

/* The rest of an answer that has ended need not come. */
static enum exchange_fate
on_translated(struct request *r, enum translation_fate fate)
{
	if (fate == TRANSLATION_GOES_ON) {
		if (translation_is_finishing(r))
			request_await(r, REQUEST_ANSWERING, FINISHING_MS);
		return EXCHANGE_GOES_ON;
	}
	finish(r);
	return EXCHANGE_FREED;
}

static enum exchange_fate
too_long(struct request *r)
{
	struct err err;

	err_set(&err, ERR_UPSTREAM_BROKEN, "%s: an event of more than %zu "
	    "bytes", r->provider->id, r->answer.events.event_max);
	return fail(r, &err);
}

static enum exchange_fate
on_data(struct request *r, const struct frame *f)
{
	struct answer *a = &r->answer;

	if (a->rejection != NULL) {
		if (evbuffer_get_length(a->rejection) < REJECTION_MAX)
			evbuffer_add(a->rejection, f->payload, f->len);
	} else if (a->is_saving) {
		save_data(a->saved, f);
	} else if (r->translation != NULL) {
		enum translation_fate fate = translation_data(r, f);

		if (fate == TRANSLATION_GOES_ON)
			note_content(r, f);
		return on_translated(r, fate);
	} else if (a->is_stream) {
		if (!event_stream_feed(&a->events, f->payload, f->len,
		    pass_event, r->proxy->passing))
			return too_long(r);
	} else {
		evbuffer_add(r->proxy->passing, f->payload, f->len);
		usage_scan_feed(&a->scan, f->payload, f->len);
	}
	note_content(r, f);
	return EXCHANGE_GOES_ON;
}

static enum exchange_fate
on_end(struct request *r)
{
	if (r->answer.rejection != NULL)
		return reject(r);
	if (r->answer.is_saving)
		return try_without_version(r);
	if (r->translation != NULL)
		return on_translated(r, translation_end(r, NULL));
	if (r->answer.is_stream)
		event_stream_finish(&r->answer.events, pass_event,
		    r->proxy->passing);
	finish(r);
	return EXCHANGE_FREED;
}

static enum exchange_fate
on_frame(void *arg, const struct frame *f)
{
	struct request *r = arg;
	struct err err;

	r->answer.heard_ms = clock_mono_ms();
	switch (f->type) {
	case FRAME_HEAD:
		return on_head(r, f);
	case FRAME_DATA:
		return on_data(r, f);
	case FRAME_END:
		return on_end(r);
	default:
		err_set(&err, err_code_from_wire(f->code), "%.*s",
		    (int)f->len, (const char *)f->payload);
		if (err.code == ERR_NONE)
			err.code = ERR_UPSTREAM_BROKEN;
		return fail(r, &err);
	}
}

static enum exchange_fate
on_settled(void *arg)
{
	struct request *r = arg;

	if (!r->answer.has_begun)
		return EXCHANGE_GOES_ON;
	send_passing(r);
	release_body(r);
	if (agent_connection_pending(r->connection) > ANSWER_PENDING_MAX)
		exchange_pause(r->exchange);
	return EXCHANGE_GOES_ON;
}

/* A process of ours that breaks a declaration is taken for compromised. */
static void
tell_suspect(uint32_t egress, const struct err *err)
{
	struct ipc_suspect suspect = { EGRESS, egress };

	log_warning("proxy: egress %u broke the rules: %s", egress,
	    err->about);
	if (process_supervisor() != NULL)
		channel_send_body(process_supervisor(), IPC_SUSPECT, &suspect);
}

static void
on_died(void *arg, const struct err *err)
{
	struct request *r = arg;

	if (err->code == ERR_IPC_BROKEN)
		tell_suspect(r->ticket.egress, err);
	request_fail(r, err);
}

const struct exchange_hooks answer_hooks = { on_frame, on_settled, on_died,
    NULL };

/* --- breaking off, and keeping alive --- */

void
answer_break(struct request *r, const struct http_error *e)
{
	struct evbuffer *passing = r->proxy->passing;
	struct agent_connection *c = r->connection;
	char event[HTTP_ERROR_MAX];

	if (r->translation != NULL && r->answer.is_stream) {
		translation_end(r, e->err);
		finish(r);
		return;
	}
	if (r->answer.is_stream) {
		/* An event that was being passed on is ended first. */
		if (!event_stream_is_between(&r->answer.events))
			evbuffer_add(passing, "\n\n", 2);
		evbuffer_add(passing, event, http_error_event(e, event));
		finish(r);
		return;
	}
	/* Cut short, it cannot be taken for a whole answer. */
	evbuffer_drain(passing, evbuffer_get_length(passing));
	r->http = NULL;
	request_free(r);
	agent_connection_cut(c);
}

/* A sign of life that is no event of the dialect's own, or a harmless one. */
static void
keep_alive(struct request *r)
{
	const char *text = r->path.dialect == DIALECT_ANTHROPIC ?
	    "event: ping\ndata: {\"type\": \"ping\"}\n\n" : ": keep-alive\n\n";

	if (r->translation != NULL)
		translation_keep_alive(r);
	else
		evbuffer_add(r->proxy->passing, text, strlen(text));
	send_passing(r);
}

/* Of silence the egress is the first to tell; signs of life it believes. */
static bool
is_dead(const struct request *r, int64_t now_ms)
{
	const struct answer *a = &r->answer;
	int64_t idle_ms = (int64_t)r->proxy->settings.idle_timeout_ms;

	return !exchange_is_paused(r->exchange) &&
	    (now_ms - a->heard_ms > idle_ms + EGRESS_SLACK_MS ||
	    (now_ms - a->content_ms > idle_ms &&
	    now_ms - a->heard_ms < idle_ms));
}

void
answer_tick(struct request *r)
{
	const struct settings *s = &r->proxy->settings;
	struct answer *a = &r->answer;
	int64_t now_ms = clock_mono_ms();
	struct err err;

	if (translation_is_finishing(r) &&
	    now_ms - a->heard_ms + 20 >= FINISHING_MS) {
		translation_end(r, NULL);
		finish(r);
		return;
	}
	if (is_dead(r, now_ms)) {
		err_set(&err, ERR_UPSTREAM_TIMEOUT, "%s: silence",
		    r->provider->id);
		request_fail(r, &err);
		return;
	}
	if ((a->is_stream || translation_is_waiting(r)) &&
	    s->keep_alive_ms > 0 &&
	    now_ms - a->told_ms + 20 >= (int64_t)s->keep_alive_ms &&
	    agent_connection_pending(r->connection) == 0 &&
	    (r->translation != NULL || event_stream_is_between(&a->events))) {
		keep_alive(r);
		a->told_ms = now_ms;
	}
	request_await(r, REQUEST_ANSWERING, answer_tick_ms(s));
}
