/* SPDX-License-Identifier: ISC */
#include "egress/request.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/process/process.h"
#include "common/settings.h"
#include "common/upstream/upstream.h"
#include "egress/credential.h"
#include "egress/request_parts.h"

#define POOL_MAX 32		/* requests kept with their libcurl handles */

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
request_mark_active(struct request *r)
{
	r->active_ms = now_ms();
}

void
request_mark_dirty(struct request *r)
{
	if (!r->is_dirty)
		TAILQ_INSERT_TAIL(&r->all->dirty, r, next_dirty);
	r->is_dirty = true;
}

static void
destroy(struct request *r)
{
	transfer_free(r->transfer);
	if (r->ready != NULL)
		event_free(r->ready);
	if (r->writable != NULL)
		event_free(r->writable);
	if (r->quiet != NULL)
		event_free(r->quiet);
	request_head_free(&r->head);
	free(r);
}

/* Back to the pool, or out of existence. */
static void
release(struct request *r)
{
	struct requests *all = r->all;

	transfer_stop(r->transfer);
	event_del(r->ready);
	event_del(r->writable);
	event_del(r->quiet);
	if (r->is_dirty)
		TAILQ_REMOVE(&all->dirty, r, next_dirty);
	r->is_dirty = r->waits_for_body = r->waits_for_reader = false;
	close(r->pair);
	answer_reset(&r->answer);
	outlet_reset(&r->outlet);
	body_reset(&r->body);
	free(r->target);
	r->target = NULL;
	r->stage = FREE;
	TAILQ_REMOVE(&all->in_flight, r, next);
	if (all->n_pool < POOL_MAX) {
		TAILQ_INSERT_HEAD(&all->pool, r, next);
		all->n_pool++;
	} else
		destroy(r);
	if (--all->n_in_flight == 0)
		all->hooks.idle(all->hooks.arg);
}

static void
report(struct request *r, enum err_code code)
{
	curl_off_t sent = 0;

	if (transfer_was_sent(r->transfer))
		curl_easy_getinfo(transfer_easy(r->transfer),
		    CURLINFO_SIZE_UPLOAD_T, &sent);
	r->outcome.sent = (uint64_t)sent;
	r->outcome.received = r->answer.n_received;
	r->outcome.http_status = r->answer.head.status;
	r->outcome.code = code;
	r->all->hooks.ended(&r->outcome, r->all->hooks.arg);
}

/* The proxy has closed the pair: nobody is there to be told. */
static void
cancel(struct request *r)
{
	if (r->stage == GATHERING || r->stage == SENT)
		report(r, ERR_CANCELLED);
	release(r);
}

/* The answer is over, well or not; what is left is to be read. */
static void
finish(struct request *r, const struct err *err)
{
	uint32_t flags = 0;
	enum err_code code;

	if (!r->answer.is_begun)
		flags |= FRAME_BEFORE_ANY_BYTE;
	if (!transfer_was_sent(r->transfer))
		flags |= FRAME_NOTHING_SENT;
	answer_finish(&r->answer, err, flags, &code);
	/* Who waits for the answer goes first, the record second. */
	outlet_write(&r->outlet);
	report(r, code);
	transfer_stop(r->transfer);
	event_del(r->quiet);
	r->stage = DRAINING;
	request_mark_dirty(r);
}

static void
on_ended(const struct err *err, void *arg)
{
	struct request *r = arg;

	if (r->answer.err.code == ERR_CANCELLED)
		cancel(r);
	else
		finish(r, err);
}

static void
resume(struct request *r)
{
	r->waits_for_body = r->waits_for_reader = false;
	request_mark_active(r);
	transfer_resume(r->transfer);
}

/* Writes what is there; the request may be gone afterwards. */
static void
write_some(struct request *r)
{
	enum outlet_result result = outlet_write(&r->outlet);

	if (result == OUTLET_GONE)
		cancel(r);
	else if (result == OUTLET_PENDING)
		/* Until the proxy reads: its pace, its patience. */
		event_add(r->writable, NULL);
	else if (r->stage == DRAINING)
		release(r);
	else if (r->waits_for_reader)
		resume(r);
}

