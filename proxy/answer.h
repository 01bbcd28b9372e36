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
#include "proxy/first_content.h"

struct evbuffer;
struct http_error;
struct kept_answer;
struct request;

#define ANSWER_EGRESS_SLACK_MS 5000	/* beyond the egress's own timeouts */
#define ANSWER_FINISHING_MS 2000	/* for what is behind a whole answer */
#define ANSWER_PENDING_MAX (256 << 10)	/* bytes that a slow client may owe */

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
	struct kept_answer *saved;
	/* Held back until it is known whether it is one: attempts.h. */
	struct kept_answer *held;
	struct first_content content;
};

/* The exchange's hooks; 'arg' is the request. */
extern const struct exchange_hooks answer_hooks;

/* Gives back what it holds. */
void answer_close(struct answer *);

/*
 * Is it a stream, passed on as it is, whose last event has gone out, or one that
 * told of its failure?  What then becomes of either connection is no fault:
 * clients leave there, and providers that do not close are not waited for.
 */
bool answer_has_ended(const struct answer *);

/*
 * The attempt without "/v1" failed: the first one's 404 is the answer.  false
 * when there is none; else the request has ended.
 */
bool answer_send_saved(struct request *);

/*
 * This one, which is whole and is taken over, is the answer.  The request has
 * ended when this returns.
 */
void answer_replay(struct request *, struct kept_answer *);

/*
 * What is held back has not ended in time.  Of a failure the rest is given up;
 * anything else is passed on undecided, since a client that hears nothing for
 * long leaves.  The request may have ended when this returns.
 */
bool answer_is_held(const struct request *);
void answer_release(struct request *);

/*
 * It cannot go on: tells the client so, if its head has gone already.  The
 * request has ended when this returns.
 */
void answer_break(struct request *, const struct http_error *);

/* The timer of an answer that has begun: keep-alives, and a silent egress. */
void answer_tick(struct request *);

/* For its parts. */

/* What has been gathered goes to the client, as one chunk. */
void answer_send_passing(struct request *);

/* For the run's record: did the provider itself tell of a failure? */
void answer_note_failure(struct request *);
/* A model's stream that just stops must not be taken for one that is whole. */
bool answer_lacks_end(const struct request *);

/* The last bytes have been gathered; the request has ended when it returns. */
void answer_finish(struct request *);
