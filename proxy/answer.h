/* SPDX-License-Identifier: ISC */
/*
 * answer: the provider's answer on its way to the agent.
 *
 * Same bytes, as they come.  What is added: where it came from, in headers;
 * keep-alives while a stream is silent; and when it breaks off, an ending that
 * no client takes for a whole answer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "proxy/event_stream.h"
#include "proxy/exchange.h"

struct evbuffer;
struct http_error;
struct request;

#define ANSWER_PENDING_MAX (256 << 10)	/* bytes that a slow client may owe */
#define ANSWER_SAVED_MAX 65536		/* bytes of a 404 that is kept */

struct answer {
	bool has_begun;		/* its head went to the client */
	bool is_stream;		/* of events */
	struct event_stream events;
	uint64_t n_content;	/* of its events, when last looked at */
	struct usage_scan scan;	/* of an answer that is no stream */
	int64_t heard_ms, told_ms;	/* when a byte last came, went */
	int64_t content_ms;	/* and when the answer last got on */
	struct evbuffer *rejection;	/* the body of a 401 or 403 */
	/* A 404 that may be the base URL's fault, until that is known. */
	bool is_saving;
	struct saved_answer {
		int status;
		char *lines;
		size_t lines_len;
		struct evbuffer *body;
		bool is_cut;	/* it was too long, and is of no use */
	} *saved;
};

/* The exchange's hooks; 'arg' is the request. */
extern const struct exchange_hooks answer_hooks;

/* Gives back what it holds. */
void answer_close(struct answer *);

/*
 * The attempt without "/v1" failed: the first one's 404 is the answer.  false
 * when there is none; else the request has ended.
 */
bool answer_send_saved(struct request *);

/*
 * It cannot go on: tells the client so, if its head has gone already.  The
 * request has ended when this returns.
 */
void answer_break(struct request *, const struct http_error *);

/* The timer of an answer that has begun: keep-alives, and a silent egress. */
void answer_tick(struct request *);
