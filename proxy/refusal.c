/* SPDX-License-Identifier: ISC */
#include "proxy/refusal.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "proxy/http_error.h"

void
refusal_close(struct bufferevent *bev)
{
	bufferevent_event_cb event;
	void *arg;

	bufferevent_getcb(bev, NULL, NULL, &event, &arg);
	event(bev, BEV_EVENT_READING | BEV_EVENT_EOF, arg);
}

void
refusal_end(struct refusal *r)
{
	bufferevent_setcb(r->bev, r->read, r->write, r->event, r->arg);
	refusal_close(r->bev);
}

static void
on_written(struct bufferevent *bev, void *arg)
{
	struct refusal *r = arg;

	if (evbuffer_get_length(bufferevent_get_output(bev)) > 0)
		return;
	r->is_written = true;
	shutdown(bufferevent_getfd(bev), SHUT_WR);
	if (r->has_ended)
		refusal_end(r);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct refusal *r = arg;
	bool is_half_closed = (what & BEV_EVENT_READING) != 0 &&
	    (what & BEV_EVENT_EOF) != 0;

	(void)bev;
	r->has_ended = true;
	/* Who has only stopped sending may still be waiting for the answer. */
	if (r->is_written || !is_half_closed)
		refusal_end(r);
}

void
refusal_start(struct refusal *r, struct bufferevent *bev,
    const struct http_error *e)
{
	char answer[HTTP_ERROR_ANSWER_MAX];
	size_t len = http_error_answer(e, answer);

	*r = (struct refusal) { .bev = bev };
	bufferevent_getcb(bev, &r->read, &r->write, &r->event, &r->arg);
	bufferevent_setcb(bev, NULL, on_written, on_event, r);
	bufferevent_write(bev, answer, len);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
}
