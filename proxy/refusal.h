/* SPDX-License-Identifier: ISC */
/*
 * refusal: ends a connection with an error that evhttp has no part in.
 *
 * Takes the bufferevent away from evhttp, writes the answer, and goes on
 * reading for a while: a client that is still sending its body would otherwise
 * get a reset and never see the answer.  Then evhttp gets the bufferevent back
 * together with an end of file, and frees it as it always does.
 */
#pragma once

#include <event2/bufferevent.h>
#include <stdbool.h>

struct http_error;

/* evhttp's callbacks on the bufferevent, while ours are in their place. */
struct refusal {
	struct bufferevent *bev;
	bufferevent_data_cb read, write;
	bufferevent_event_cb event;
	void *arg;
	bool is_written, has_ended;
};

/* '*r' lives as long as the connection. */
void refusal_start(struct refusal *r, struct bufferevent *,
    const struct http_error *);

/* Closes now; the connection and *r are gone when it returns. */
void refusal_end(struct refusal *r);

/* Closes a connection that is evhttp's; it is gone when it returns. */
void refusal_close(struct bufferevent *);
