/* SPDX-License-Identifier: ISC */
#include "common/process/commands.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/channel.h"
#include "common/scoped.h"

struct commands {
	const struct dispatcher *d;
	int fd;
	uid_t ours;
	gid_t admin;
	unsigned n_connections;
	uint32_t n_served;
	struct event *connecting;
	struct event *pause;	/* pending: nobody is accepted */
};

#define PAUSE_S 1

#define GROUPS_MAX 1024		/* who is in more is not looked at further */

static bool
is_admin(const struct commands *c, int fd, const struct ucred *who)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof groups;

	if (who->gid == c->admin)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == -1)
		return false;
	for (size_t i = 0; i < len / sizeof groups[0]; i++)
		if (groups[i] == c->admin)
			return true;
	return false;
}

static bool
may_talk(const struct commands *c, int fd, struct channel_caller *caller)
{
	struct ucred who;
	socklen_t len = sizeof who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == -1)
		return false;
	*caller = (struct channel_caller) { who.uid, (uint32_t)who.pid };
	if (who.uid == 0 || (c->admin == 0 ? who.uid == c->ours :
	    is_admin(c, fd, &who)))
		return true;
	log_warning("%s: refused a command of uid %u", role_name(c->d->role),
	    who.uid);
	return false;
}

static void
on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct commands *c = arg;

	(void)fd;
	(void)what;
	event_add(c->connecting, NULL);	/* waits for callers */
}

/* Who waits goes on to wait; to be told so at once again helps nobody. */
static void
pause_if_full(struct commands *c)
{
	struct timeval pause = { PAUSE_S, 0 };
	struct err err;

	if (errno != EMFILE && errno != ENFILE)
		return;
	err_set_os(&err, ERR_OVERLOADED, "accept");
	log_err(role_name(c->d->role), &err);
	event_del(c->connecting);
	event_add(c->pause, &pause);
}

static void
on_connecting(evutil_socket_t listener, short what, void *arg)
{
	struct commands *c = arg;
	AUTO_CLOSE int fd = accept4(listener, NULL, NULL,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct channel_caller caller;
	struct channel *channel;
	struct err err;

	(void)what;
	if (fd == -1)
		pause_if_full(c);
	if (fd == -1 || c->n_connections >= COMMANDS_CONNECTIONS_MAX ||
	    !may_talk(c, fd, &caller))
		return;
	channel = channel_new(c->d, take_fd(&fd), CLI, ++c->n_served, &err);
	if (channel == NULL) {
		log_err(role_name(c->d->role), &err);
		return;
	}
	channel_set_caller(channel, &caller);
	c->n_connections++;
}

struct commands *
commands_new(const struct dispatcher *d, int fd, gid_t admin,
    struct err *err)
{
	struct commands *c = calloc(1, sizeof *c);

	if (c != NULL) {
		*c = (struct commands) { .d = d, .fd = fd, .ours = geteuid(),
		    .admin = admin };
		c->connecting = event_new(d->base, fd, EV_READ | EV_PERSIST,
		    on_connecting, c);
		c->pause = evtimer_new(d->base, on_pause_over, c);
	}
	if (c == NULL || c->connecting == NULL || c->pause == NULL ||
	    event_add(c->connecting, NULL) == -1) {	/* waits for callers */
		err_set(err, ERR_NO_MEMORY, "commands");
		commands_free(c);
		return NULL;
	}
	return c;
}

void
commands_free(struct commands *c)
{
	if (c == NULL)
		return;
	if (c->connecting != NULL)
		event_free(c->connecting);
	if (c->pause != NULL)
		event_free(c->pause);
	close(c->fd);
	free(c);
}

void
commands_closed(struct commands *c)
{
	if (c->n_connections > 0)
		c->n_connections--;
}
