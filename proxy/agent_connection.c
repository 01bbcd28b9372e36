/* SPDX-License-Identifier: ISC */
#include "proxy/agent_connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/settings.h"
#include "proxy/body_chunks.h"
#include "proxy/clock.h"
#include "proxy/http_error.h"
#include "proxy/http_guard.h"
#include "proxy/inflight.h"

#define PIPELINED_MAX 16384	/* bytes read ahead of an answer */
#define READ_MAX 4096		/* bytes that libevent reads at once */
#define READ_AHEAD_MAX (1 << 20)	/* bytes of a body read at once */
#define SWEEP_S 5

enum phase { HEAD, BODY, BUSY, REFUSED };

/* evhttp's callbacks on the bufferevent, while ours are in their place. */
struct callbacks {
	bufferevent_data_cb read, write;
	bufferevent_event_cb event;
	void *arg;
};

struct agent_connection {
	LIST_ENTRY(agent_connection) next;
	struct agent_connections *all;
	struct bufferevent *bev;
	struct evhttp_connection *evcon;	/* NULL until it is known */
	struct event *soon;	/* work that must not be done where it arose */
	struct evbuffer *held;	/* the beginning of a head; may be NULL */
	enum phase phase;
	size_t n_scanned, line_len;	/* of the head */
	uint64_t body_left;	/* bytes declared that have not come */
	uint64_t charged;	/* bytes of the budget */
	struct body_chunks chunks;
	struct callbacks theirs;
	int64_t since_ms;
	int fd;
	uint16_t port;
	bool is_chunked, is_working, is_lingering;
	void *request;
};

struct agent_connections {
	struct agent_connections_setup setup;
	LIST_HEAD(, agent_connection) list;
	size_t n;
	struct event *sweep;
	struct agent_connection *by_fd[CONNECTIONS_FD_MAX];
};

static void
destroy(struct agent_connection *c)
{
	if (c->evcon != NULL) {
		c->all->by_fd[c->fd] = NULL;
		LIST_REMOVE(c, next);
		c->all->n--;
	}
	body_budget_return(c->all->setup.budget, c->charged);
	if (c->held != NULL)
		evbuffer_free(c->held);
	if (c->soon != NULL)
		event_free(c->soon);
	free(c);
}

/* evhttp frees the connection: the client has left, or all is done. */
static void
on_closed(struct evhttp_connection *evcon, void *arg)
{
	struct agent_connection *c = arg;
	void *request = c->request;
	struct agent_connections *all = c->all;

	(void)evcon;
	destroy(c);
	if (request != NULL)
		all->setup.left(request);
}

/* As if the client had closed it; evhttp frees it, and on_closed() follows. */
static void
close_now(struct agent_connection *c)
{
	struct callbacks now = c->theirs;

	if (c->phase == REFUSED)
		bufferevent_setcb(c->bev, now.read, now.write, now.event,
		    now.arg);
	else
		bufferevent_getcb(c->bev, &now.read, &now.write, &now.event,
		    &now.arg);
	now.event(c->bev, BEV_EVENT_READING | BEV_EVENT_EOF, now.arg);
}

/* The client must see the refusal, so it is let finish what it is sending. */
static void
on_refusal_written(struct bufferevent *bev, void *arg)
{
	struct agent_connection *c = arg;

	if (evbuffer_get_length(bufferevent_get_output(bev)) > 0)
		return;
	c->is_lingering = true;
	shutdown(c->fd, SHUT_WR);
}

static void
on_refusal_event(struct bufferevent *bev, short what, void *arg)
{
	struct agent_connection *c = arg;

	(void)bev;
	if ((what & BEV_EVENT_EOF) != 0 && !c->is_lingering &&
	    (what & BEV_EVENT_READING) != 0)
		return;		/* half closed; the sweep ends it if need be */
	close_now(c);
}

static void
drain(struct evbuffer *buffer)
{
	evbuffer_drain(buffer, evbuffer_get_length(buffer));
}

static void
refuse(struct agent_connection *c, enum dialect dialect,
    const struct err *err)
{
	struct http_error e = { .err = err, .dialect = dialect,
	    .request_id = "" };
	char answer[HTTP_ERROR_ANSWER_MAX];
	struct callbacks *theirs = &c->theirs;

	c->phase = REFUSED;
	c->since_ms = clock_mono_ms();
	drain(bufferevent_get_input(c->bev));
	bufferevent_getcb(c->bev, &theirs->read, &theirs->write,
	    &theirs->event, &theirs->arg);
	bufferevent_setcb(c->bev, NULL, on_refusal_written, on_refusal_event,
	    c);
	bufferevent_write(c->bev, answer, http_error_answer(&e, answer));
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	c->all->setup.refused(err, c->all->setup.self);
}

