/* SPDX-License-Identifier: ISC */
/* request: how a request begins, waits and ends; see also request_steps.c. */
#include "proxy/request.h"

#include <event2/event.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/errors.h"
#include "proxy/agent_connection.h"
#include "proxy/clock.h"
#include "proxy/proxy.h"
#include "proxy/reply.h"
#include "proxy/request_steps.h"
#include "proxy/routing.h"
#include "proxy/run_account.h"
#include "proxy/translation.h"

/* Ids are drawn from the kernel, many at a time. */
static uint64_t
draw_id(void)
{
	static uint64_t drawn[64];
	static size_t left;

	if (left == 0) {
		while (getrandom(drawn, sizeof drawn, 0) != sizeof drawn)
			;
		left = sizeof drawn / sizeof drawn[0];
	}
	/* 0 stands for "no request" elsewhere. */
	return drawn[--left] | 1;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct request *r = arg;
	uint64_t waited_ms = r->proxy->settings.grant_timeout_ms;
	struct err err;

	(void)fd;
	(void)what;
	switch (r->state) {
	case REQUEST_ANSWERING:
		answer_tick(r);
		return;
	case REQUEST_AWAITED:
		request_step_overdue(r);
		return;
	case REQUEST_PARKED:
		err_set(&err, ERR_EGRESS_UNAVAILABLE,
		    "it did not come within %" PRIu64 " ms", waited_ms);
		break;
	default:
		err_set(&err, ERR_BROKER_UNAVAILABLE,
		    "no answer within %" PRIu64 " ms", waited_ms);
		break;
	}
	request_fail(r, &err);
}

void
request_await(struct request *r, enum request_state state,
    uint64_t timeout_ms)
{
	struct timeval timeout = { (time_t)(timeout_ms / 1000),
	    (suseconds_t)(timeout_ms % 1000 * 1000) };

	r->state = state;
	event_add(r->timer, &timeout);
}

void
request_give_back(struct request *r)
{
	returned_grants_add(r->proxy, &(struct given_up) {
		.asking = &r->asking,
		.ticket = r->state == REQUEST_PARKED ? &r->ticket : NULL,
		.method = r->method,
		.path = r->below,
	});
	broker_link_forget(&r->asking);
}

/* Nothing failed, and nothing that is still to come is part of the answer. */
static bool
has_whole_answer(const struct request *r)
{
	return r->error[0] == '\0' && (answer_has_ended(&r->answer) ||
	    translation_is_over(r->translation));
}

void
request_free(struct request *r)
{
	struct proxy *p = r->proxy;

	run_account_end(r);
	attempts_close(r);
	LIST_REMOVE(r, next);
	request_give_back(r);
	if (has_whole_answer(r))
		exchange_finish(r->exchange);
	else
		exchange_free(r->exchange);
	answer_close(&r->answer);
	translation_free(r->translation);
	free(r->opened);
	free(r->infer_path);
	if (r->timer != NULL)
		event_free(r->timer);
	if (r->is_counted)
		inflight_remove(p->inflight, r->agent);
	if (r->connection != NULL)
		agent_connection_forget(r->connection);
	/* evhttp leaves it to us when the client went before the answer. */
	if (r->http != NULL && evhttp_request_get_connection(r->http) == NULL)
		evhttp_request_free(r->http);
	routing_unref(r->routing);
	free(r);
}

/* What "<id>" in the remedy of an error stands for. */
static const char *
remedy_id(const struct request *r, const struct err *err)
{
	if (err->code == ERR_NO_ROUTE || err->code == ERR_CAPS_REACHED)
		return r->agent;
	if (err->code == ERR_UNAUTHENTICATED || r->target.ref == NULL)
		return NULL;
	return r->target.ref->provider;
}

void
request_fail(struct request *r, const struct err *err)
{
	struct http_error e = { .err = err, .dialect = r->dialect,
	    .id = remedy_id(r, err), .request_id = r->id_text };
	struct evhttp_request *http = r->http;

	if (answer_has_ended(&r->answer)) {
		answer_finish(r);
		return;
	}
	if (attempts_recover(r, err) || answer_send_saved(r))
		return;
	metrics_note_error(&r->proxy->metrics, clock_utc_ms(), &e, r->agent);
	http_error_text(&e, r->error);
	if (r->answer.has_begun) {
		answer_break(r, &e);
		return;
	}
	if (r->provider != NULL)
		evhttp_add_header(evhttp_request_get_output_headers(http),
		    "x-cofferdam-provider", r->provider->id);
	r->http = NULL;
	reply_error(http, &e);
	request_free(r);
}

void
request_left(void *arg)
{
	struct request *r = arg;

	r->connection = NULL;
	if (!answer_has_ended(&r->answer))
		snprintf(r->error, sizeof r->error,
		    "the agent left before the end of the answer");
	request_free(r);
}

static const char *
header_of(const struct request *r, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(r->http),
	    name);
}

/* Calls of one task carry one run id. */
static void
read_run_id(struct request *r)
{
	const char *id = header_of(r, "x-cofferdam-run-id");

	if (id == NULL)
		id = header_of(r, "x-thomas-run-id");
	if (id != NULL && run_id_is_valid(id))
		strncpy(r->run_id, id, sizeof r->run_id - 1);
}

const char *
request_method(const struct evhttp_request *http)
{
	switch (evhttp_request_get_command(http)) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	case EVHTTP_REQ_OPTIONS:
		return "OPTIONS";
	default:
		return "POST";
	}
}

static struct request *
request_new(struct proxy *p, struct agent_connection *c,
    struct evhttp_request *http, const struct http_path *path)
{
	struct request *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->timer = event_new(p->base, -1, 0, on_timer, r);
	if (r->timer == NULL) {
		free(r);
		return NULL;
	}
	r->proxy = p;
	r->connection = c;
	r->http = http;
	r->path = *path;
	r->dialect = path->dialect != DIALECT_NONE ? path->dialect :
	    header_of(r, "anthropic-version") != NULL ? DIALECT_ANTHROPIC :
	    DIALECT_CHAT;
	r->asking.answered = request_step_answered;
	r->id = draw_id();
	r->started_ms = clock_utc_ms();
	snprintf(r->id_text, sizeof r->id_text, "req_%016" PRIx64, r->id);
	snprintf(r->method, sizeof r->method, "%s", request_method(http));
	read_run_id(r);
	LIST_INSERT_HEAD(&p->requests, r, next);
	return r;
}

void
request_start(struct proxy *p, struct agent_connection *c,
    struct evhttp_request *http, const struct http_path *path)
{
	struct request *r = request_new(p, c, http, path);
	struct err err = { .code = ERR_OVERLOADED, .about = "memory" };

	agent_connection_begin(c, http, r);
	if (r == NULL) {
		reply_error(http, &(struct http_error) { .err = &err,
		    .dialect = path->dialect, .request_id = "" });
		return;
	}
	agent_connection_watch(c);
	request_step_authenticate(r);
}

void
requests_unpark(struct proxy *p, uint32_t egress)
{
	struct request *r, *next;

	for (r = LIST_FIRST(&p->requests); r != NULL; r = next) {
		next = LIST_NEXT(r, next);
		if (r->state == REQUEST_PARKED && r->ticket.egress == egress)
			request_step_send(r);
		else
			central_check_unpark(r->attempts.check, egress);
	}
}

void
requests_drop(struct proxy *p)
{
	struct request *r;

	while ((r = LIST_FIRST(&p->requests)) != NULL) {
		snprintf(r->error, sizeof r->error, "the proxy was stopped");
		request_free(r);
	}
}
