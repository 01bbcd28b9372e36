/* SPDX-License-Identifier: ISC */
/*
 * resolver: host names to addresses, as resolv.conf and hosts say.
 *
 * It is libevent's own resolver: no nsswitch, no thread, no library loaded at
 * run time.  Both files are watched and read again when they change; questions
 * that are under way are answered by the old ones.  What name servers answer is
 * believed by nobody: a wrong address fails the egress's TLS.
 */
#pragma once

#include <stdbool.h>

struct addrinfo;
struct err;
struct event_base;
struct query;
struct resolver;

/*
 * Reads both files and keeps their folders readable (process_keep_folder), so
 * before confinement only.  NULL with *err when it cannot work at all.
 */
struct resolver *resolver_new(struct event_base *, struct err *);
void resolver_free(struct resolver *);

/* After Landlock: closes what was only needed to name the folders to it. */
void resolver_confined(struct resolver *);

/*
 * Called once, from the event loop: with the addresses, valid until it returns,
 * or NULL and why not (about: the host and the reason).
 */
typedef void resolver_answered(const struct addrinfo *, const struct err *,
    void *arg);

/* NULL with *err when it cannot even be asked. */
struct query *resolver_ask(struct resolver *, const char *host,
    resolver_answered *, void *arg, struct err *);

/* No call any more.  NULL is allowed; a query that was answered is not. */
void query_cancel(struct query *);
