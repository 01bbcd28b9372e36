/* SPDX-License-Identifier: ISC */
/*
 * request: one granted request, from its pair to the upstream and back.
 *
 *	FREE -start-> GATHERING -body-> SENT -answer's end-> DRAINING -> FREE
 *
 * A pair that the proxy closes ends it in any state, at once.  Each request
 * that is started ends in exactly one outcome (I4).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct credential;
struct err;
struct event_base;
struct requests;
struct upstream;

#define REQUESTS_MAX 1024	/* in flight */

struct requests_hooks {
	/* A request has ended: for the broker. */
	void (*ended)(const struct ipc_outcome *, void *arg);
	/* The last one is over, and its answer drained. */
	void (*idle)(void *arg);
	void *arg;
};

/*
 * All requests of this process.  The upstream and the credential are borrowed
 * and outlive it.  NULL with ERR_NO_MEMORY.
 */
struct requests *requests_new(struct event_base *, struct upstream *,
    const struct credential *, const struct requests_hooks *, struct err *);
void requests_free(struct requests *);

size_t requests_n(const struct requests *);

/* What REQUEST says, its ticket accepted.  'pair' is taken over. */
struct request_order {
	const struct ipc_request *request;
	const char *path;	/* request->path_len bytes, not NUL-ended */
	const char *headers;	/* request->headers_len bytes */
	int pair;
};

/* Whatever is wrong is told on the pair and in the outcome. */
void requests_start(struct requests *, const struct request_order *);

/* Ends one before it started: an ERROR on the pair, which is closed. */
void requests_refuse(int pair, const struct err *);

/* Ends all that are in flight, each with this error on its pair. */
void requests_end_all(struct requests *, const struct err *);

/* To be called when libcurl has had its turn (upstream_settled). */
void requests_write(struct requests *);
