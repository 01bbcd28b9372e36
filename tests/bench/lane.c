/* SPDX-License-Identifier: ISC */
#include "tests/bench/lane.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/answer_reader.h"
#include "tests/bench/nanoseconds.h"

#define READ_MAX 65536

struct lane {
	const struct question *question;
	struct tally *tally;
	struct answer_reader answer;
	int fd;
	bool is_connected, has_begun;
	size_t sent;
	uint64_t asked_ns, read_ns;
};

static void
watch(struct lane *l, int operation, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = l };

	if (epoll_ctl(l->question->epoll, operation, l->fd, &e) == -1)
		abort();
}

static void
start_connecting(struct lane *l)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons(l->question->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;

	l->is_connected = false;
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd == -1) {
		perror("load: socket");
		exit(1);
	}
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	/* An immediate failure is reported by epoll like a later one. */
	(void)connect(l->fd, (struct sockaddr *)&a, sizeof a);
	watch(l, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void
fail(struct lane *l, const char *why)
{
	l->tally->failures++;
	snprintf(l->tally->failure, sizeof l->tally->failure, "%s", why);
	close(l->fd);
	start_connecting(l);
}

static void
send_on(struct lane *l)
{
	const struct question *q = l->question;
	bool had_to_wait = l->sent > 0;

	while (l->sent < q->len) {
		ssize_t n = send(l->fd, q->bytes + l->sent, q->len - l->sent,
		    MSG_NOSIGNAL);

		if (n == -1 && errno == EAGAIN && !had_to_wait)
			watch(l, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
		if (n == -1)
			return;		/* what else it is, reading will tell */
		l->sent += (size_t)n;
	}
	if (had_to_wait)
		watch(l, EPOLL_CTL_MOD, EPOLLIN);
}

static void
ask(struct lane *l)
{
	answer_reader_reset(&l->answer);
	l->sent = 0;
	l->asked_ns = nanoseconds_now();
	send_on(l);
}

static void
on_event(void *arg, uint64_t stamp_ns)
{
	struct lane *l = arg;

	if (!l->has_begun)
		l->tally->n_begun++;
	l->has_begun = true;
	if (!l->tally->is_open)
		return;
	l->tally->events++;
	samples_add(&l->tally->travel, l->read_ns - stamp_ns);
}

static void
finish(struct lane *l)
{
	struct tally *t = l->tally;
	char why[64];

	if (l->answer.status != 200) {
		snprintf(why, sizeof why, "status %u", l->answer.status);
		fail(l, why);
		return;
	}
	if (l->question->n_events != 0 &&
	    l->answer.n_events != l->question->n_events) {
		fail(l, "a stream that is not whole");
		return;
	}
	if (t->is_open) {
		t->requests++;
		samples_add(&t->whole, l->read_ns - l->asked_ns);
	}
	if (!l->answer.closes) {
		ask(l);
		return;
	}
	close(l->fd);
	start_connecting(l);
}

static void
read_on(struct lane *l)
{
	static char bytes[READ_MAX];
	bool had_body = l->answer.n_body > 0;
	ssize_t n = recv(l->fd, bytes, sizeof bytes, 0);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		fail(l, n == 0 ? "connection closed" : strerror(errno));
		return;
	}
	l->read_ns = nanoseconds_now();
	answer_reader_take(&l->answer, bytes, (size_t)n);
	if (!had_body && l->answer.n_body > 0 && l->tally->is_open)
		samples_add(&l->tally->first, l->read_ns - l->asked_ns);
	if (l->answer.state == ANSWER_WHOLE)
		finish(l);
	else if (l->answer.state == ANSWER_BROKEN)
		fail(l, "not an answer");
}

void
on_lane(struct lane *l, uint32_t events)
{
	int fault = 0;
	socklen_t len = sizeof fault;

	if (!l->is_connected) {
		getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &fault, &len);
		if (fault != 0) {
			fail(l, strerror(fault));
			return;
		}
		l->is_connected = true;
		watch(l, EPOLL_CTL_MOD, EPOLLIN);
		ask(l);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		send_on(l);
	if ((events & ~(uint32_t)EPOLLOUT) != 0)
		read_on(l);
}

struct lane *
lane_open(const struct question *question, struct tally *tally)
{
	struct lane *l = calloc(1, sizeof *l);

	if (l == NULL)
		abort();
	l->question = question;
	l->tally = tally;
	l->answer.on_event = on_event;
	l->answer.arg = l;
	start_connecting(l);
	return l;
}

void
lane_free(struct lane *l)
{
	close(l->fd);
	free(l);
}