/* Looks at the bytes from 'from' on; false when the body breaks a rule. */
static bool
check_chunks(struct agent_connection *c, size_t from, struct err *err)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	uint64_t max = c->all->setup.settings->max_body_len;
	struct evbuffer_ptr at;
	struct evbuffer_iovec piece;

	while (from < evbuffer_get_length(input)) {
		evbuffer_ptr_set(input, &at, from, EVBUFFER_PTR_SET);
		if (evbuffer_peek(input, -1, &at, &piece, 1) < 1)
			break;
		if (!body_chunks_check(&c->chunks, piece.iov_base,
		    piece.iov_len, max, err))
			return false;
		from += piece.iov_len;
	}
	if (c->chunks.body_len > c->charged) {
		uint64_t more = c->chunks.body_len - c->charged;

		if (!body_budget_take(c->all->setup.budget, more,
		    c->all->setup.settings->body_memory_len, err))
			return false;
		c->charged += more;
	}
	return true;
}

/*
 * libevent reads 4 KiB at a time, and an agent's body has hundreds: the rest of
 * a declared body is read in one go.  Does nothing outside libevent's read,
 * where the buffer's end is frozen.
 */
static void
read_ahead(struct agent_connection *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	struct evbuffer_iovec room;
	ssize_t n;

	do {
		size_t want = c->body_left < READ_AHEAD_MAX ?
		    (size_t)c->body_left : READ_AHEAD_MAX;

		if (want == 0 ||
		    evbuffer_reserve_space(input, (ssize_t)want, &room, 1) != 1)
			return;
		room.iov_len = room.iov_len < want ? room.iov_len : want;
		n = read(c->fd, room.iov_base, room.iov_len);
		if (n <= 0)
			return;		/* libevent will see it again */
		c->body_left -= (uint64_t)n;
		room.iov_len = (size_t)n;
		evbuffer_commit_space(input, &room, 1);
	} while (n == READ_AHEAD_MAX);
}

/* 'n' bytes of the body are the last ones in the input. */
static void
count_body(struct agent_connection *c, size_t n)
{
	size_t len = evbuffer_get_length(bufferevent_get_input(c->bev));
	struct err err;

	c->since_ms = clock_mono_ms();
	if (c->is_chunked) {
		if (!check_chunks(c, len - n, &err))
			refuse(c, guard_dialect("", 0), &err);
		return;
	}
	c->body_left -= n < c->body_left ? n : c->body_left;
	if (c->body_left > 0 && len % READ_MAX == 0)
		read_ahead(c);
}

/* The head, 'len' bytes at the start of the input, is whole. */
static void
check_head(struct agent_connection *c, size_t len)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	const struct settings *s = c->all->setup.settings;
	struct guard_rules rules = { s->max_head_len, s->n_headers_max,
		s->max_body_len, s->allow_origin, c->port };
	const char *bytes = (const char *)evbuffer_pullup(input, (ssize_t)len);
	struct guard_head head = { .dialect = DIALECT_CHAT };
	struct err err = { .code = ERR_OVERLOADED };

	if (bytes == NULL || !guard_check(&rules, bytes, len, &head, &err) ||
	    !body_budget_take(c->all->setup.budget, head.body_len,
	    s->body_memory_len, &err)) {
		refuse(c, head.dialect, &err);
		return;
	}
	c->phase = BODY;
	c->charged = c->body_left = head.body_len;
	c->is_chunked = head.is_chunked;
	c->chunks = (struct body_chunks) { .part = CHUNK_SIZE };
	count_body(c, evbuffer_get_length(input) - len);
}

/* Where the head ends in 'buffer'; 0: not there yet. */
static size_t
find_head_end(struct agent_connection *c, struct evbuffer *buffer)
{
	struct evbuffer_ptr at;
	struct evbuffer_iovec piece;

	while (c->n_scanned < evbuffer_get_length(buffer)) {
		size_t n;

		evbuffer_ptr_set(buffer, &at, c->n_scanned, EVBUFFER_PTR_SET);
		if (evbuffer_peek(buffer, -1, &at, &piece, 1) < 1)
			return 0;
		n = guard_find_end(&c->line_len, piece.iov_base, piece.iov_len);
		if (n > 0)
			return c->n_scanned + n;
		c->n_scanned += piece.iov_len;
	}
	return 0;
}

