/* SPDX-License-Identifier: ISC */
/*
 * upstream: requests to the one base URL of this process, many at a time.
 *
 * libcurl on the process's event loop, over descriptors that the connector
 * hands us.  A transfer starts when there is a connection for it: one that is
 * kept open, or a fresh one that has been asked for.  Nothing is sent twice by
 * itself: a connection that dies ends its transfer.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct err;
struct event_base;
struct transfer;
struct upstream;
struct url;
struct x509_store_st;

/* Called whenever libcurl has had its turn: the time to write what is ready. */
typedef void upstream_settled(void *arg);

/*
 * Before confinement: the libraries open files and sockets here.  NULL
 * with *err.  Close it after freeing all of its transfers.
 */
struct upstream *upstream_open(struct event_base *, upstream_settled *,
    void *arg, struct err *);
void upstream_close(struct upstream *);

/*
 * The base URL, copied, once, before the first transfer; 'roots' belongs to
 * the caller and outlives the upstream (NULL: nobody is trusted).
 */
void upstream_set_url(struct upstream *, const struct url *,
    struct x509_store_st *roots, uint64_t connect_timeout_ms);

/* NULL: it is gone, another may come. */
void upstream_set_connector(struct upstream *, struct channel *);

/* The connector's answers.  Takes over 'fd'. */
void upstream_connected(struct upstream *, int fd);
void upstream_not_connected(struct upstream *, const struct err *);

/*
 * A libcurl handle for one request after the other, with everything set that is
 * the same for all (see common/upstream/easy.h); method, headers, target, body
 * and callbacks are the caller's to set, and stay set.  NULL with
 * ERR_NO_MEMORY.
 */
struct transfer *transfer_new(struct upstream *, struct err *);
CURL *transfer_easy(struct transfer *);

/*
 * Called once for each start, from the event loop or transfer_resume(), never
 * before transfer_start() returns: ERR_NONE, or why it failed.  The transfer may
 * be started again or freed in it.
 */
typedef void transfer_ended(const struct err *, void *arg);
void transfer_start(struct transfer *, transfer_ended *, void *arg);

/* Has the request begun to leave?  Says so until it is stopped or started. */
bool transfer_was_sent(const struct transfer *);

/* The request has left: what memory that took is given back. */
void transfer_trim(struct transfer *);

/*
 * May a callback of libcurl's pause the answer?  Not in the turn in which the
 * request leaves over a connection that was kept: the callback then takes what
 * it is given, at most 1.6 MB.
 */
bool transfer_may_pause(const struct transfer *);

/*
 * After a callback of libcurl's has paused it.  Not from such a callback; it
 * may be called again before this returns, and when it then refuses the bytes
 * the transfer has ended.
 */
void transfer_resume(struct transfer *);

/* Cancels it when it runs or waits: 'ended' is not called. */
void transfer_stop(struct transfer *);

/* Stops and frees.  NULL is allowed. */
void transfer_free(struct transfer *);
