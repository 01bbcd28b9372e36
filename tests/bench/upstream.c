/* SPDX-License-Identifier: ISC */
/*
 * upstream --dir DIR --key KEY: a model provider that costs next to nothing.
 *
 * Listens on two ports of 127.0.0.1 that the kernel chooses: TLS, with a
 * certificate for localhost of an authority of its own (DIR/ca.pem), and plain.
 * Both are in DIR/upstream.ready once it can be asked.  What it answers:
 * visitor.h.  It ends with the process that started it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/canned.h"
#include "tests/bench/nanoseconds.h"
#include "tests/bench/visitor.h"
#include "tests/mock/certificate.h"

#define BACKLOG 4096
#define TURN_MAX 256			/* events of one turn */

struct door {
	int fd;
	in_port_t port;
	SSL_CTX *tls;			/* NULL: plain */
};

static struct door doors[2];
#define N_DOORS (sizeof doors / sizeof doors[0])

static struct visitors visitors = {
	.streams = TAILQ_HEAD_INITIALIZER(visitors.streams),
};

static bool
door_open(struct door *d, SSL_CTX *tls)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = d };

	d->tls = tls;
	d->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd == -1 || bind(d->fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(d->fd, BACKLOG) == -1 ||
	    getsockname(d->fd, (struct sockaddr *)&a, &len) == -1)
		return false;
	d->port = ntohs(a.sin_port);
	return epoll_ctl(visitors.epoll, EPOLL_CTL_ADD, d->fd, &e) == 0;
}

static void
on_door(const struct door *d)
{
	int one = 1, fd;

	while ((fd = accept4(d->fd, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		visitor_open(&visitors, fd, d->tls);
	}
}

static SSL_CTX *
make_context(const char *dir)
{
	struct authority *authority = authority_open(dir);
	SSL_CTX *tls = authority != NULL ? certificate_context(authority,
	    "DNS:localhost,IP:127.0.0.1") : NULL;

	authority_free(authority);
	if (tls == NULL)
		return NULL;
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(tls, 1);
	return tls;
}

/* Whole or not at all: the script waits for the file to be there. */
static bool
write_ready_file(const char *dir)
{
	char made[4096], ready[4096];
	FILE *f;

	snprintf(made, sizeof made, "%s/upstream.made", dir);
	snprintf(ready, sizeof ready, "%s/upstream.ready", dir);
	f = fopen(made, "we");
	if (f == NULL)
		return false;
	fprintf(f, "tls_port=%u plain_port=%u\n", doors[0].port, doors[1].port);
	return fclose(f) == 0 && rename(made, ready) == 0;
}

static bool
is_door(const void *p)
{
	return p == &doors[0] || p == &doors[1];
}

static void
serve(void)
{
	struct epoll_event events[TURN_MAX];
	uint64_t next_ns = UINT64_MAX;

	for (;;) {
		struct timespec wait = nanoseconds_until(next_ns,
		    nanoseconds_now());
		/* For ever when no stream is open: a visitor wakes it. */
		int n = epoll_pwait2(visitors.epoll, events, TURN_MAX,
		    next_ns == UINT64_MAX ? NULL : &wait, NULL);

		for (int i = 0; i < n; i++)
			if (is_door(events[i].data.ptr))
				on_door(events[i].data.ptr);
			else
				on_visitor(events[i].data.ptr,
				    events[i].events);
		next_ns = visitors_run(&visitors, nanoseconds_now());
	}
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "dir", required_argument, NULL, 'd' },
		{ "key", required_argument, NULL, 'k' },
		{ 0 }
	};
	const char *dir = NULL;
	SSL_CTX *tls;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'd':
			dir = optarg;
			break;
		case 'k':
			visitors.key = optarg;
			break;
		default:
			return 2;
		}
	if (dir == NULL || visitors.key == NULL)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	canned_init();
	visitors.epoll = epoll_create1(EPOLL_CLOEXEC);
	tls = make_context(dir);
	if (tls == NULL || !door_open(&doors[0], tls) ||
	    !door_open(&doors[1], NULL) || !write_ready_file(dir)) {
		fprintf(stderr, "upstream: %s: %s\n", dir, strerror(errno));
		return 1;
	}
	serve();
}
