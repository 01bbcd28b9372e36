/* SPDX-License-Identifier: ISC */
#include "proxy/exchange.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/process/channel.h"
#include "common/scoped.h"

#define READ_MAX 65536		/* bytes at once */
#define FINISHING_S 2
#define FINISHING_MAX 64	/* at once; others are closed at once */

struct exchange {
	struct event_base *base;
	int fd;
	struct event *readable, *writable;
	struct exchange_hooks hooks;
	struct frame_reader reader;
	uint8_t *left;		/* a frame that is not whole yet */
	size_t left_len;
	struct iovec body[EXCHANGE_PIECES_MAX];
	int n_pieces, piece;	/* the first one that is not out */
	size_t body_left;
	bool is_paused;
};

/* Reads pass through here one after the other: there is no thread. */
static uint8_t bytes[FRAME_LEN_MAX + READ_MAX];

void
exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	if (x->readable != NULL)
		event_free(x->readable);
	if (x->writable != NULL)
		event_free(x->writable);
	if (x->fd != -1)
		close(x->fd);
	free(x->left);
	free(x);
}

/* The pair's end of an exchange that has what it wanted. */
struct finishing {
	struct event *readable, *end;
	int fd;
};

static unsigned n_finishing;

static void
finishing_free(struct finishing *f)
{
	if (f->readable != NULL)
		event_free(f->readable);
	if (f->end != NULL)
		event_free(f->end);
	close(f->fd);
	free(f);
	n_finishing--;
}

/* Until the egress has closed its end, which is a moment behind its END. */
static void
on_finishing(evutil_socket_t fd, short what, void *arg)
{
	ssize_t n = read(fd, bytes, READ_MAX);

	(void)what;
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		finishing_free(arg);
}

static void
on_finishing_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	finishing_free(arg);
}

void
exchange_finish(struct exchange *x)
{
	const struct timeval patience = { FINISHING_S, 0 };
	bool is_wanted = x != NULL && !x->reader.is_over && x->body_left == 0 &&
	    n_finishing < FINISHING_MAX;
	struct finishing *f = is_wanted ? calloc(1, sizeof *f) : NULL;

	if (f == NULL) {
		exchange_free(x);
		return;
	}
	n_finishing++;
	f->fd = take_fd(&x->fd);
	f->readable = event_new(x->base, f->fd, EV_READ | EV_PERSIST,
	    on_finishing, f);
	f->end = evtimer_new(x->base, on_finishing_end, f);
	exchange_free(x);
	if (f->readable == NULL || f->end == NULL ||
	    event_add(f->readable, NULL) == -1 ||	/* 'end' ends it */
	    event_add(f->end, &patience) == -1)
		finishing_free(f);
}

static bool
save_rest(struct exchange *x, const uint8_t *rest, size_t len)
{
	if (len == 0)
		return true;
	x->left = malloc(len);
	if (x->left == NULL)
		return false;
	memcpy(x->left, rest, len);
	x->left_len = len;
	return true;
}

/* How many bytes of a frame that had begun stand in 'bytes' now. */
static size_t
take_rest(struct exchange *x)
{
	size_t len = x->left_len;

	if (len > 0)
		memcpy(bytes, x->left, len);
	free(x->left);
	x->left = NULL;
	x->left_len = 0;
	return len;
}

static void
die(struct exchange *x, enum err_code code, const char *about)
{
	struct err err;

	err_set(&err, code, "%s", about);
	x->hooks.died(x->hooks.arg, &err);
}

