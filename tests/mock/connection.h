/* SPDX-License-Identifier: ISC */
/*
 * connection: one client's connection, a request at a time.
 *
 * Owns itself: it is freed when the peer leaves, when an answer ended it, or
 * by connections_free().  Whoever answers is told by the watch.
 */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <openssl/ssl.h>

#include "tests/mock/request.h"

struct connection;
LIST_HEAD(connection_list, connection);

/* What is told by GET /stats on the control port. */
struct stats {
	long n_requests;
	long n_connections;
	long n_open;			/* answers that have not ended */
	long n_cut;			/* answers nobody waited for */
	unsigned long long received_len;
};

/* What all connections of a listener share; outlives them. */
struct connection_home {
	struct event_base *base;
	SSL_CTX *tls;			/* NULL: plain */
	struct stats *stats;
	int port;
	/*
	 * Called when a whole request has arrived.  No other one is read from
	 * this connection until it was answered and ended with one of the
	 * three functions below.
	 */
	void (*on_request)(struct connection *, void *arg);
	void *arg;
	struct connection_list connections;
};

/* Forgotten when the answer ends. */
struct connection_watch {
	/* Called when connection_is_full() has become false. */
	void (*on_room)(void *arg);
	/* Called when the peer left; the connection is gone afterwards. */
	void (*on_gone)(void *arg);
	void *arg;
};

/* Takes the descriptor. */
void connection_start(struct connection_home *, int fd);
void connections_free(struct connection_list *);

/* Valid until the answer ends. */
const struct request *connection_request(const struct connection *);
int connection_port(const struct connection *);

void connection_watch(struct connection *, const struct connection_watch *);

/* Empties 'out'. */
void connection_write(struct connection *, struct evbuffer *out);

/* A reader slower than the writer: wait for on_room(). */
bool connection_is_full(const struct connection *);

/*
 * The three ends of an answer: the next request may come; or the connection
 * is closed in order or reset once all that was written has been sent.  The
 * caller touches the connection no more.
 */
void connection_finish(struct connection *);
void connection_close(struct connection *);
void connection_reset(struct connection *);
