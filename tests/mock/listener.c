/* SPDX-License-Identifier: ISC */
#include "tests/mock/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <event2/listener.h>

#include "tests/mock/allocate.h"

#define PORT_ATTEMPTS_MAX 16
#define BACKLOG_MAX 1024

struct listener {
	struct connection_home *home;
	struct evconnlistener *v4, *v6;
};

static void
on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *peer,
    int peer_len, void *arg)
{
	struct listener *listener = arg;

	(void)l;
	(void)peer;
	(void)peer_len;
	connection_start(listener->home, fd);
}

static struct evconnlistener *
bind_to(struct listener *l, const struct sockaddr *address, size_t len)
{
	return evconnlistener_new_bind(l->home->base, on_accept, l,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG_MAX,
	    address, (int)len);
}

/*
 * False only if the port is taken on ::1 by someone else, whom a client would
 * then take for us.
 */
static bool
bind_both(struct listener *l)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof v4;

	l->v4 = bind_to(l, (struct sockaddr *)&v4, sizeof v4);
	if (l->v4 == NULL)
		return true;
	getsockname(evconnlistener_get_fd(l->v4), (struct sockaddr *)&v4, &len);
	l->home->port = ntohs(v4.sin_port);
	v6.sin6_port = v4.sin_port;
	l->v6 = bind_to(l, (struct sockaddr *)&v6, sizeof v6);
	if (l->v6 != NULL || errno != EADDRINUSE)
		return true;
	evconnlistener_free(l->v4);
	l->v4 = NULL;
	return false;
}

struct listener *
listener_open(struct connection_home *home)
{
	struct listener *l = allocate(sizeof *l);

	l->home = home;
	LIST_INIT(&home->connections);
	for (int i = 0; i < PORT_ATTEMPTS_MAX; i++)
		if (bind_both(l))
			break;
	if (l->v4 != NULL)
		return l;
	listener_close(l);
	return NULL;
}

void
listener_close(struct listener *l)
{
	if (l == NULL)
		return;
	connections_free(&l->home->connections);
	if (l->v4 != NULL)
		evconnlistener_free(l->v4);
	if (l->v6 != NULL)
		evconnlistener_free(l->v6);
	free(l);
}