void
requests_write(struct requests *all)
{
	struct request *r;

	while ((r = TAILQ_FIRST(&all->dirty)) != NULL) {
		TAILQ_REMOVE(&all->dirty, r, next_dirty);
		r->is_dirty = false;
		write_some(r);
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	write_some(arg);
}

static void
send_upstream(struct request *r)
{
	struct err err;

	/* 'sent' in the outcome is libcurl's from here on. */
	if (!request_curl_set(r, &err)) {
		finish(r, &err);
		return;
	}
	r->stage = SENT;
	request_mark_active(r);
	transfer_start(r->transfer, on_ended, r);
}

static void
gather(struct request *r)
{
	struct err err;

	switch (body_gather(&r->body)) {
	case BODY_WHOLE:
		send_upstream(r);
		break;
	case BODY_WAITS:
		request_mark_active(r);
		break;
	case BODY_GONE:
		cancel(r);
		break;
	case BODY_NO_MEMORY:
		err_set(&err, ERR_OVERLOADED, "memory for a body");
		finish(r, &err);
	}
}

/*
 * Something has happened to the pair: bytes of the body, or its end.  The event
 * is edge-triggered, so that bytes may wait there while libcurl is busy.
 */
static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct request *r = arg;

	(void)fd;
	(void)what;
	if (r->stage == GATHERING) {
		gather(r);
		/* It may be free now, and another's. */
		return;
	}
	if (body_look_at_pair(&r->body) == PAIR_GONE)
		cancel(r);
	else if (r->waits_for_body)
		resume(r);
}

/* The limit may become the shorter one while we wait for the longer. */
static void
look_again(struct request *r, uint64_t wait_ms)
{
	uint64_t idle_ms = process_settings()->idle_timeout_ms;

	set_timer(r->quiet, wait_ms < idle_ms ? wait_ms : idle_ms);
}

/* No event is moved when a byte moves: the timer looks when that was. */
static void
on_quiet(evutil_socket_t fd, short what, void *arg)
{
	const struct settings *settings = process_settings();
	struct request *r = arg;
	uint64_t quiet_ms = now_ms() - r->active_ms;
	uint64_t limit_ms = r->stage == SENT && !r->answer.is_begun ?
	    settings->first_byte_timeout_ms : settings->idle_timeout_ms;
	struct err err;

	(void)fd;
	(void)what;
	if (r->waits_for_reader)
		quiet_ms = 0;
	if (quiet_ms < limit_ms) {
		look_again(r, limit_ms - quiet_ms);
		return;
	}
	if (r->stage == GATHERING || r->waits_for_body)
		err_set(&err, ERR_TIMED_OUT, "the body did not come");
	else
		err_set(&err, ERR_UPSTREAM_TIMEOUT, "%.80s: nothing for %llu ms",
		    r->all->credential->pin.host,
		    (unsigned long long)quiet_ms);
	finish(r, &err);
	requests_write(r->all);
}

static struct request *
request_new(struct requests *all, struct err *err)
{
	struct request *r = calloc(1, sizeof *r);

	if (r == NULL) {
		err_set(err, ERR_OVERLOADED, "memory for a request");
		return NULL;
	}
	r->all = all;
	r->ready = event_new(all->base, -1, 0, on_ready, r);
	r->writable = event_new(all->base, -1, 0, on_writable, r);
	r->quiet = evtimer_new(all->base, on_quiet, r);
	r->transfer = transfer_new(all->upstream, err);
	if (r->ready == NULL || r->writable == NULL || r->quiet == NULL ||
	    r->transfer == NULL || !request_curl_open(r, err)) {
		err_set(err, ERR_OVERLOADED, "memory for a request");
		destroy(r);
		return NULL;
	}
	return r;
}

static struct request *
take(struct requests *all, struct err *err)
{
	struct request *r = TAILQ_FIRST(&all->pool);

	if (all->n_in_flight >= REQUESTS_MAX) {
		err_set(err, ERR_OVERLOADED, "%zu requests for this credential",
		    all->n_in_flight);
		return NULL;
	}
	if (r == NULL)
		r = request_new(all, err);
	else {
		TAILQ_REMOVE(&all->pool, r, next);
		all->n_pool--;
	}
	if (r == NULL)
		return NULL;
	TAILQ_INSERT_TAIL(&all->in_flight, r, next);
	all->n_in_flight++;
	return r;
}

/* Target and header lines, in one piece of memory. */
static bool
copy_texts(struct request *r, const struct request_order *order,
    struct err *err)
{
	const struct ipc_request *q = order->request;
	const char *base = r->all->credential->pin.path;
	size_t base_len = strlen(base);
	size_t target_len = base_len + q->path_len;

	r->target = malloc(target_len + 1 + q->headers_len);
	if (r->target == NULL)
		return err_set(err, ERR_OVERLOADED, "memory for a request");
	memcpy(r->target, base, base_len);
	memcpy(r->target + base_len, order->path, q->path_len);
	r->target[target_len] = '\0';
	r->lines = r->target + target_len + 1;
	r->lines_len = q->headers_len;
	memcpy(r->lines, order->headers, r->lines_len);
	return true;
}

