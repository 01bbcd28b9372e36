/* SPDX-License-Identifier: ISC */
#include "tests/bench/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

static void
watch(struct wire *w, int operation)
{
	struct epoll_event e = { .data.ptr = w->owner,
	    .events = EPOLLIN | (w->awaits_room ? EPOLLOUT : 0) };

	epoll_ctl(w->epoll, operation, w->fd, &e);
}

/* What became of an SSL_ call: bytes, 0 for later, -1 that it is over. */
static ssize_t
fate(struct wire *w, int result)
{
	int why;

	if (result > 0)
		return result;
	why = SSL_get_error(w->tls, result);
	ERR_clear_error();
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE
	    ? 0 : -1;
}

static ssize_t
fate_plain(ssize_t result)
{
	if (result > 0)
		return result;
	return result == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static ssize_t
transmit(struct wire *w, const char *from, size_t len)
{
	if (w->tls == NULL)
		return fate_plain(send(w->fd, from, len, MSG_NOSIGNAL));
	return fate(w, SSL_write(w->tls, from, (int)len));
}

void
wire_open(struct wire *w, int fd, SSL_CTX *tls)
{
	w->fd = fd;
	w->is_open = tls == NULL;
	if (tls == NULL)
		return;
	w->tls = SSL_new(tls);
	if (w->tls == NULL || SSL_set_fd(w->tls, fd) != 1)
		abort();
}

void
wire_watch(struct wire *w)
{
	watch(w, EPOLL_CTL_ADD);
}

bool
wire_shake(struct wire *w)
{
	ssize_t result = fate(w, SSL_accept(w->tls));

	w->is_open = result > 0;
	return result != -1;
}

ssize_t
wire_read(struct wire *w, char *to, size_t max)
{
	if (w->tls == NULL)
		return fate_plain(recv(w->fd, to, max, 0));
	return fate(w, SSL_read(w->tls, to, (int)max));
}

bool
wire_has_more(const struct wire *w)
{
	return w->tls != NULL && SSL_has_pending(w->tls);
}

void
wire_say(struct wire *w, const char *bytes, size_t len)
{
	if (len > sizeof w->out - w->out_len)
		abort();
	memcpy(w->out + w->out_len, bytes, len);
	w->out_len += len;
}

bool
wire_flush(struct wire *w)
{
	bool awaited_room = w->awaits_room;

	w->awaits_room = false;
	while (w->out_sent < w->out_len) {
		ssize_t n = transmit(w, w->out + w->out_sent,
		    w->out_len - w->out_sent);

		if (n == -1)
			return false;
		w->awaits_room = n == 0;
		if (n == 0)
			break;
		w->out_sent += (size_t)n;
	}
	if (w->out_sent == w->out_len)
		w->out_sent = w->out_len = 0;
	if (w->awaits_room != awaited_room)
		watch(w, EPOLL_CTL_MOD);
	return true;
}

bool
wire_is_clear(const struct wire *w)
{
	return w->out_len == 0;
}

void
wire_close(struct wire *w)
{
	SSL_free(w->tls);
	close(w->fd);
}
