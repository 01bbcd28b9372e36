/* SPDX-License-Identifier: ISC */
#include "proxy/http_front.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/process.h"
#include "common/scoped.h"
#include "proxy/agent_connection.h"
#include "proxy/clock.h"
#include "proxy/http_error.h"
#include "proxy/http_path.h"
#include "proxy/proxy.h"
#include "proxy/reply.h"
#include "proxy/request.h"

#define LISTENERS_MAX 64
#define PAUSE_S 1
#define ALL_METHODS (EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | \
    EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |		\
    EVHTTP_REQ_PATCH)

struct http_front {
	struct proxy *proxy;
	struct evhttp *http;
	struct evhttp_bound_socket *listeners[LISTENERS_MAX];
	size_t n;
	struct event *pause;	/* pending: nobody is accepted */
};

/* libevent does not tell the callback of a listener whose it is. */
static struct http_front *accepting;

static const char *
header_of(struct evhttp_request *http, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(http),
	    name);
}

/* The guard let an Origin pass: the settings allow it, so let its page read. */
static void
answer_origin(struct evhttp_request *http)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(http);
	const char *origin = header_of(http, "origin");

	if (origin == NULL)
		return;
	evhttp_add_header(headers, "access-control-allow-origin", origin);
	evhttp_add_header(headers, "vary", "origin");
}

static void
reply_preflight(struct evhttp_request *http)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(http);
	const char *wanted = header_of(http, "access-control-request-headers");

	evhttp_add_header(headers, "access-control-allow-methods",
	    "GET, POST");
	if (wanted != NULL)
		evhttp_add_header(headers, "access-control-allow-headers",
		    wanted);
	evhttp_send_reply(http, 204, NULL, NULL);
}

static void
reply_path_error(struct http_front *f, struct evhttp_request *http,
    enum dialect dialect, const struct err *err)
{
	struct http_error e = { .err = err, .dialect = dialect,
	    .request_id = "" };

	if (dialect == DIALECT_NONE)
		e.dialect = header_of(http, "anthropic-version") != NULL ?
		    DIALECT_ANTHROPIC : DIALECT_CHAT;
	metrics_note_error(&f->proxy->metrics, clock_utc_ms(), &e, "");
	reply_error(http, &e);
}

static bool
is_websocket(struct evhttp_request *http)
{
	const char *upgrade = header_of(http, "upgrade");

	return upgrade != NULL && strcasecmp(upgrade, "websocket") == 0;
}

static bool
find_path(struct evhttp_request *http, struct http_path *path,
    struct err *err)
{
	enum path_upgrade upgrade = is_websocket(http) ? PATH_WEBSOCKET
	    : PATH_PLAIN;

	if (!http_path_find(request_method(http),
	    evhttp_request_get_uri(http), upgrade, path, err))
		return false;
	/* A preflight is a web page's; without an origin it is none. */
	if (path->kind == PATH_PREFLIGHT && header_of(http, "origin") == NULL)
		return err_set(err, ERR_METHOD_NOT_ALLOWED, "OPTIONS");
	return true;
}

/* evhttp has read a whole request that the guard had accepted the head of. */
static void
on_request(struct evhttp_request *http, void *arg)
{
	struct http_front *f = arg;
	struct agent_connection *c = agent_connection_of(
	    f->proxy->connections, http);
	struct http_path path;
	struct err err;

	if (c == NULL) {
		/* No memory for a guard: fail closed. */
		evhttp_connection_free(evhttp_request_get_connection(http));
		return;
	}
	answer_origin(http);
	if (find_path(http, &path, &err)) {
		if (path.kind != PATH_HEALTH && path.kind != PATH_PREFLIGHT) {
			f->proxy->metrics.n_requests++;
			request_start(f->proxy, c, http, &path);
			return;
		}
		agent_connection_begin(c, http, NULL);
		if (path.kind == PATH_HEALTH)
			reply_json(http, 200, "{\"ok\":true}\n", 12);
		else
			reply_preflight(http);
		return;
	}
	agent_connection_begin(c, http, NULL);
	reply_path_error(f, http, path.dialect, &err);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct http_front *f = arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < f->n; i++)
		if (evconnlistener_enable(evhttp_bound_socket_get_listener(
		    f->listeners[i])) == -1)
			process_end(EX_OSERR);
}

/*
 * No descriptor to accept with.  Agents that wait are served when others have
 * gone; where there are no others somebody has lowered our limit, and the next
 * proxy has its own again.
 */
static void
on_not_accepted(struct evconnlistener *listener, void *arg)
{
	struct http_front *f = accepting;
	struct timeval pause = { PAUSE_S, 0 };
	struct err err;

	(void)listener;
	(void)arg;
	err_set_os(&err, ERR_OVERLOADED, "accept");
	log_err("proxy", &err);
	for (size_t i = 0; i < f->n; i++)
		evconnlistener_disable(evhttp_bound_socket_get_listener(
		    f->listeners[i]));
	if (event_add(f->pause, &pause) == -1 || (err.os == EMFILE &&
	    agent_connections_count(f->proxy->connections) == 0))
		process_end(EX_OSERR);
}

struct http_front *
http_front_new(struct proxy *p, struct err *err)
{
	struct http_front *f = calloc(1, sizeof *f);

	if (f != NULL) {
		f->http = evhttp_new(p->base);
		f->pause = evtimer_new(p->base, on_pause_over, f);
	}
	if (f == NULL || f->http == NULL || f->pause == NULL) {
		http_front_free(f);
		err_set(err, ERR_NO_MEMORY, "evhttp");
		return NULL;
	}
	f->proxy = p;
	accepting = f;
	/* Limits are the guard's, whose refusals speak the caller's dialect. */
	evhttp_set_max_headers_size(f->http, -1);
	evhttp_set_max_body_size(f->http, -1);
	evhttp_set_allowed_methods(f->http, ALL_METHODS);
	evhttp_set_default_content_type(f->http, NULL);
	evhttp_set_bevcb(f->http, agent_connection_make, p->connections);
	evhttp_set_gencb(f->http, on_request, f);
	return f;
}

void
http_front_free(struct http_front *f)
{
	if (f == NULL)
		return;
	if (f->http != NULL)
		evhttp_free(f->http);
	if (f->pause != NULL)
		event_free(f->pause);
	free(f);
}

bool
http_front_listen(struct http_front *f, int fd, struct err *err)
{
	AUTO_CLOSE int listener = fd;
	int on = 1;

	if (f->n == LISTENERS_MAX)
		return err_set(err, ERR_LISTEN_FAILED, "more than %d",
		    LISTENERS_MAX);
	/* Accepted sockets inherit it. */
	if (setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on)
	    == -1 || evutil_make_socket_nonblocking(listener) == -1)
		return err_set_os(err, ERR_LISTEN_FAILED, "listener %zu",
		    f->n);
	f->listeners[f->n] = evhttp_accept_socket_with_handle(f->http,
	    listener);
	if (f->listeners[f->n] != NULL)
		take_fd(&listener);
	/* It is enabled, or was to be: nobody looked whether that worked. */
	if (f->listeners[f->n] == NULL || evconnlistener_enable(
	    evhttp_bound_socket_get_listener(f->listeners[f->n])) == -1)
		return err_set(err, ERR_NO_MEMORY, "listener %zu", f->n);
	evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(
	    f->listeners[f->n]), on_not_accepted);
	f->n++;
	return true;
}

void
http_front_stop_listening(struct http_front *f)
{
	while (f->n > 0)
		evhttp_del_accept_socket(f->http, f->listeners[--f->n]);
}
