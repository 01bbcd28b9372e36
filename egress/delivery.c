/* SPDX-License-Identifier: ISC */
#include "egress/delivery.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/frame.h"
#include "common/process/process.h"
#include "common/settings.h"
#include "common/upstream/upstream.h"
#include "egress/provision.h"

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
set_timer(struct event *timer, uint64_t wait_ms)
{
	struct timeval wait = { (time_t)(wait_ms / 1000),
	    (suseconds_t)(wait_ms % 1000 * 1000) };

	event_add(timer, &wait);
}

void
delivery_mark_active(struct delivery *d)
{
	d->active_ms = now_ms();
}

void
delivery_mark_dirty(struct delivery *d)
{
	if (!d->is_dirty)
		TAILQ_INSERT_TAIL(&d->all->dirty, d, next_dirty);
	d->is_dirty = true;
}

void
delivery_free(struct delivery *d)
{
	transfer_free(d->transfer);
	if (d->ready != NULL)
		event_free(d->ready);
	if (d->writable != NULL)
		event_free(d->writable);
	if (d->quiet != NULL)
		event_free(d->quiet);
	request_head_free(&d->head);
	free(d);
}

static void
release(struct delivery *d)
{
	transfer_stop(d->transfer);
	event_del(d->ready);
	event_del(d->writable);
	event_del(d->quiet);
	d->waits_for_body = d->waits_for_reader = false;
	close(d->pair);
	framing_reset(&d->answer);
	outlet_reset(&d->outlet);
	body_reset(&d->body);
	free(d->target);
	d->target = NULL;
	d->stage = FREE;
	delivery_retire(d);
}

static void
report(struct delivery *d, enum err_code code)
{
	curl_off_t sent = 0;

	if (transfer_was_sent(d->transfer))
		curl_easy_getinfo(transfer_easy(d->transfer),
		    CURLINFO_SIZE_UPLOAD_T, &sent);
	d->outcome.sent = (uint64_t)sent;
	d->outcome.received = d->answer.n_received;
	d->outcome.http_status = d->answer.head.status;
	d->outcome.code = code;
	d->all->hooks.ended(&d->outcome, d->all->hooks.arg);
}

/* The proxy has closed the pair: nobody is there to be told. */
void
delivery_cancel(struct delivery *d)
{
	if (d->stage == GATHERING || d->stage == SENT)
		report(d, ERR_CANCELLED);
	release(d);
}

/* The answer is over, well or not; what is left is to be read. */
void
delivery_finish(struct delivery *d, const struct err *err)
{
	uint32_t flags = 0;
	enum err_code code;

	if (!d->answer.is_begun)
		flags |= FRAME_BEFORE_ANY_BYTE;
	if (!transfer_was_sent(d->transfer))
		flags |= FRAME_NOTHING_SENT;
	framing_finish(&d->answer, err, flags, &code);
	/* Who waits for the answer goes first, the record second. */
	outlet_write(&d->outlet);
	report(d, code);
	transfer_stop(d->transfer);
	event_del(d->quiet);
	d->stage = DRAINING;
	delivery_mark_dirty(d);
}

static void
on_ended(const struct err *err, void *arg)
{
	struct delivery *d = arg;

	if (d->answer.err.code == ERR_CANCELLED)
		delivery_cancel(d);
	else
		delivery_finish(d, err);
}

static void
resume(struct delivery *d)
{
	d->waits_for_body = d->waits_for_reader = false;
	delivery_mark_active(d);
	transfer_resume(d->transfer);
}

/* Writes what is there; the request may be gone afterwards. */
void
delivery_write(struct delivery *d)
{
	enum outlet_result result = outlet_write(&d->outlet);

	if (result == OUTLET_GONE)
		delivery_cancel(d);
	else if (result == OUTLET_PENDING)
		/* Until the proxy reads: its pace, its patience. */
		event_add(d->writable, NULL);
	else if (d->stage == DRAINING)
		release(d);
	else if (d->waits_for_reader)
		resume(d);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	delivery_write(arg);
}

static void
send_upstream(struct delivery *d)
{
	struct err err;

	/* 'sent' in the outcome is libcurl's from here on. */
	if (!delivery_curl_set(d, &err)) {
		delivery_finish(d, &err);
		return;
	}
	d->stage = SENT;
	delivery_mark_active(d);
	transfer_start(d->transfer, on_ended, d);
}

static void
gather(struct delivery *d)
{
	struct err err;

	switch (body_gather(&d->body)) {
	case BODY_WHOLE:
		send_upstream(d);
		break;
	case BODY_WAITS:
		delivery_mark_active(d);
		break;
	case BODY_GONE:
		delivery_cancel(d);
		break;
	case BODY_NO_MEMORY:
		err_set(&err, ERR_OVERLOADED, "memory for a body");
		delivery_finish(d, &err);
	}
}

