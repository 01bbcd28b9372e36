/* SPDX-License-Identifier: ISC */
#include "connector/dial.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"
#include "connector/addresses.h"

struct try {
	struct dial *dial;
	int fd;			/* -1: not started, or over */
	struct event *writable;
};

struct dial {
	struct event_base *base;
	struct addresses to;
	size_t n_started, n_open;
	struct try tries[ADDRESSES_MAX];
	struct event *next;
	dial_ended *ended;
	void *arg;
	int os;			/* why the last one failed */
};

static void
close_try(struct try *t)
{
	if (t->writable != NULL)
		event_free(t->writable);
	t->writable = NULL;
	if (t->fd != -1) {
		close(t->fd);
		t->dial->n_open--;
	}
	t->fd = -1;
}

void
dial_free(struct dial *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < ADDRESSES_MAX; i++)
		close_try(&d->tries[i]);
	if (d->next != NULL)
		event_free(d->next);
	free(d);
}

/* A peer that vanished without a word is noticed within some minutes. */
static void
set_options(int fd)
{
	static const struct {
		int level, option, value;
	} options[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 20 },
	};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		setsockopt(fd, options[i].level, options[i].option,
		    &options[i].value, sizeof options[i].value);
}

/* The connected socket leaves, whatever else was tried is given up. */
static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct try *t = arg;
	struct dial *d = t->dial;
	int os = 0;
	socklen_t len = sizeof os;

	(void)what;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &os, &len) == -1)
		os = errno;
	if (os == 0) {
		event_free(t->writable);
		t->writable = NULL;
		d->n_open--;
		d->ended(take_fd(&t->fd), NULL, d->arg);
		return;
	}
	d->os = os;
	close_try(t);
	event_active(d->next, EV_TIMEOUT, 0);
}

/* false when this address is over already; d->os says why. */
static bool
start(struct dial *d)
{
	const struct address *a = &d->to.list[d->n_started];
	struct try *t = &d->tries[d->n_started++];

	t->fd = socket(a->to.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (t->fd == -1) {
		d->os = errno;
		return false;
	}
	d->n_open++;
	set_options(t->fd);
	t->writable = event_new(d->base, t->fd, EV_WRITE, on_writable, t);
	if (connect(t->fd, (const struct sockaddr *)&a->to, a->len) == -1 &&
	    errno != EINPROGRESS)
		d->os = errno;
	/* Without a timeout: the caller's deadline ends the whole dial. */
	else if (t->writable != NULL && event_add(t->writable, NULL) == 0)
		return true;
	else
		d->os = ENOMEM;
	close_try(t);
	return false;
}

static bool
start_next(struct dial *d)
{
	while (d->n_started < d->to.n)
		if (start(d))
			return true;
	return d->n_open > 0;
}

static void
on_next(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval head_start = { 0,
	    DIAL_HEAD_START_MS * 1000 };
	struct dial *d = arg;
	struct err err;

	(void)fd;
	(void)what;
	if (start_next(d)) {
		if (d->n_started < d->to.n)
			event_add(d->next, &head_start);
		else
			event_del(d->next);
		return;
	}
	errno = d->os;
	err_set_os(&err, d->os == EMFILE || d->os == ENFILE ?
	    ERR_OVERLOADED : ERR_UPSTREAM_UNREACHABLE, "connect");
	d->ended(-1, &err, d->arg);
}

struct dial *
dial_new(struct event_base *base, const struct addresses *to,
    dial_ended *ended, void *arg, struct err *err)
{
	static const struct timeval now = { 0, 0 };
	struct dial *d = calloc(1, sizeof *d);

	if (d == NULL) {
		err_set(err, ERR_NO_MEMORY, "dial");
		return NULL;
	}
	*d = (struct dial) { .base = base, .to = *to, .ended = ended,
	    .arg = arg };
	for (size_t i = 0; i < ADDRESSES_MAX; i++)
		d->tries[i] = (struct try) { .dial = d, .fd = -1 };
	d->next = evtimer_new(base, on_next, d);
	if (d->next == NULL || event_add(d->next, &now) == -1) {
		err_set(err, ERR_NO_MEMORY, "dial");
		dial_free(d);
		return NULL;
	}
	return d;
}
