/* SPDX-License-Identifier: ISC */
#include "common/upstream/links.h"

#include <arpa/inet.h>
#include <assert.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/channel.h"
#include "common/scoped.h"
#include "common/url.h"

/* A socket that libcurl has, in use or kept for later. */
struct link {
	struct links *links;
	struct event *event;
	short watched;		/* what the event waits for */
	const void *user;	/* the transfer that has it; NULL: it is kept */
	bool is_paused;		/* libcurl waits for nothing */
	bool is_dead;		/* the peer has closed it while it was kept */
	time_t idle_since_s;
};

struct links {
	struct event_base *base;
	struct links_hooks hooks;
	struct channel *connector;
	bool is_plain;
	uint16_t port;
	uint64_t serial;
	size_t n_asked;
	int in_hand[LINKS_IN_HAND_MAX];
	size_t n_in_hand;
	struct event *in_hand_end;
	struct link **by_fd;
	size_t n_by_fd;
};

static time_t
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

/* Closes all but the newest 'n'. */
static void
drop_in_hand(struct links *l, size_t n)
{
	size_t n_surplus = l->n_in_hand > n ? l->n_in_hand - n : 0;

	for (size_t i = 0; i < n_surplus; i++)
		close(l->in_hand[i]);
	l->n_in_hand -= n_surplus;
	memmove(l->in_hand, l->in_hand + n_surplus,
	    l->n_in_hand * sizeof l->in_hand[0]);
	if (l->n_in_hand == 0)
		event_del(l->in_hand_end);
}

static void
on_in_hand_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	drop_in_hand(arg, 0);
}

void
links_trim(struct links *l)
{
	if (l->n_in_hand > 1)
		drop_in_hand(l, 1);
}

struct links *
links_new(struct event_base *base, const struct links_hooks *hooks,
    struct err *err)
{
	struct links *l = calloc(1, sizeof *l);

	if (l != NULL) {
		*l = (struct links) { .base = base, .hooks = *hooks };
		l->in_hand_end = evtimer_new(base, on_in_hand_end, l);
	}
	if (l == NULL || l->in_hand_end == NULL) {
		err_set(err, ERR_NO_MEMORY, "links");
		free(l);
		return NULL;
	}
	return l;
}

void
links_free(struct links *l)
{
	if (l == NULL)
		return;
	for (size_t fd = 0; fd < l->n_by_fd; fd++)
		if (l->by_fd[fd] != NULL)
			links_close(l, (int)fd);
	drop_in_hand(l, 0);
	event_free(l->in_hand_end);
	free(l->by_fd);
	free(l);
}

void
links_set_connector(struct links *l, struct channel *connector)
{
	l->connector = connector;
	l->n_asked = 0;
}

void
links_set_url(struct links *l, const struct url *url)
{
	l->is_plain = !url->is_tls;
	l->port = url->port;
}

bool
links_ask(struct links *l)
{
	struct ipc_connect ask = { ++l->serial };

	if (l->connector == NULL)
		return false;
	l->n_asked++;
	return channel_send_body(l->connector, IPC_CONNECT, &ask);
}

size_t
links_n_asked(const struct links *l)
{
	return l->n_asked;
}

static bool
is_here(const struct links *l, const struct sockaddr_storage *peer)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	memcpy(&four, peer, sizeof four);
	memcpy(&six, peer, sizeof six);
	if (peer->ss_family == AF_INET)
		return ntohl(four.sin_addr.s_addr) >> 24 == 127 &&
		    ntohs(four.sin_port) == l->port;
	return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) &&
	    ntohs(six.sin6_port) == l->port;
}

/* Anything but a connected TCP socket did not come from an honest connector. */
static bool
is_usable(const struct links *l, int fd)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t len = sizeof peer, type_len = sizeof(int);
	int type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 &&
	    type == SOCK_STREAM &&
	    getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	    (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) &&
	    (!l->is_plain || is_here(l, &peer));
}

static void
refuse(struct links *l, int fd)
{
	struct err err;

	close(fd);
	err_set(&err, ERR_UPSTREAM_UNREACHABLE,
	    "the connector's descriptor is not the one that was asked for");
	log_err("links", &err);
	l->hooks.refused(&err, l->hooks.arg);
}

static void
put_in_hand(struct links *l, int fd)
{
	static const struct timeval lifetime = { LINKS_IN_HAND_MAX_MS / 1000,
	    LINKS_IN_HAND_MAX_MS % 1000 * 1000 };

	if (l->n_in_hand == LINKS_IN_HAND_MAX)
		drop_in_hand(l, LINKS_IN_HAND_MAX - 1);
	l->in_hand[l->n_in_hand++] = fd;
	event_add(l->in_hand_end, &lifetime);
	l->hooks.has_room(l->hooks.arg);
}

