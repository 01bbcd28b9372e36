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
#include "proxy/kept_answer.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/request_steps.h"
#include "proxy/translation.h"

#define REJECTION_MAX 4096	/* bytes of a 401's or 403's body */

static void
forget_saved(struct answer *a)
{
	kept_answer_free(a->saved);
	a->saved = NULL;
}

static void
forget_held(struct answer *a)
{
	if (a->held == NULL)
		return;
	kept_answer_free(a->held);
	first_content_close(&a->content);
	a->held = NULL;
}

void
answer_close(struct answer *a)
{
	event_stream_close(&a->events);
	forget_saved(a);
	forget_held(a);
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

void
answer_send_passing(struct request *r)
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

/* --- the head --- */

static void
release_body(struct request *r)
{
	if (r->exchange == NULL || exchange_body_left(r->exchange) == 0)
		agent_connection_release_body(r->connection, r->http);
}

/* --- a 404 that may be the base URL's fault --- */

bool
answer_send_saved(struct request *r)
{
	struct kept_answer *saved = r->answer.saved;

	if (saved == NULL || saved->is_cut || r->answer.is_saving)
		return false;
	r->answer.saved = NULL;
	/* Of a substitute it is a failure like any other. */
	if (attempts_want_hold(r, saved->status))
		attempts_fail(r, saved);
	else
		answer_replay(r, saved);
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

/* It is the client's, from its head on. */
static enum exchange_fate
pass_head(struct request *r, const struct frame *f)
{
	int status = (int)f->status;
	struct err err;

	attempts_pass(r, status, (const char *)f->payload, f->len);
	r->http_status = status;
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

/* false when there is no memory for it: then it is passed on. */
static bool
hold_head(struct request *r, const struct frame *f)
{
	struct answer *a = &r->answer;

	a->held = kept_answer_new(f);
	if (a->held == NULL)
		return false;
	first_content_open(&a->content);
	request_await(r, REQUEST_AWAITED, answer_tick_ms(&r->proxy->settings));
	return true;
}

/* Takes it out of the request's hands. */
static struct kept_answer *
take_held(struct answer *a)
{
	struct kept_answer *k = a->held;

	first_content_close(&a->content);
	a->held = NULL;
	return k;
}

static enum exchange_fate
fail_held(struct request *r)
{
	attempts_fail(r, take_held(&r->answer));
	return EXCHANGE_FREED;
}

static enum exchange_fate
on_head(struct request *r, const struct frame *f)
{
	struct base_memory *bases = &r->proxy->bases;
	bool may_lack_version = r->infer_path == NULL;
	int status = (int)f->status;

	r->answered_ms = clock_utc_ms();
	/* Nor is it there without "/v1": the first answer was the true one. */
	if (status == 404 && answer_send_saved(r))
		return EXCHANGE_FREED;
	if (status == 404 && may_lack_version &&
	    base_url_may_retry(bases, r->provider, r->attempt)) {
		r->answer.saved = kept_answer_new(f);
		r->answer.is_saving = r->answer.saved != NULL;
		if (r->answer.is_saving)
			return EXCHANGE_GOES_ON;
	}
	forget_saved(&r->answer);
	if (status < 400 && may_lack_version)
		base_url_learn(bases, r->provider, r->attempt);
	if (!attempts_want_hold(r, status) || !hold_head(r, f))
		return pass_head(r, f);
	/* The body of a substitute's failure is nobody's to read. */
	return r->attempts.is_substituted && attempts_is_failure(r, status) ?
	    fail_held(r) : EXCHANGE_GOES_ON;
}

/* The rest of an answer that has ended need not come. */
static enum exchange_fate
on_translated(struct request *r, enum translation_fate fate)
{
	if (fate == TRANSLATION_GOES_ON) {
		if (translation_is_finishing(r))
			request_await(r, REQUEST_ANSWERING, ANSWER_FINISHING_MS);
		return EXCHANGE_GOES_ON;
	}
	answer_finish(r);
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
pass_data(struct request *r, const struct frame *f)
{
	struct answer *a = &r->answer;

	if (a->rejection != NULL) {
		if (evbuffer_get_length(a->rejection) < REJECTION_MAX)
			evbuffer_add(a->rejection, f->payload, f->len);
	} else if (a->is_saving) {
		kept_answer_add(a->saved, f);
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
	if (answer_has_ended(a)) {
		answer_note_failure(r);
		request_await(r, REQUEST_ANSWERING, ANSWER_FINISHING_MS);
	}
	return EXCHANGE_GOES_ON;
}

static enum exchange_fate
pass_end(struct request *r)
{
	struct err err;

	if (r->answer.rejection != NULL)
		return reject(r);
	if (r->answer.is_saving)
		return try_without_version(r);
	if (r->translation != NULL)
		return on_translated(r, translation_end(r, NULL));
	if (r->answer.is_stream)
		event_stream_finish(&r->answer.events, pass_event,
		    r->proxy->passing);
	if (answer_lacks_end(r)) {
		err_set(&err, ERR_UPSTREAM_BROKEN, "%s: its stream has no end",
		    r->provider->id);
		return fail(r, &err);
	}
	answer_finish(r);
	return EXCHANGE_FREED;
}

/* --- held back --- */

static enum exchange_fate
pass_kept(struct request *r, const struct kept_answer *k)
{
	struct frame f;
	enum exchange_fate fate;

	kept_answer_head(k, &f);
	fate = pass_head(r, &f);
	kept_answer_data(k, &f);
	if (fate == EXCHANGE_GOES_ON && f.len > 0)
		fate = pass_data(r, &f);
	return fate;
}

void
answer_replay(struct request *r, struct kept_answer *k)
{
	if (pass_kept(r, k) == EXCHANGE_GOES_ON)
		pass_end(r);
	kept_answer_free(k);
}

static enum exchange_fate
release(struct request *r)
{
	struct kept_answer *k = take_held(&r->answer);
	enum exchange_fate fate = EXCHANGE_FREED;

	if (attempts_is_failure(r, k->status)) {
		/* It is one whatever follows. */
		k->is_cut = true;
		attempts_fail(r, k);
		return fate;
	}
	fate = pass_kept(r, k);
	kept_answer_free(k);
	return fate;
}

static enum exchange_fate
hold_data(struct request *r, const struct frame *f)
{
	struct answer *a = &r->answer;
	enum content_sign sign = CONTENT_AWAITED;
	enum exchange_fate fate;

	if (kept_answer_len(a->held) + f->len > KEPT_ANSWER_MAX) {
		fate = release(r);
		return fate == EXCHANGE_GOES_ON ? pass_data(r, f) : fate;
	}
	kept_answer_add(a->held, f);
	if (!attempts_is_failure(r, a->held->status))
		sign = first_content_feed(&a->content,
		    (const char *)f->payload, f->len);
	return sign == CONTENT_FAULT ? fail_held(r) :
	    sign == CONTENT_SEEN ? release(r) : EXCHANGE_GOES_ON;
}

static enum exchange_fate
hold_end(struct request *r)
{
	struct answer *a = &r->answer;
	enum exchange_fate fate;
	struct frame f;

	kept_answer_data(a->held, &f);
	if (attempts_is_failure(r, a->held->status) ||
	    first_content_end(&a->content, (const char *)f.payload, f.len) ==
	    CONTENT_FAULT)
		return fail_held(r);
	fate = release(r);
	return fate == EXCHANGE_GOES_ON ? pass_end(r) : fate;
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
		return answer_is_held(r) ? hold_data(r, f) : pass_data(r, f);
	case FRAME_END:
		return answer_is_held(r) ? hold_end(r) : pass_end(r);
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
	answer_send_passing(r);
	release_body(r);
	if (agent_connection_pending(r->connection) > ANSWER_PENDING_MAX)
		exchange_pause(r->exchange);
	return EXCHANGE_GOES_ON;
}

bool
answer_is_held(const struct request *r)
{
	return r->answer.held != NULL;
}

void
answer_release(struct request *r)
{
	if (release(r) == EXCHANGE_GOES_ON)
		on_settled(r);
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