/* By copying: a client that sends single bytes must not cost a chain each. */
static bool
hold_input(struct agent_connection *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);

	if (c->held == NULL)
		c->held = evbuffer_new();
	while (evbuffer_get_length(input) > 0) {
		size_t n = evbuffer_get_contiguous_space(input);

		if (c->held == NULL || evbuffer_add(c->held,
		    evbuffer_pullup(input, (ssize_t)n), n) == -1)
			return false;
		evbuffer_drain(input, n);
	}
	return true;
}

/* New bytes of a head have come, or some were held back. */
static void
read_head(struct agent_connection *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	bool is_held = c->held != NULL && evbuffer_get_length(c->held) > 0;
	struct err err = { .code = ERR_OVERLOADED };
	struct evbuffer *buffer;
	size_t end;

	if (!is_held)
		c->since_ms = clock_mono_ms();
	else if (!hold_input(c)) {
		refuse(c, DIALECT_CHAT, &err);
		return;
	}
	buffer = is_held ? c->held : input;
	end = find_head_end(c, buffer);
	if (end > 0) {
		if (is_held)
			evbuffer_prepend_buffer(input, c->held);
		check_head(c, end);
		return;
	}
	if (evbuffer_get_length(buffer) > c->all->setup.settings->max_head_len) {
		const char *start = (const char *)evbuffer_pullup(buffer, 128);

		err_set(&err, ERR_HEAD_TOO_LARGE, "no end after %zu bytes",
		    evbuffer_get_length(buffer));
		refuse(c, start != NULL ? guard_dialect(start, 128)
		    : DIALECT_CHAT, &err);
	} else if (!is_held && !hold_input(c))
		refuse(c, DIALECT_CHAT, &err);
}

/* All bytes pass here before evhttp sees them. */
static void
on_input(struct evbuffer *input, const struct evbuffer_cb_info *info,
    void *arg)
{
	struct agent_connection *c = arg;

	if (info->n_added == 0 || c->is_working)
		return;
	c->is_working = true;
	if (c->phase == HEAD)
		read_head(c);
	else if (c->phase == BODY)
		count_body(c, info->n_added);
	else if (c->phase == REFUSED)
		drain(input);
	c->is_working = false;
}

static uint16_t
port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} address = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof address;

	if (getsockname(fd, &address.any, &len) == -1)
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ?
	    address.six.sin6_port : address.four.sin_port);
}

/*
 * evhttp has made its object for the new connection, which it hangs on the
 * bufferevent as the argument of its callbacks.
 */
static void
settle(struct agent_connection *c)
{
	struct agent_connections *all = c->all;
	struct timeval stalled = {
	    (time_t)(all->setup.settings->idle_timeout_ms / 1000) + 1, 0 };
	void *evcon;

	bufferevent_getcb(c->bev, NULL, NULL, NULL, &evcon);
	c->fd = bufferevent_getfd(c->bev);
	if (all->n >= all->setup.settings->n_connections_max ||
	    all->n >= CONNECTIONS_FD_MAX / 2 - 64 ||
	    c->fd >= CONNECTIONS_FD_MAX) {
		evbuffer_remove_cb(bufferevent_get_input(c->bev), on_input, c);
		destroy(c);
		evhttp_connection_free(evcon);
		return;
	}
	c->evcon = evcon;
	c->port = port_of(c->fd);
	/* A client that takes nothing is let go; silence is the sweep's. */
	bufferevent_set_timeouts(c->bev, NULL, &stalled);
	LIST_INSERT_HEAD(&all->list, c, next);
	all->n++;
	all->by_fd[c->fd] = c;
	evhttp_connection_set_closecb(evcon, on_closed, c);
}

static void
on_soon(evutil_socket_t fd, short what, void *arg)
{
	struct agent_connection *c = arg;

	(void)fd;
	(void)what;
	if (c->evcon == NULL) {
		settle(c);
		return;
	}
	if (c->phase != HEAD)
		return;
	c->is_working = true;
	read_head(c);
	c->is_working = false;
	if (c->phase == BODY)
		bufferevent_trigger(c->bev, EV_READ, 0);
}

struct bufferevent *
agent_connection_make(struct event_base *base, void *arg)
{
	struct agent_connections *all = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1,
	    BEV_OPT_CLOSE_ON_FREE);
	struct agent_connection *c = calloc(1, sizeof *c);

	if (c != NULL)
		c->soon = event_new(base, -1, 0, on_soon, c);
	/* Without a guard evhttp goes on alone; its requests are refused. */
	if (bev == NULL || c == NULL || c->soon == NULL) {
		free(c);
		return bev;
	}
	c->all = all;
	c->bev = bev;
	c->since_ms = clock_mono_ms();
	bufferevent_set_max_single_write(bev, 1 << 18);
	evbuffer_add_cb(bufferevent_get_input(bev), on_input, c);
	/* Runs before the loop looks at the new socket. */
	event_active(c->soon, EV_TIMEOUT, 0);
	return bev;
}

