/* SPDX-License-Identifier: ISC */
/*
 * delivery: one granted request, from its pair to the upstream and back.
 *
 *	FREE -begin-> GATHERING -body-> SENT -answer's end-> DRAINING -> FREE
 *
 * A pair that the proxy closes ends it in any state, at once.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "egress/body.h"
#include "egress/deliveries.h"
#include "egress/framing.h"
#include "egress/outlet.h"
#include "egress/request_head.h"

struct event;
struct transfer;

enum stage { FREE, GATHERING, SENT, DRAINING };

struct delivery {
	TAILQ_ENTRY(delivery) next;	/* in flight, or in the pool */
	TAILQ_ENTRY(delivery) next_dirty;
	struct deliveries *all;
	struct transfer *transfer;
	struct event *ready, *writable, *quiet;
	enum stage stage;
	int pair;
	char method[8];
	char *target;		/* of the request line, NUL-ended */
	char *lines;		/* header lines, behind it in the same memory */
	size_t lines_len;
	struct request_head head;
	struct body body;
	struct outlet outlet;
	struct framing answer;
	struct ipc_outcome outcome;
	uint64_t active_ms;	/* when a byte last moved */
	bool is_dirty;		/* the outlet has something new */
	bool waits_for_body;	/* libcurl is paused until the pair has more */
	bool waits_for_reader;	/* libcurl is paused until the pair has room */
	bool comes_whole;	/* the answer: nothing before it is ready */
};

TAILQ_HEAD(delivery_list, delivery);

/* Header lines that every request ends with, in this order. */
struct fixed_lines {
	struct curl_slist no_type;	/* only where there is no type */
	struct curl_slist identity, no_expect;
	struct curl_slist key;		/* in locked memory */
};

struct deliveries {
	struct event_base *base;
	struct upstream *upstream;
	const struct provision *provision;
	struct deliveries_hooks hooks;
	struct fixed_lines fixed;
	struct delivery_list in_flight, pool, dirty;
	size_t n_in_flight, n_pool;
	bool has_lines;		/* fixed is set: the credential is known */
};

/* A libcurl handle and events, for one request after the other. */
struct delivery *delivery_new(struct deliveries *, struct err *);
void delivery_free(struct delivery *);

/* Takes the pair over; nothing has been read or checked. */
void delivery_open(struct delivery *, const struct delivery_order *);

/*
 * Reads the body and starts the transfer.  Whatever is wrong from here on is
 * told on the pair; it may be over, and free, when this returns.
 */
void delivery_begin(struct delivery *);

/* Ends it with this error; what is left is to be read by the proxy. */
void delivery_finish(struct delivery *, const struct err *);

/* Ends it without a word to the proxy, which is gone. */
void delivery_cancel(struct delivery *);

/* Writes what the pair takes; it may be free afterwards. */
void delivery_write(struct delivery *);

/* A byte has moved; there is something new in the outlet. */
void delivery_mark_active(struct delivery *);
void delivery_mark_dirty(struct delivery *);

/* delivery_curl.c: the callbacks, once for each libcurl handle. */
bool delivery_curl_open(struct delivery *, struct err *);
/* Method, target, headers and body of this request. */
bool delivery_curl_set(struct delivery *, struct err *);

/* deliveries.c: it is over, and goes back to the pool or out of existence. */
void delivery_retire(struct delivery *);
