/* SPDX-License-Identifier: ISC */
#include "proxy/agent_connection.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ipc_bodies.h"
#include "common/settings.h"
#include "proxy/clock.h"
#include "proxy/peer.h"

#define WRITE_MAX (1 << 18)	/* bytes that are written at once */
#define SWEEP_S 5
/* A connection in use has a second descriptor, its pair to the egress. */
#define CONNECTIONS_MAX (DESCRIPTORS_MAX / 2 - 128)

struct agent_connection {
	LIST_ENTRY(agent_connection) next;
	struct agent_connections *all;
	struct agent_input input;
	struct evhttp_connection *evcon;	/* NULL until it is known */
	struct event *soon;	/* what must not be done where it came up */
	int fd;
	void *request;		/* who is told when the client leaves */
};

struct agent_connections {
	struct agent_connections_setup setup;
	LIST_HEAD(, agent_connection) list;
	size_t n;
	bool is_closing;
	int diag;		/* -1: nobody is known */
	struct event *sweep;
	struct agent_connection *by_fd[DESCRIPTORS_MAX];
};

static void
destroy(struct agent_connection *c)
{
	if (c->evcon != NULL) {
		c->all->by_fd[c->fd] = NULL;
		c->all->n--;
		LIST_REMOVE(c, next);
	}
	agent_input_close(&c->input);
	event_free(c->soon);
	free(c);
}

/* evhttp is about to free the connection, for whatever reason. */
static void
on_closed(struct evhttp_connection *evcon, void *arg)
{
	struct agent_connection *c = arg;
	struct agent_connections *all = c->all;
	void *request = c->request;

	(void)evcon;
	destroy(c);
	if (request != NULL)
		all->setup.left(request);
	if (all->n == 0)
		all->setup.emptied(all->setup.rules.self);
}

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static uint16_t
port_of(const union address *a)
{
	return ntohs(a->any.sa_family == AF_INET6 ? a->six.sin6_port :
	    a->four.sin_port);
}

/* Before anything is read: a client that has gone by then is nobody. */
static void
identify(struct agent_connection *c)
{
	union address ours = { .any = { .sa_family = AF_UNSPEC } };
	const struct sockaddr *agent = evhttp_connection_get_addr(c->evcon);
	socklen_t len = sizeof ours;

	if (getsockname(c->fd, &ours.any, &len) == -1)
		return;
	c->input.port = port_of(&ours);
	if (agent != NULL && c->all->diag != -1)
		c->input.uid = peer_find_uid(c->all->diag, agent, &ours.any);
}

/*
 * evhttp has made its object for the new connection by now; it hangs it on the
 * bufferevent as the argument of its callbacks.
 */
static void
settle(struct agent_connection *c)
{
	struct agent_connections *all = c->all;
	const struct settings *s = all->setup.rules.settings;
	struct bufferevent *bev = c->input.bev;
	struct timeval stalled = { (time_t)(s->idle_timeout_ms / 1000) + 1, 0 };
	void *evcon;

	bufferevent_getcb(bev, NULL, NULL, NULL, &evcon);
	c->fd = bufferevent_getfd(bev);
	if (all->n >= s->n_connections_max || all->n >= CONNECTIONS_MAX ||
	    c->fd < 0 || c->fd >= DESCRIPTORS_MAX) {
		destroy(c);
		evhttp_connection_free(evcon);
		return;
	}
	c->evcon = evcon;
	identify(c);
	/* A client that takes nothing is let go; silence is the sweep's. */
	bufferevent_set_timeouts(bev, NULL, &stalled);
	all->by_fd[c->fd] = c;
	all->n++;
	LIST_INSERT_HEAD(&all->list, c, next);
	evhttp_connection_set_closecb(evcon, on_closed, c);
}

static void
on_soon(evutil_socket_t fd, short what, void *arg)
{
	struct agent_connection *c = arg;

	(void)fd;
	(void)what;
	if (c->evcon == NULL)
		settle(c);
	else if (c->all->is_closing && c->input.phase == INPUT_HEAD)
		agent_input_shut(&c->input);
	else
		agent_input_resume(&c->input);
}

struct bufferevent *
agent_connection_make(struct event_base *base, void *arg)
{
	struct agent_connections *all = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1,
	    BEV_OPT_CLOSE_ON_FREE);
	struct agent_connection *c = calloc(1, sizeof *c);

	if (c != NULL)
		c->soon = event_new(base, -1, 0, on_soon, c);
	/* Out of memory: evhttp goes on without a guard, and is refused. */
	if (bev == NULL || c == NULL || c->soon == NULL) {
		free(c);
		return bev;
	}
	c->all = all;
	agent_input_open(&c->input, bev, &all->setup.rules);
	bufferevent_set_max_single_write(bev, WRITE_MAX);
	/* Runs before the loop looks at the new socket. */
	event_active(c->soon, EV_TIMEOUT, 0);
	return bev;
}