struct agent_connection *
agent_connection_of(struct agent_connections *all,
    struct evhttp_request *http)
{
	int fd = bufferevent_getfd(evhttp_connection_get_bufferevent(
	    evhttp_request_get_connection(http)));

	return fd >= 0 && fd < CONNECTIONS_FD_MAX ? all->by_fd[fd] : NULL;
}

/* The answer is out; what the client sent meanwhile is looked at soon. */
static void
on_complete(struct evhttp_request *http, void *arg)
{
	struct agent_connection *c = arg;
	struct evbuffer *input = bufferevent_get_input(c->bev);

	(void)http;
	body_budget_return(c->all->setup.budget, c->charged);
	c->charged = 0;
	c->phase = HEAD;
	c->n_scanned = c->line_len = 0;
	c->since_ms = clock_mono_ms();
	bufferevent_setwatermark(c->bev, EV_READ, 0, 0);
	if (evbuffer_get_length(input) == 0)
		return;
	if (c->held == NULL)
		c->held = evbuffer_new();
	if (c->held != NULL)
		evbuffer_add_buffer(c->held, input);
	drain(input);
	event_active(c->soon, EV_TIMEOUT, 0);
}

void
agent_connection_begin(struct agent_connection *c,
    struct evhttp_request *http, void *request)
{
	c->phase = BUSY;
	c->request = request;
	bufferevent_setwatermark(c->bev, EV_READ, 0, PIPELINED_MAX);
	evhttp_request_set_on_complete_cb(http, on_complete, c);
}

void
agent_connection_forget(struct agent_connection *c)
{
	c->request = NULL;
}

void
agent_connection_watch(struct agent_connection *c)
{
	struct callbacks now;

	/* evhttp must not be given what a client sends ahead: it would exit. */
	bufferevent_getcb(c->bev, &now.read, &now.write, &now.event, &now.arg);
	bufferevent_setcb(c->bev, NULL, now.write, now.event, now.arg);
	bufferevent_enable(c->bev, EV_READ);
}

size_t
agent_connection_pending(const struct agent_connection *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->bev));
}

void
agent_connection_release_body(struct agent_connection *c,
    struct evhttp_request *http)
{
	drain(evhttp_request_get_input_buffer(http));
	body_budget_return(c->all->setup.budget, c->charged);
	c->charged = 0;
}

void
agent_connection_cut(struct agent_connection *c)
{
	evhttp_connection_free(c->evcon);
}

static bool
is_overdue(const struct agent_connection *c, int64_t now_ms)
{
	bool has_begun = c->held != NULL && evbuffer_get_length(c->held) > 0;
	int64_t limits_ms[] = {
		[HEAD] = has_begun ? HEAD_TIMEOUT_MS : IDLE_TIMEOUT_MS,
		[BODY] = BODY_TIMEOUT_MS,
		[BUSY] = INT64_MAX,
		[REFUSED] = LINGER_TIMEOUT_MS,
	};

	return now_ms - c->since_ms > limits_ms[c->phase];
}

/* One timer for all, for what matters in seconds. */
static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct agent_connections *all = arg;
	int64_t now_ms = clock_mono_ms();
	struct agent_connection *c, *next;

	(void)fd;
	(void)what;
	for (c = LIST_FIRST(&all->list); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		if (is_overdue(c, now_ms))
			close_now(c);
	}
}

struct agent_connections *
agent_connections_new(const struct agent_connections_setup *setup)
{
	struct agent_connections *all = calloc(1, sizeof *all);
	struct timeval often = { SWEEP_S, 0 };

	if (all == NULL)
		return NULL;
	all->setup = *setup;
	LIST_INIT(&all->list);
	all->sweep = event_new(setup->base, -1, EV_PERSIST, on_sweep, all);
	if (all->sweep == NULL || event_add(all->sweep, &often) == -1) {
		agent_connections_free(all);
		return NULL;
	}
	return all;
}

void
agent_connections_free(struct agent_connections *all)
{
	if (all == NULL)
		return;
	if (all->sweep != NULL)
		event_free(all->sweep);
	free(all);
}

size_t
agent_connections_count(const struct agent_connections *all)
{
	return all->n;
}

void
agent_connections_close_idle(struct agent_connections *all)
{
	struct agent_connection *c, *next;

	for (c = LIST_FIRST(&all->list); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		if (c->phase == HEAD)
			close_now(c);
	}
}
