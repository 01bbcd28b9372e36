/* SPDX-License-Identifier: ISC */
#include "common/process/commands.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/channel.h"
#include "common/process/door.h"
#include "common/scoped.h"

struct commands {
	const struct dispatcher *d;
	int fd;
	uid_t ours;
	gid_t admin;
	unsigned n_connections;
	uint32_t n_served;
	struct door *door;
};

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
on_caller(int caller, void *owner)
{
	struct commands *c = owner;
	AUTO_CLOSE int fd = caller;
	struct channel_caller who;
	struct channel *channel;
	struct err err;

	if (c->n_connections >= COMMANDS_CONNECTIONS_MAX ||
	    !may_talk(c, fd, &who))
		return;
	channel = channel_new(c->d, take_fd(&fd), CLI, ++c->n_served, &err);
	if (channel == NULL) {
		log_err(role_name(c->d->role), &err);
		return;
	}
	channel_set_caller(channel, &who);
	c->n_connections++;
}

struct commands *
commands_new(const struct dispatcher *d, int fd, gid_t admin,
    struct err *err)
{
	struct commands *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_set(err, ERR_NO_MEMORY, "commands");
		return NULL;
	}
	*c = (struct commands) { .d = d, .fd = fd, .ours = geteuid(),
	    .admin = admin, .door = door_new(d->base, fd, on_caller, c, err) };
	if (c->door == NULL) {
		commands_free(c);
		return NULL;
	}
	door_open(c->door);
	return c;
}

void
commands_free(struct commands *c)
{
	if (c == NULL)
		return;
	door_free(c->door);
	close(c->fd);
	free(c);
}

void
commands_closed(struct commands *c)
{
	if (c->n_connections > 0)
		c->n_connections--;
}