struct agent_connection *
agent_connection_of(struct agent_connections *all,
    struct evhttp_request *http)
{
	int fd = bufferevent_getfd(evhttp_connection_get_bufferevent(
	    evhttp_request_get_connection(http)));

	return fd >= 0 && fd < DESCRIPTORS_MAX ? all->by_fd[fd] : NULL;
}

/* The answer is out; the connection may be for another request. */
static void
on_complete(struct evhttp_request *http, void *arg)
{
	struct agent_connection *c = arg;

	(void)http;
	/* evhttp is not ready for what came meanwhile: it is in mid-step. */
	if (agent_input_end(&c->input) || c->all->is_closing)
		event_active(c->soon, EV_TIMEOUT, 0);
}

void
agent_connection_begin(struct agent_connection *c,
    struct evhttp_request *http, void *request)
{
	c->request = request;
	agent_input_begin(&c->input);
	evhttp_request_set_on_complete_cb(http, on_complete, c);
}

void
agent_connection_forget(struct agent_connection *c)
{
	c->request = NULL;
}

void
agent_connection_watch(struct agent_connection *c)
{
	struct bufferevent *bev = c->input.bev;
	bufferevent_data_cb read, write;
	bufferevent_event_cb event;
	void *arg;

	/* What a client sends ahead must not reach evhttp: it would exit. */
	bufferevent_getcb(bev, &read, &write, &event, &arg);
	bufferevent_setcb(bev, NULL, write, event, arg);
	bufferevent_enable(bev, EV_READ);
}

void
agent_connection_release_body(struct agent_connection *c,
    struct evhttp_request *http)
{
	agent_input_release_body(&c->input, http);
}

uint32_t
agent_connection_uid(const struct agent_connection *c)
{
	return c->input.uid;
}

size_t
agent_connection_pending(const struct agent_connection *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->input.bev));
}

void
agent_connection_cut(struct agent_connection *c)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	/* To a client of HTTP/1.0 a mere close would be the answer's end. */
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	evhttp_connection_free(c->evcon);
}

/* One timer for all of them, for limits that are many seconds long. */
static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct agent_connections *all = arg;
	int64_t now_ms = clock_mono_ms();
	struct agent_connection *c, *next;

	(void)fd;
	(void)what;
	for (c = LIST_FIRST(&all->list); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		if (agent_input_is_overdue(&c->input, now_ms))
			agent_input_shut(&c->input);
	}
}

struct agent_connections *
agent_connections_new(const struct agent_connections_setup *setup)
{
	struct agent_connections *all = calloc(1, sizeof *all);
	struct timeval often = { SWEEP_S, 0 };

	if (all == NULL)
		return NULL;
	all->setup = *setup;
	all->diag = -1;
	LIST_INIT(&all->list);
	all->sweep = event_new(setup->base, -1, EV_PERSIST, on_sweep, all);
	if (all->sweep == NULL || event_add(all->sweep, &often) == -1) {
		agent_connections_free(all);
		return NULL;
	}
	return all;
}

void
agent_connections_free(struct agent_connections *all)
{
	if (all == NULL)
		return;
	if (all->sweep != NULL)
		event_free(all->sweep);
	if (all->diag != -1)
		close(all->diag);
	free(all);
}

void
agent_connections_set_diag(struct agent_connections *all, int diag)
{
	if (all->diag != -1)
		close(all->diag);
	all->diag = diag;
}

size_t
agent_connections_users(const struct agent_connections *all,
    struct agent_connections_user *users, size_t max)
{
	const struct agent_connection *c;
	size_t n = 0, i;

	LIST_FOREACH(c, &all->list, next) {
		for (i = 0; i < n && users[i].uid != c->input.uid; i++)
			;
		if (i == max)
			continue;
		if (i == n)
			users[n++] = (struct agent_connections_user) {
			    c->input.uid, 0 };
		users[i].n++;
	}
	return n;
}

size_t
agent_connections_count(const struct agent_connections *all)
{
	return all->n;
}

void
agent_connections_close(struct agent_connections *all)
{
	struct agent_connection *c, *next;

	all->is_closing = true;
	for (c = LIST_FIRST(&all->list); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		if (c->input.phase == INPUT_HEAD)
			agent_input_shut(&c->input);
	}
}
