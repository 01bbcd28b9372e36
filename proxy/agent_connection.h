/* SPDX-License-Identifier: ISC */
/*
 * agent_connection: the connections of agents, from accepting to closing.
 *
 * evhttp owns each connection; this knows them, guards what comes in
 * (agent_input.h), limits their number and their silence, and tells when a
 * client leaves in the middle of its request.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "proxy/agent_input.h"

struct agent_connection;
struct agent_connections;
struct event_base;

#define DESCRIPTORS_MAX 4096	/* of the process: its RLIMIT_NOFILE */

struct agent_connections_setup {
	struct event_base *base;
	struct agent_input_rules rules;
	/* Called when a client has left; the connection is gone by then. */
	void (*left)(void *request);
	/* Called when the last connection has gone; 'rules.self'. */
	void (*emptied)(void *self);
};

/* NULL when out of memory. */
struct agent_connections *agent_connections_new(
    const struct agent_connections_setup *);
/* After evhttp has been freed.  NULL is allowed. */
void agent_connections_free(struct agent_connections *);

/* Takes over the socket that tells whose a connection is (peer.h). */
void agent_connections_set_diag(struct agent_connections *, int diag);

/* Connections now, by whose they are; how many users, at most 'max'. */
struct agent_connections_user {
	uint32_t uid;		/* IPC_UID_UNKNOWN: not known */
	uint32_t n;
};
size_t agent_connections_users(const struct agent_connections *,
    struct agent_connections_user *, size_t max);
size_t agent_connections_count(const struct agent_connections *);

/* Closes each as soon as it has no request. */
void agent_connections_close(struct agent_connections *);

/* For evhttp_set_bevcb(); 'all' is the struct agent_connections. */
struct bufferevent *agent_connection_make(struct event_base *, void *all);

/* The one that this request came on; NULL: it is not guarded, refuse it. */
struct agent_connection *agent_connection_of(struct agent_connections *,
    struct evhttp_request *);

/*
 * The request has been read and will be answered.  'request' is what left() is
 * told, unless it is NULL or forgotten by then.
 */
void agent_connection_begin(struct agent_connection *,
    struct evhttp_request *, void *request);
void agent_connection_forget(struct agent_connection *);

/* The answer will take its time: notice when the client leaves. */
void agent_connection_watch(struct agent_connection *);

/* The body is needed no more. */
void agent_connection_release_body(struct agent_connection *,
    struct evhttp_request *);

/* Whose it is, as the kernel said when it was accepted; or IPC_UID_UNKNOWN. */
uint32_t agent_connection_uid(const struct agent_connection *);

/* Bytes of the answer that the client has not taken yet. */
size_t agent_connection_pending(const struct agent_connection *);

/*
 * Closes at once, in the middle of an answer, with a reset, which no client
 * takes for an end; evhttp's request goes too.
 */
void agent_connection_cut(struct agent_connection *);
