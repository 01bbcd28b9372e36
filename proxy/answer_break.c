/* SPDX-License-Identifier: ISC */
/* answer: how one ends, or is broken off, and keeping a silent one alive. */
#include <event2/buffer.h>
#include <event2/http.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/agent_connection.h"
#include "proxy/answer.h"
#include "proxy/answer_head.h"
#include "proxy/clock.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/translation.h"

bool
answer_has_ended(const struct answer *a)
{
	return a->is_stream && a->events.end >= STREAM_IS_WHOLE;
}

void
answer_note_failure(struct request *r)
{
	if (r->answer.events.end == STREAM_HAS_FAILED && r->error[0] == '\0')
		snprintf(r->error, sizeof r->error,
		    "the provider reported an error in its stream");
}

bool
answer_lacks_end(const struct request *r)
{
	return r->path.kind == PATH_RUN && r->answer.is_stream &&
	    r->http_status == 200 &&
	    r->answer.events.end == STREAM_GOES_ON;
}

void
answer_finish(struct request *r)
{
	struct evhttp_request *http = r->http;

	answer_send_passing(r);
	r->http = NULL;
	request_free(r);
	/* May free the connection, so nothing comes after it. */
	evhttp_send_reply_end(http);
}

void
answer_break(struct request *r, const struct http_error *e)
{
	struct evbuffer *passing = r->proxy->passing;
	struct agent_connection *c = r->connection;
	char event[HTTP_ERROR_MAX];

	if (r->translation != NULL && r->answer.is_stream) {
		translation_end(r, e->err);
		answer_finish(r);
		return;
	}
	if (r->answer.is_stream) {
		/* An event that was being passed on is ended first. */
		if (!event_stream_is_between(&r->answer.events))
			evbuffer_add(passing, "\n\n", 2);
		evbuffer_add(passing, event, http_error_event(e, event));
		answer_finish(r);
		return;
	}
	/* Cut short, it cannot be taken for a whole answer. */
	evbuffer_drain(passing, evbuffer_get_length(passing));
	r->http = NULL;
	request_free(r);
	agent_connection_cut(c);
}

/*
 * A sign of life for a stream that is passed on: no event of the dialect's own,
 * or a harmless one.  Comments do not count for Codex, events do; but other
 * clients want response.created to be the first.
 */
static const char *
passed_sign(const struct request *r)
{
	if (r->path.dialect == DIALECT_ANTHROPIC)
		return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
	if (r->path.dialect == DIALECT_RESPONSES && r->answer.events.has_begun)
		return "event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n";
	return ": keep-alive\n\n";
}

static void
keep_alive(struct request *r)
{
	const char *text = passed_sign(r);

	if (r->translation != NULL)
		translation_keep_alive(r);
	else
		evbuffer_add(r->proxy->passing, text, strlen(text));
	answer_send_passing(r);
}

/* Of silence the egress is the first to tell; signs of life it believes. */
static bool
is_dead(const struct request *r, int64_t now_ms)
{
	const struct answer *a = &r->answer;
	int64_t idle_ms = (int64_t)r->proxy->settings.idle_timeout_ms;

	return !exchange_is_paused(r->exchange) &&
	    (now_ms - a->heard_ms > idle_ms + ANSWER_EGRESS_SLACK_MS ||
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

	if ((translation_is_finishing(r) || answer_has_ended(a)) &&
	    now_ms - a->heard_ms + 20 >= ANSWER_FINISHING_MS) {
		if (r->translation != NULL)
			translation_end(r, NULL);
		answer_finish(r);
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