void
links_connected(struct links *l, int fd)
{
	if (l->n_asked > 0)
		l->n_asked--;
	if (is_usable(l, fd))
		put_in_hand(l, fd);
	else
		refuse(l, fd);
}

void
links_not_connected(struct links *l, const struct err *err)
{
	if (l->n_asked > 0)
		l->n_asked--;
	l->hooks.refused(err, l->hooks.arg);
}

/* Nothing comes from a server that was not spoken to, but the end. */
static bool
is_silent(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLRDHUP };

	return poll(&p, 1, 0) == 0;
}

bool
links_have_fresh(const struct links *l)
{
	return l->n_in_hand > 0;
}

bool
links_have_room(const struct links *l, size_t n_running)
{
	size_t n = l->n_in_hand;
	time_t oldest_s = now_s() - LINKS_IDLE_MAX_S + 2;

	for (size_t fd = 0; fd < l->n_by_fd && n <= n_running; fd++) {
		const struct link *link = l->by_fd[fd];

		n += link != NULL && !link->is_dead && (link->user != NULL ||
		    link->idle_since_s >= oldest_s);
	}
	return n > n_running;
}

/*
 * Nothing but the end comes over a connection that is kept.  libcurl would
 * mistake TLS's word for it for a sign of life, and send a request after it.
 */
static void
bury(struct link *link, int fd)
{
	char last_words[1024];

	link->is_dead = true;
	for (int i = 0; i < 64; i++)
		if (recv(fd, last_words, sizeof last_words, MSG_DONTWAIT) <= 0)
			break;
	shutdown(fd, SHUT_RDWR);
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct link *link = arg;

	if (link->user != NULL && !link->is_paused) {
		link->links->hooks.ready(fd, what, link->links->hooks.arg);
		return;
	}
	if (link->user == NULL)
		bury(link, fd);
	event_del(link->event);
	link->watched = 0;
}

static void
watch(struct link *link, int fd, short what)
{
	if (what == link->watched)
		return;
	event_del(link->event);
	link->watched = what;
	event_assign(link->event, link->links->base, fd,
	    (short)(what | EV_PERSIST), on_ready, link);
	/* Transfers have timeouts; what is kept may be kept. */
	event_add(link->event, NULL);
}

/* Makes room for a descriptor in the table; false without memory. */
static bool
grow(struct links *l, int fd)
{
	size_t n = (size_t)fd + 64;
	struct link **by_fd;

	if ((size_t)fd < l->n_by_fd)
		return true;
	by_fd = realloc(l->by_fd, n * sizeof *by_fd);
	if (by_fd == NULL)
		return false;
	for (size_t i = l->n_by_fd; i < n; i++)
		by_fd[i] = NULL;
	l->by_fd = by_fd;
	l->n_by_fd = n;
	return true;
}

/* The newest one that is still good, or -1. */
static int
take_in_hand(struct links *l)
{
	while (l->n_in_hand > 0) {
		int fd = l->in_hand[--l->n_in_hand];

		if (is_silent(fd))
			return fd;
		close(fd);
	}
	return -1;
}

int
links_open(struct links *l, const void *user)
{
	AUTO_CLOSE int fd = take_in_hand(l);
	struct link *link;

	if (fd == -1 || !grow(l, fd))
		return -1;
	link = calloc(1, sizeof *link);
	if (link == NULL)
		return -1;
	link->links = l;
	link->user = user;
	link->event = event_new(l->base, fd, EV_READ | EV_PERSIST, on_ready,
	    link);
	if (link->event == NULL) {
		free(link);
		return -1;
	}
	/* libcurl closes through links_close() alone. */
	assert(l->by_fd[fd] == NULL);
	l->by_fd[fd] = link;
	return take_fd(&fd);
}

static struct link *
find(const struct links *l, int fd)
{
	return fd >= 0 && (size_t)fd < l->n_by_fd ? l->by_fd[fd] : NULL;
}

/*
 * When libcurl waits for nothing (the transfer is over, or paused) the event
 * stays: most of the time the next thing is to wait for the same again.
 */
void
links_watch(struct links *l, int fd, short what, const void *user)
{
	struct link *link = find(l, fd);

	if (link == NULL)
		return;
	link->is_paused = what == 0;
	if (what != 0) {
		link->user = user;
		watch(link, fd, what);
	}
}

/*
 * libcurl may have given it to another transfer in the turn in which this one
 * ended, which we hear of behind the turn.
 */
void
links_release(struct links *l, int fd, const void *user)
{
	struct link *link = find(l, fd);

	if (link == NULL || link->user != user)
		return;
	link->user = NULL;
	link->idle_since_s = now_s();
	watch(link, fd, EV_READ);
}

void
links_close(struct links *l, int fd)
{
	struct link *link = find(l, fd);

	if (link != NULL) {
		event_free(link->event);
		free(link);
		l->by_fd[fd] = NULL;
	}
	close(fd);
}
