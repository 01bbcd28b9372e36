/* SPDX-License-Identifier: ISC */
#include "tests/mock/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>

#include "tests/mock/allocate.h"

#define BACKLOG_MAX (256 * 1024)	/* bytes not yet taken by the kernel */
#define BACKLOG_LOW (BACKLOG_MAX / 2)

enum ending { ENDING_NONE, ENDING_CLOSE, ENDING_RESET };

struct connection {
	LIST_ENTRY(connection) link;
	struct connection_home *home;
	struct bufferevent *bev;
	SSL *ssl;			/* owned by bev; NULL: plain */
	struct request *request;
	bool is_answering;
	enum ending ending;
	struct connection_watch watch;
};

const struct request *
connection_request(const struct connection *c)
{
	return c->request;
}

int
connection_port(const struct connection *c)
{
	return c->home->port;
}

void
connection_watch(struct connection *c, const struct connection_watch *watch)
{
	c->watch = *watch;
}

void
connection_write(struct connection *c, struct evbuffer *out)
{
	bufferevent_write_buffer(c->bev, out);
}

static size_t
backlog_len(const struct connection *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->bev));
}

bool
connection_is_full(const struct connection *c)
{
	return backlog_len(c) >= BACKLOG_MAX;
}

static void
connection_free(struct connection *c)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	if (c->ending == ENDING_RESET)
		setsockopt(bufferevent_getfd(c->bev), SOL_SOCKET, SO_LINGER,
		    &at_once, sizeof at_once);
	else if (c->ending == ENDING_CLOSE && c->ssl != NULL)
		SSL_shutdown(c->ssl);
	LIST_REMOVE(c, link);
	request_free(c->request);
	bufferevent_free(c->bev);
	/* What went wrong here must not be read as another's error. */
	ERR_clear_error();
	free(c);
}

static void
end(struct connection *c, enum ending ending)
{
	c->ending = ending;
	c->watch = (struct connection_watch){ .on_gone = NULL };
	if (backlog_len(c) == 0)
		connection_free(c);
	else
		bufferevent_setwatermark(c->bev, EV_WRITE, 0, 0);
}

void
connection_close(struct connection *c)
{
	end(c, ENDING_CLOSE);
}

void
connection_reset(struct connection *c)
{
	end(c, ENDING_RESET);
}

void
connection_finish(struct connection *c)
{
	if (!c->request->keeps_alive) {
		connection_close(c);
		return;
	}
	request_free(c->request);
	c->request = request_new();
	c->is_answering = false;
	c->watch = (struct connection_watch){ .on_gone = NULL };
	/* Later: this may be running inside on_request(). */
	bufferevent_trigger(c->bev, EV_READ,
	    BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

static void
send_continue(struct connection *c)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";

	c->request->expects_continue = false;
	bufferevent_write(c->bev, line, sizeof line - 1);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct connection *c = arg;

	if (c->is_answering || c->ending != ENDING_NONE)
		return;
	switch (request_read(c->request, bufferevent_get_input(bev))) {
	case REQUEST_WHOLE:
		c->is_answering = true;
		c->home->on_request(c, c->home->arg);
		return;
	case REQUEST_PARTIAL:
	case REQUEST_GOES_ON:
		if (c->request->expects_continue)
			send_continue(c);
		return;
	case REQUEST_BROKEN:
		connection_close(c);
	}
}

static void
on_write(struct bufferevent *bev, void *arg)
{
	struct connection *c = arg;

	(void)bev;
	if (c->ending != ENDING_NONE) {
		if (backlog_len(c) == 0)
			connection_free(c);
	} else if (c->watch.on_room != NULL && !connection_is_full(c)) {
		c->watch.on_room(c->watch.arg);
	}
}

/* The peer has left, or is to be left. */
static void
drop(struct connection *c)
{
	if (c->watch.on_gone != NULL)
		c->watch.on_gone(c->watch.arg);
	c->ending = ENDING_NONE;
	connection_free(c);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct connection *c = arg;

	(void)bev;
	if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0)
		drop(c);
}

static void
on_input(struct evbuffer *in, const struct evbuffer_cb_info *info, void *arg)
{
	struct connection_home *home = arg;

	(void)in;
	home->stats->received_len += info->n_added;
}

static struct bufferevent *
open_bufferevent(const struct connection *c, int fd)
{
	if (c->ssl == NULL)
		return bufferevent_socket_new(c->home->base, fd,
		    BEV_OPT_CLOSE_ON_FREE);
	return bufferevent_openssl_socket_new(c->home->base, fd, c->ssl,
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
}

void
connection_start(struct connection_home *home, int fd)
{
	struct connection *c = allocate(sizeof *c);
	const int on = 1;

	/* An event that waits for a fuller packet would be lost by a reset. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	c->home = home;
	c->ssl = home->tls != NULL ? SSL_new(home->tls) : NULL;
	c->bev = open_bufferevent(c, fd);
	if (c->bev == NULL)
		abort();
	c->request = request_new();
	home->stats->n_connections++;
	LIST_INSERT_HEAD(&home->connections, c, link);
	evbuffer_add_cb(bufferevent_get_input(c->bev), on_input, home);
	bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
	bufferevent_setwatermark(c->bev, EV_WRITE, BACKLOG_LOW, 0);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

void
connections_free(struct connection_list *list)
{
	while (!LIST_EMPTY(list))
		drop(LIST_FIRST(list));
}
