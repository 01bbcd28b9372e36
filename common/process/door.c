/* SPDX-License-Identifier: ISC */
#include "common/process/door.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/errors.h"
#include "common/log.h"

#define PAUSE_S 1

struct door {
	struct event *calls;
	struct event *pause;	/* pending: nobody is accepted */
	door_caller *called;
	void *owner;
};

static void
pause_if_full(struct door *d)
{
	const struct timeval pause = { PAUSE_S, 0 };
	struct err err;

	if (errno != EMFILE && errno != ENFILE)
		return;
	err_set_os(&err, ERR_OVERLOADED, "accept");
	log_err("door", &err);
	event_del(d->calls);
	event_add(d->pause, &pause);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	door_open(arg);
}

static void
on_call(evutil_socket_t fd, short what, void *arg)
{
	struct door *d = arg;
	int caller = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)what;
	if (caller != -1)
		d->called(caller, d->owner);
	else
		pause_if_full(d);
}

struct door *
door_new(struct event_base *base, int fd, door_caller *called, void *owner,
    struct err *err)
{
	struct door *d = calloc(1, sizeof *d);

	if (d != NULL) {
		*d = (struct door) { .called = called, .owner = owner };
		d->calls = event_new(base, fd, EV_READ | EV_PERSIST, on_call,
		    d);
		d->pause = evtimer_new(base, on_pause_over, d);
	}
	if (d == NULL || d->calls == NULL || d->pause == NULL) {
		err_set(err, ERR_NO_MEMORY, "door");
		door_free(d);
		return NULL;
	}
	return d;
}

void
door_free(struct door *d)
{
	if (d == NULL)
		return;
	if (d->calls != NULL)
		event_free(d->calls);
	if (d->pause != NULL)
		event_free(d->pause);
	free(d);
}

void
door_open(struct door *d)
{
	/* It waits for callers; or else it tries to once more. */
	if (event_add(d->calls, NULL) == -1)
		event_add(d->pause, &(struct timeval) { PAUSE_S, 0 });
}

void
door_shut(struct door *d)
{
	event_del(d->calls);
	event_del(d->pause);
}
