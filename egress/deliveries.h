/* SPDX-License-Identifier: ISC */
/*
 * deliveries: the granted requests of this process, all those in flight.
 *
 * Each that is started ends in exactly one outcome (I4), whatever the proxy,
 * the connector and the upstream do.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct provision;
struct err;
struct event_base;
struct deliveries;
struct upstream;

#define DELIVERIES_MAX 1024	/* in flight */

struct deliveries_hooks {
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
struct deliveries *deliveries_new(struct event_base *, struct upstream *,
    const struct provision *, const struct deliveries_hooks *, struct err *);
void deliveries_free(struct deliveries *);

size_t deliveries_n(const struct deliveries *);

/* What REQUEST says, its ticket accepted.  'pair' is taken over. */
struct delivery_order {
	const struct ipc_request *request;
	const char *path;	/* request->path_len bytes, not NUL-ended */
	const char *headers;	/* request->headers_len bytes */
	int pair;
};

/* Whatever is wrong is told on the pair and in the outcome. */
void deliveries_start(struct deliveries *, const struct delivery_order *);

/* Ends one before it started: an ERROR on the pair, which is closed. */
void deliveries_refuse(int pair, const struct err *);

/* Ends all that are in flight, each with this error on its pair. */
void deliveries_end_all(struct deliveries *, const struct err *);

/* To be called when libcurl has had its turn (upstream_settled). */
void deliveries_write(struct deliveries *);
