/* SPDX-License-Identifier: ISC */
/*
 * visitor: a client of the upstream, keep-alive, with or without TLS.
 *
 * POST is answered in one piece, or as a stream if the first VISITOR_WISH_MAX
 * bytes of the body hold "stream":true.  A request says itself how it wants to
 * be answered, in metadata that any gateway passes on:
 *
 *	"metadata":{"events":"100","delay_us":"10000"}
 *
 * so many events (100), with so much time between two of them (0).  Each event
 * is one write and one TLS record.  A client that reads slowly is not written
 * to: its stream waits, the others go on.  GET /stats gives the counts.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include <openssl/ssl.h>

#define VISITOR_WISH_MAX 1024		/* bytes */
#define VISITOR_EVENTS 100

struct visitor;

/* What all visitors share. */
struct visitors {
	int epoll;			/* data.ptr is the struct visitor */
	const char *key;		/* the only one that is answered */
	uint64_t requests, wrong_keys;
	uint64_t open_streams;
	TAILQ_HEAD(visitor_queue, visitor) streams;	/* the next one first */
};

/* Takes a connected non-blocking socket; 'tls' is NULL on the plain port. */
void visitor_open(struct visitors *, int fd, SSL_CTX *tls);

/* Called with what epoll says of it.  It may be gone afterwards. */
void on_visitor(struct visitor *, uint32_t events);

/*
 * Writes one event to each stream whose time has come.  Gives the time of the
 * next one, UINT64_MAX if there is none.
 */
uint64_t visitors_run(struct visitors *, uint64_t now_ns);
