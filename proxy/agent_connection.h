/* SPDX-License-Identifier: ISC */
/*
 * agent_connection: one connection of an agent, between the socket and evhttp.
 *
 *	HEAD --guard says yes--> BODY --evhttp has it--> BUSY --answered--> HEAD
 *	  `--------- guard says no ---------> REFUSED --> closed
 *
 * A hook on the bufferevent's input sees all bytes before evhttp does.  In HEAD
 * it holds them back until a head is whole and the guard has accepted it; in
 * BODY it only counts, for evhttp knows where the body ends; in BUSY nothing is
 * read by anybody, so what comes then is looked at when the answer is out.  A
 * refusal is written here, in the caller's dialect, and the connection closed
 * after it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct agent_connection;
struct body_budget;
struct bufferevent;
struct err;
struct event_base;
struct evhttp_request;
struct settings;

#define CONNECTIONS_FD_MAX 8192	/* descriptors of the process: RLIMIT_NOFILE */
#define HEAD_TIMEOUT_MS 30000	/* from a head's first byte to its last */
#define BODY_TIMEOUT_MS 30000	/* without a byte of the body */
#define IDLE_TIMEOUT_MS 120000	/* between requests */
#define LINGER_TIMEOUT_MS 10000	/* for a client that does not stop sending */

struct agent_connections;

struct agent_connections_setup {
	struct event_base *base;
	const struct settings *settings;	/* may change while in use */
	struct body_budget *budget;
	/* Called when a client has left the request that is being served. */
	void (*left)(void *request);
	/* Called for each refusal of the guard. */
	void (*refused)(const struct err *, void *self);
	void *self;
};

/* NULL when out of memory. */
struct agent_connections *agent_connections_new(
    const struct agent_connections_setup *);
/* After evhttp has been freed. */
void agent_connections_free(struct agent_connections *);
size_t agent_connections_count(const struct agent_connections *);

/* Closes those that wait for a request. */
void agent_connections_close_idle(struct agent_connections *);

/* For evhttp_set_bevcb(); 'all' is the struct agent_connections. */
struct bufferevent *agent_connection_make(struct event_base *, void *all);

/* The one that evhttp has read this request from; NULL: not guarded. */
struct agent_connection *agent_connection_of(struct agent_connections *,
    struct evhttp_request *);

/*
 * evhttp has the whole request.  'request' is what left() is told, if it is not
 * NULL; agent_connection_forget() ends that.
 */
void agent_connection_begin(struct agent_connection *,
    struct evhttp_request *, void *request);
void agent_connection_forget(struct agent_connection *);

/* The answer will take its time: notice when the client leaves. */
void agent_connection_watch(struct agent_connection *);

/* Bytes of the answer that the client has not taken yet. */
size_t agent_connection_pending(const struct agent_connection *);

/* The body is needed no more. */
void agent_connection_release_body(struct agent_connection *,
    struct evhttp_request *);

/* Closes at once, in the middle of an answer.  Both it and evhttp's part go. */
void agent_connection_cut(struct agent_connection *);
