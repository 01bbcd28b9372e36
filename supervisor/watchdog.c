/* SPDX-License-Identifier: ISC */
#include "supervisor/watchdog.h"

#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/errors.h"
#include "supervisor/notify.h"
#include "supervisor/supervisor.h"

/* How often within the manager's patience. */
#define ROUNDS 3

static void
schedule(struct supervisor *s)
{
	struct timeval t = { s->watchdog_ms / 1000,
	    (suseconds_t)(s->watchdog_ms % 1000 * 1000) };

	event_add(s->watchdog, &t);
}

/* Who is being started or stopped has limits of its own (child.h). */
static void
on_round(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;
	struct child *c;

	(void)fd;
	(void)what;
	LIST_FOREACH(c, &s->children, next)
		/* One that owes an answer is not asked again. */
		if (c->state == CHILD_RUNNING && c->channel != NULL &&
		    c->ping == c->pong) {
			struct ipc_ping ping = { .serial = ++c->ping };

			channel_send_body(c->channel, IPC_PING, &ping);
		}
	schedule(s);
	watchdog_look(s);
}

bool
watchdog_open(struct supervisor *s, struct err *err)
{
	const char *text = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	unsigned long long patience_us = text != NULL ?
	    strtoull(text, NULL, 10) : 0;

	if (pid != NULL && strtol(pid, NULL, 10) != getpid())
		patience_us = 0;
	if (patience_us == 0)
		return true;
	s->watchdog = evtimer_new(s->base, on_round, s);
	if (s->watchdog == NULL)
		return err_set(err, ERR_NO_MEMORY, "timer");
	s->watchdog_ms = (uint32_t)(patience_us / 1000 / ROUNDS);
	schedule(s);
	return true;
}

void
watchdog_close(struct supervisor *s)
{
	if (s->watchdog != NULL)
		event_free(s->watchdog);
	s->watchdog = NULL;
}

void
watchdog_look(struct supervisor *s)
{
	const struct child *c;

	if (s->watchdog == NULL)
		return;
	LIST_FOREACH(c, &s->children, next)
		if (c->state == CHILD_RUNNING && c->ping != c->pong)
			return;
	notify_send("WATCHDOG=1");
}