static bool
check(struct request *r, const struct request_order *order, struct err *err)
{
	bool is_bodyless;

	if (!request_head_check_method(r->method, err) ||
	    !request_head_check_path(order->path, order->request->path_len,
	    err) || !copy_texts(r, order, err) ||
	    !request_head_read(&r->head, r->lines, r->lines_len,
	    r->all->credential->header, err))
		return false;
	is_bodyless = strcmp(r->method, "GET") == 0 ||
	    strcmp(r->method, "HEAD") == 0;
	return !is_bodyless || r->body.len == 0 ||
	    err_set(err, ERR_INVALID_REQUEST, "%s with a body", r->method);
}

static void
prepare(struct request *r, const struct request_order *order)
{
	struct requests *all = r->all;
	const struct ipc_request *q = order->request;

	r->pair = order->pair;
	memcpy(r->method, q->method, sizeof r->method);
	r->body = (struct body) { .fd = r->pair, .len = q->body_len };
	r->outlet = (struct outlet) { .fd = r->pair };
	r->answer = (struct answer) { .outlet = &r->outlet,
	    .guard = all->credential->guard };
	r->outcome = (struct ipc_outcome) { .request = q->ticket.request,
	    .sequence = q->ticket.sequence };
	r->stage = GATHERING;
	request_mark_active(r);
	event_assign(r->ready, all->base, r->pair,
	    EV_READ | EV_ET | EV_PERSIST, on_ready, r);
	event_assign(r->writable, all->base, r->pair, EV_WRITE | EV_ET,
	    on_writable, r);
	look_again(r, process_settings()->first_byte_timeout_ms);
}

/* Without a timeout of its own: 'quiet' is set. */
static bool
watch_pair(struct request *r, struct err *err)
{
	return event_add(r->ready, NULL) == 0 ||
	    err_set(err, ERR_IPC_BROKEN, "the pair is none");
}

void
requests_start(struct requests *all, const struct request_order *order)
{
	struct err err;
	struct request *r = take(all, &err);

	if (r == NULL) {
		struct ipc_outcome outcome = { .code = err.code,
		    .request = order->request->ticket.request,
		    .sequence = order->request->ticket.sequence };

		requests_refuse(order->pair, &err);
		all->hooks.ended(&outcome, all->hooks.arg);
		return;
	}
	prepare(r, order);
	/* The body is there already, most of the time: no waiting for it. */
	if (!check(r, order, &err) || !watch_pair(r, &err))
		finish(r, &err);
	else if (body_is_short(&r->body))
		gather(r);
	else
		send_upstream(r);
	requests_write(all);
}

void
requests_refuse(int pair, const struct err *err)
{
	struct outlet outlet = { .fd = pair };
	struct answer answer = { .outlet = &outlet };
	enum err_code code;

	answer_finish(&answer, err,
	    FRAME_BEFORE_ANY_BYTE | FRAME_NOTHING_SENT, &code);
	outlet_write(&outlet);
	outlet_reset(&outlet);
	close(pair);
}

void
requests_end_all(struct requests *all, const struct err *err)
{
	struct request *r, *next;

	for (r = TAILQ_FIRST(&all->in_flight); r != NULL; r = next) {
		next = TAILQ_NEXT(r, next);
		if (r->stage != DRAINING)
			finish(r, err);
	}
	requests_write(all);
}

size_t
requests_n(const struct requests *all)
{
	return all->n_in_flight;
}

struct requests *
requests_new(struct event_base *base, struct upstream *upstream,
    const struct credential *credential, const struct requests_hooks *hooks,
    struct err *err)
{
	struct requests *all = calloc(1, sizeof *all);

	if (all == NULL) {
		err_set(err, ERR_NO_MEMORY, "requests");
		return NULL;
	}
	*all = (struct requests) { .base = base, .upstream = upstream,
	    .credential = credential, .hooks = *hooks };
	TAILQ_INIT(&all->in_flight);
	TAILQ_INIT(&all->pool);
	TAILQ_INIT(&all->dirty);
	return all;
}

void
requests_free(struct requests *all)
{
	struct request *r;

	if (all == NULL)
		return;
	while ((r = TAILQ_FIRST(&all->in_flight)) != NULL)
		cancel(r);
	while ((r = TAILQ_FIRST(&all->pool)) != NULL) {
		TAILQ_REMOVE(&all->pool, r, next);
		destroy(r);
	}
	free(all);
}