/*
 * Something has happened to the pair: bytes of the body, or its end.  The event
 * is edge-triggered, so that bytes may wait there while libcurl is busy.
 */
static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct delivery *d = arg;
	struct deliveries *all = d->all;

	(void)fd;
	(void)what;
	if (d->stage == GATHERING) {
		gather(d);
		/* It may be free now, and another's. */
		deliveries_write(all);
		return;
	}
	if (body_look_at_pair(&d->body) == PAIR_GONE)
		delivery_cancel(d);
	else if (d->waits_for_body)
		resume(d);
}

/* A whole answer may take as long as a stream may be silent. */
static uint64_t
first_byte_ms(const struct delivery *d)
{
	const struct settings *settings = process_settings();

	return d->comes_whole &&
	    settings->idle_timeout_ms > settings->first_byte_timeout_ms ?
	    settings->idle_timeout_ms : settings->first_byte_timeout_ms;
}

/* The limit may become the shorter one while we wait for the longer. */
static void
look_again(struct delivery *d, uint64_t wait_ms)
{
	uint64_t idle_ms = process_settings()->idle_timeout_ms;

	set_timer(d->quiet, wait_ms < idle_ms ? wait_ms : idle_ms);
}

/* No event is moved when a byte moves: the timer looks when that was. */
static void
on_quiet(evutil_socket_t fd, short what, void *arg)
{
	struct delivery *d = arg;
	uint64_t quiet_ms = now_ms() - d->active_ms;
	uint64_t limit_ms = d->stage == SENT && !d->answer.is_begun ?
	    first_byte_ms(d) : process_settings()->idle_timeout_ms;
	struct err err;

	(void)fd;
	(void)what;
	if (d->waits_for_reader)
		quiet_ms = 0;
	if (quiet_ms < limit_ms) {
		look_again(d, limit_ms - quiet_ms);
		return;
	}
	if (d->stage == GATHERING || d->waits_for_body)
		err_set(&err, ERR_TIMED_OUT, "the body did not come");
	else
		err_set(&err, ERR_UPSTREAM_TIMEOUT,
		    "%.80s: nothing for %llu ms",
		    d->all->provision->pin.host,
		    (unsigned long long)quiet_ms);
	delivery_finish(d, &err);
	deliveries_write(d->all);
}

struct delivery *
delivery_new(struct deliveries *all, struct err *err)
{
	struct delivery *d = calloc(1, sizeof *d);

	if (d == NULL) {
		err_set(err, ERR_OVERLOADED, "memory for a request");
		return NULL;
	}
	d->all = all;
	d->ready = event_new(all->base, -1, 0, on_ready, d);
	d->writable = event_new(all->base, -1, 0, on_writable, d);
	d->quiet = evtimer_new(all->base, on_quiet, d);
	d->transfer = transfer_new(all->upstream, err);
	if (d->ready == NULL || d->writable == NULL || d->quiet == NULL ||
	    d->transfer == NULL || !delivery_curl_open(d, err)) {
		err_set(err, ERR_OVERLOADED, "memory for a request");
		delivery_free(d);
		return NULL;
	}
	return d;
}

void
delivery_open(struct delivery *d, const struct delivery_order *order)
{
	struct deliveries *all = d->all;
	const struct ipc_request *q = order->request;

	d->pair = order->pair;
	memcpy(d->method, q->method, sizeof d->method);
	d->comes_whole = q->comes_whole != 0;
	d->body = (struct body) { .fd = d->pair, .len = q->body_len };
	d->outlet = (struct outlet) { .fd = d->pair };
	d->answer = (struct framing) { .outlet = &d->outlet,
	    .guard = all->provision->guard };
	d->outcome = (struct ipc_outcome) { .request = q->ticket.request,
	    .sequence = q->ticket.sequence };
	d->stage = GATHERING;
	delivery_mark_active(d);
	event_assign(d->ready, all->base, d->pair,
	    EV_READ | EV_ET | EV_PERSIST, on_ready, d);
	event_assign(d->writable, all->base, d->pair, EV_WRITE | EV_ET,
	    on_writable, d);
	look_again(d, first_byte_ms(d));
}

void
delivery_begin(struct delivery *d)
{
	struct err err;

	/* Without a timeout of its own: 'quiet' is set. */
	if (event_add(d->ready, NULL) == -1) {
		err_set(&err, ERR_IPC_BROKEN, "the pair is none");
		delivery_finish(d, &err);
		return;
	}
	/* The body is there already, most of the time: no waiting for it. */
	if (body_is_short(&d->body))
		gather(d);
	else
		send_upstream(d);
}
