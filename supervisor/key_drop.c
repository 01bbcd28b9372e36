/* SPDX-License-Identifier: ISC */
#include "supervisor/key_drop.h"

#include <event2/event.h>

#include "common/errors.h"
#include "common/log.h"
#include "supervisor/supervisor.h"

#define BROKER_HAS_S 2

static void
on_late(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;

	(void)fd;
	(void)what;
	log_error("broker: did not lock: killed");
	child_kill(s->broker, CHILD_BLAMELESS);
}

bool
key_drop_open(struct supervisor *s, struct err *err)
{
	s->key_drop = evtimer_new(s->base, on_late, s);
	return s->key_drop != NULL || err_set(err, ERR_NO_MEMORY, "timer");
}

void
key_drop_close(struct supervisor *s)
{
	if (s->key_drop != NULL)
		event_free(s->key_drop);
	s->key_drop = NULL;
}

void
key_drop_egresses(struct supervisor *s)
{
	struct child *c;

	LIST_FOREACH(c, &s->children, next)
		if (c->role == EGRESS)
			child_kill(c, CHILD_UNWANTED);
}

void
key_drop_now(struct supervisor *s)
{
	struct timeval limit = { BROKER_HAS_S, 0 };

	log_info("supervisor: signalled to drop all keys");
	/* First: a broker that dies of it must not unlock itself again. */
	s->is_locked_on_purpose = true;
	key_drop_egresses(s);
	if (s->broker->channel != NULL) {
		channel_send_body(s->broker->channel, IPC_DROP_KEYS, NULL);
		event_add(s->key_drop, &limit);
	}
}

void
key_drop_done(struct supervisor *s)
{
	event_del(s->key_drop);
}