/* Gives all whole frames to the hook. */
static void
feed(struct exchange *x, size_t len)
{
	size_t at = 0;

	for (;;) {
		struct frame frame;
		struct err err;
		size_t used;
		enum frame_result got = frame_read(&x->reader, bytes + at,
		    len - at, &frame, &used, &err);

		at += used;
		if (got == FRAME_BROKEN) {
			x->hooks.died(x->hooks.arg, &err);
			return;
		}
		if (got == FRAME_NEEDS_MORE)
			break;
		if (x->hooks.frame(x->hooks.arg, &frame) == EXCHANGE_FREED)
			return;
	}
	if (!save_rest(x, bytes + at, len - at)) {
		die(x, ERR_OVERLOADED, "memory");
		return;
	}
	x->hooks.settled(x->hooks.arg);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct exchange *x = arg;
	size_t len = take_rest(x);
	ssize_t n = read(fd, bytes + len, READ_MAX);

	(void)what;
	if (n > 0)
		feed(x, len + (size_t)n);
	else if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
		if (!save_rest(x, bytes, len))
			die(x, ERR_OVERLOADED, "memory");
	} else
		die(x, ERR_EGRESS_UNAVAILABLE, "it ended in mid-answer");
}

/* false when the egress takes no more now. */
static bool
write_body(struct exchange *x)
{
	while (x->piece < x->n_pieces) {
		ssize_t n = writev(x->fd, x->body + x->piece,
		    x->n_pieces - x->piece);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return false;
		if (n == -1) {
			/* What it says, or its end, comes by reading. */
			x->piece = x->n_pieces;
			break;
		}
		x->body_left -= (size_t)n;
		while (x->piece < x->n_pieces &&
		    (size_t)n >= x->body[x->piece].iov_len)
			n -= (ssize_t)x->body[x->piece++].iov_len;
		if (n > 0) {
			struct iovec *p = &x->body[x->piece];

			p->iov_base = (char *)p->iov_base + n;
			p->iov_len -= (size_t)n;
		}
	}
	x->body_left = 0;
	return true;
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct exchange *x = arg;

	(void)fd;
	(void)what;
	if (write_body(x))
		event_del(x->writable);
}

/* Takes *theirs in any case. */
static bool
send_request(const struct exchange_order *order, int *theirs, struct err *err)
{
	struct ipc_outgoing out = { .type = IPC_REQUEST,
	    .body = order->request, .tail = order->tail,
	    .tail_len = order->tail_len, .fd = take_fd(theirs) };

	return channel_send(order->egress, &out) ||
	    err_set(err, ERR_EGRESS_UNAVAILABLE, "it takes no requests");
}

/* The body first, so that the egress finds it when it is told. */
static bool
start(struct exchange *x, const struct exchange_order *order, int *theirs,
    struct err *err)
{
	bool is_whole;

	x->n_pieces = order->n_pieces;
	for (int i = 0; i < order->n_pieces; i++) {
		x->body[i] = order->body[i];
		x->body_left += order->body[i].iov_len;
	}
	is_whole = write_body(x);
	x->readable = event_new(order->base, x->fd, EV_READ | EV_PERSIST,
	    on_readable, x);
	if (!is_whole)
		x->writable = event_new(order->base, x->fd,
		    EV_WRITE | EV_PERSIST, on_writable, x);
	/* Both wait as long as the request, which has its own timeouts. */
	if (x->readable == NULL || event_add(x->readable, NULL) == -1 ||
	    (!is_whole && (x->writable == NULL ||
	    event_add(x->writable, NULL) == -1)))
		return err_set(err, ERR_OVERLOADED, "memory");
	return send_request(order, theirs, err);
}

struct exchange *
exchange_start(const struct exchange_order *order, struct err *err)
{
	struct exchange *x = calloc(1, sizeof *x);
	AUTO_CLOSE int theirs = -1;
	int pair[2];

	if (x == NULL || socketpair(AF_UNIX,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == -1) {
		err_set(err, ERR_OVERLOADED, "no pair for the request");
		free(x);
		return NULL;
	}
	x->base = order->base;
	x->fd = pair[0];
	theirs = pair[1];
	x->hooks = *order->hooks;
	if (start(x, order, &theirs, err))
		return x;
	exchange_free(x);
	return NULL;
}

void
exchange_pause(struct exchange *x)
{
	event_del(x->readable);
	x->is_paused = true;
}

void
exchange_resume(struct exchange *x)
{
	event_add(x->readable, NULL);	/* as in start() */
	x->is_paused = false;
}

bool
exchange_is_paused(const struct exchange *x)
{
	return x->is_paused;
}

size_t
exchange_body_left(const struct exchange *x)
{
	return x->body_left;
}
