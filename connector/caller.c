/* SPDX-License-Identifier: ISC */
#include "connector/caller.h"

#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "common/errors.h"
#include "common/process/process.h"
#include "common/settings.h"
#include "common/url.h"
#include "connector/addresses.h"
#include "connector/dial.h"
#include "connector/resolver.h"

/* One CONNECT: waits for the endpoint, then for an address, then dials. */
struct attempt {
	LIST_ENTRY(attempt) next;
	struct caller *caller;
	uint64_t serial;
	struct query *query;
	struct dial *dial;
	struct event *deadline;
};

struct caller {
	struct resolver *resolver;
	enum role role;
	uint32_t number;
	struct channel *channel;
	int fd;			/* the channel's */
	char host[URL_HOST_MAX];	/* "": no endpoint yet */
	uint16_t port;
	LIST_HEAD(, attempt) attempts;
	unsigned n_attempts;
};

static void
attempt_free(struct attempt *a)
{
	query_cancel(a->query);
	dial_free(a->dial);
	if (a->deadline != NULL)
		event_free(a->deadline);
	LIST_REMOVE(a, next);
	a->caller->n_attempts--;
	free(a);
}

static void
send_not_connected(struct caller *c, uint64_t serial, const struct err *err)
{
	struct ipc_not_connected no = { .serial = serial, .code = err->code,
	    .os = (uint32_t)err->os };

	channel_send(c->channel, &(struct ipc_outgoing) {
	    .type = IPC_NOT_CONNECTED, .body = &no, .tail = err->about,
	    .tail_len = strlen(err->about), .fd = -1 });
}

/* Tells and frees. */
static void
fail(struct attempt *a, const struct err *err)
{
	send_not_connected(a->caller, a->serial, err);
	attempt_free(a);
}

static void
on_dialled(int fd, const struct err *why, void *arg)
{
	struct attempt *a = arg;
	struct caller *c = a->caller;
	struct ipc_connect connected = { a->serial };
	struct err err;

	if (fd == -1) {
		err_set(&err, why->code, "%.100s: %s", c->host,
		    strerror(why->os));
		err.os = why->os;
		fail(a, &err);
		return;
	}
	channel_send(c->channel, &(struct ipc_outgoing) {
	    .type = IPC_CONNECTED, .body = &connected, .fd = fd });
	attempt_free(a);
}

static void
dial(struct attempt *a, const struct addresses *to)
{
	struct err err;

	a->dial = dial_new(process_base(), to, on_dialled, a, &err);
	if (a->dial == NULL)
		fail(a, &err);
}

static void
on_answered(const struct addrinfo *found, const struct err *err, void *arg)
{
	struct attempt *a = arg;
	struct addresses to;
	struct err none;

	a->query = NULL;
	if (found == NULL) {
		fail(a, err);
		return;
	}
	addresses_take(&to, found, a->caller->port);
	if (to.n > 0)
		dial(a, &to);
	else {
		err_set(&none, ERR_UPSTREAM_UNREACHABLE, "%.100s: no address",
		    a->caller->host);
		fail(a, &none);
	}
}

static void
set_deadline(struct attempt *a, uint64_t wait_ms)
{
	struct timeval wait = { (time_t)(wait_ms / 1000),
	    (suseconds_t)(wait_ms % 1000 * 1000) };

	event_add(a->deadline, &wait);
}

static void
start(struct attempt *a)
{
	const struct caller *c = a->caller;
	struct addresses to;
	struct err err;

	set_deadline(a, process_settings()->connect_timeout_ms);
	if (addresses_parse(&to, c->host, c->port)) {
		dial(a, &to);
		return;
	}
	a->query = resolver_ask(c->resolver, c->host, on_answered, a, &err);
	if (a->query == NULL)
		fail(a, &err);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct attempt *a = arg;
	struct err err;

	(void)fd;
	(void)what;
	if (a->caller->host[0] == '\0')
		err_set(&err, ERR_UPSTREAM_UNREACHABLE,
		    "the broker named no endpoint");
	else
		err_set(&err, ERR_UPSTREAM_TIMEOUT, "%.100s: %s",
		    a->caller->host, a->query != NULL ?
		    "the name servers do not answer" : "no connection in time");
	fail(a, &err);
}

struct caller *
caller_new(struct resolver *resolver, enum role role, uint32_t number,
    struct err *err)
{
	struct caller *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_set(err, ERR_NO_MEMORY, "caller");
		return NULL;
	}
	c->resolver = resolver;
	c->role = role;
	c->number = number;
	LIST_INIT(&c->attempts);
	return c;
}

void
caller_free(struct caller *c)
{
	if (c == NULL)
		return;
	while (!LIST_EMPTY(&c->attempts))
		attempt_free(LIST_FIRST(&c->attempts));
	free(c);
}

bool
caller_is(const struct caller *c, enum role role, uint32_t number)
{
	return c->role == role && c->number == number;
}

struct channel *
caller_channel(const struct caller *c)
{
	return c->channel;
}

void
caller_set_channel(struct caller *c, struct channel *channel, int fd)
{
	c->channel = channel;
	c->fd = fd;
}

bool
caller_is_gone(const struct caller *c)
{
	struct pollfd p = { .fd = c->fd };

	return c->channel != NULL && poll(&p, 1, 0) == 1 &&
	    (p.revents & POLLHUP) != 0;
}

void
caller_retire(struct caller *c)
{
	c->role = ROLES;
}

void
caller_set_endpoint(struct caller *c, const char *host, uint16_t port)
{
	bool is_first = c->host[0] == '\0';
	struct attempt *a, *next;

	snprintf(c->host, sizeof c->host, "%s", host);
	c->port = port;
	/* Those under way keep the endpoint with which they began. */
	for (a = LIST_FIRST(&c->attempts); is_first && a != NULL; a = next) {
		next = LIST_NEXT(a, next);
		start(a);
	}
}

void
caller_connect(struct caller *c, uint64_t serial)
{
	struct attempt *a;
	struct err err;

	if (c->n_attempts >= CALLER_ATTEMPTS_MAX) {
		err_set(&err, ERR_OVERLOADED, "connections under way");
		send_not_connected(c, serial, &err);
		return;
	}
	a = calloc(1, sizeof *a);
	if (a != NULL)
		a->deadline = evtimer_new(process_base(), on_deadline, a);
	if (a == NULL || a->deadline == NULL) {
		free(a);
		err_set(&err, ERR_NO_MEMORY, "connection");
		send_not_connected(c, serial, &err);
		return;
	}
	a->caller = c;
	a->serial = serial;
	LIST_INSERT_HEAD(&c->attempts, a, next);
	c->n_attempts++;
	if (c->host[0] != '\0')
		start(a);
	else
		set_deadline(a, CALLER_ENDPOINT_WAIT_MS);
}
