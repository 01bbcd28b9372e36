/* SPDX-License-Identifier: ISC */
#include "common/upstream/upstream.h"

#include <event2/event.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <time.h>

#include "common/errors.h"
#include "common/upstream/links.h"
#include "common/upstream/parts.h"

#define CONNECTIONS_KEPT 128	/* open ones, for later transfers */

void
upstream_take_turn_soon(struct upstream *u)
{
	event_active(u->turn, EV_TIMEOUT, 0);
}

void
upstream_set_timer(struct event *timer, uint64_t wait_ms)
{
	struct timeval wait = { (time_t)(wait_ms / 1000),
	    (suseconds_t)(wait_ms % 1000 * 1000) };

	event_add(timer, &wait);
}

/* libcurl's timer; -1: none. */
static int
on_timer_wanted(CURLM *multi, long wait_ms, void *arg)
{
	struct upstream *u = arg;

	(void)multi;
	if (wait_ms > 0)
		upstream_set_timer(u->timer, (uint64_t)wait_ms);
	else
		event_del(u->timer);
	if (wait_ms == 0)
		upstream_take_turn_soon(u);
	return 0;
}

static int
on_watch_wanted(CURL *curl, curl_socket_t fd, int what, void *arg,
    void *per_socket)
{
	static const short wanted[] = {
		[CURL_POLL_NONE] = 0,
		[CURL_POLL_IN] = EV_READ,
		[CURL_POLL_OUT] = EV_WRITE,
		[CURL_POLL_INOUT] = EV_READ | EV_WRITE,
		[CURL_POLL_REMOVE] = 0,
	};
	struct upstream *u = arg;
	struct transfer *t = NULL;

	(void)per_socket;
	if (wanted[what] != 0 && curl_easy_getinfo(curl, CURLINFO_PRIVATE,
	    &t) == CURLE_OK)
		t->fd = fd;
	links_watch(u->links, fd, wanted[what], t);
	return 0;
}

/* After libcurl's turn: who has ended, who may start, what can be written. */
static void
settle(struct upstream *u)
{
	CURLMsg *msg;
	int n_left;

	while ((msg = curl_multi_info_read(u->multi, &n_left)) != NULL) {
		struct transfer *t;
		CURLcode code = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		transfer_end(t, code);
	}
	transfer_run_waiting(u);
	links_trim(u->links);
	u->settled(u->arg);
}

static void
on_ready(int fd, short what, void *arg)
{
	struct upstream *u = arg;
	int mask = ((what & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
	    ((what & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
	int n_running;

	curl_multi_socket_action(u->multi, fd, mask, &n_running);
	settle(u);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct upstream *u = arg;
	int n_running;

	(void)fd;
	(void)what;
	curl_multi_socket_action(u->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
	settle(u);
}

static void
on_room(void *arg)
{
	transfer_run_waiting(arg);
}

static void
on_refused(const struct err *err, void *arg)
{
	struct upstream *u = arg;

	transfer_fail_first(u, err);
	u->settled(u->arg);
}

static void
on_waited(evutil_socket_t fd, short what, void *arg)
{
	struct upstream *u = arg;

	(void)fd;
	(void)what;
	transfer_fail_overdue(u);
	u->settled(u->arg);
}

static bool
set_multi(struct upstream *u)
{
	return curl_multi_setopt(u->multi, CURLMOPT_SOCKETFUNCTION,
	    on_watch_wanted) == CURLM_OK &&
	    curl_multi_setopt(u->multi, CURLMOPT_SOCKETDATA, u) == CURLM_OK &&
	    curl_multi_setopt(u->multi, CURLMOPT_TIMERFUNCTION,
	    on_timer_wanted) == CURLM_OK &&
	    curl_multi_setopt(u->multi, CURLMOPT_TIMERDATA, u) == CURLM_OK &&
	    curl_multi_setopt(u->multi, CURLMOPT_PIPELINING,
	    CURLPIPE_NOTHING) == CURLM_OK &&
	    curl_multi_setopt(u->multi, CURLMOPT_MAXCONNECTS,
	    (long)CONNECTIONS_KEPT) == CURLM_OK;
}

/* What the libraries read and open once, they read and open now. */
static bool
open_libraries(void)
{
	/* A configuration file could name a library to load: none is read. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	tzset();
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

struct upstream *
upstream_open(struct event_base *base, upstream_settled *settled, void *arg,
    struct err *err)
{
	struct upstream *u = calloc(1, sizeof *u);

	if (u == NULL || !open_libraries()) {
		free(u);
		err_set(err, ERR_NO_MEMORY, "libcurl");
		return NULL;
	}
	*u = (struct upstream) { .base = base, .settled = settled,
	    .arg = arg };
	TAILQ_INIT(&u->waiting);
	u->links = links_new(base, &(struct links_hooks) { on_room, on_refused,
	    on_ready, u }, err);
	u->timer = evtimer_new(base, on_turn, u);
	u->turn = evtimer_new(base, on_turn, u);
	u->waited = evtimer_new(base, on_waited, u);
	u->multi = curl_multi_init();
	if (u->links != NULL && u->timer != NULL && u->turn != NULL &&
	    u->waited != NULL && u->multi != NULL && set_multi(u))
		return u;
	err_set(err, ERR_NO_MEMORY, "libcurl");
	upstream_close(u);
	return NULL;
}

void
upstream_close(struct upstream *u)
{
	if (u == NULL)
		return;
	if (u->multi != NULL)
		curl_multi_cleanup(u->multi);
	links_free(u->links);
	if (u->timer != NULL)
		event_free(u->timer);
	if (u->turn != NULL)
		event_free(u->turn);
	if (u->waited != NULL)
		event_free(u->waited);
	free(u);
}

void
upstream_set_url(struct upstream *u, const struct url *url,
    struct x509_store_st *roots, uint64_t connect_timeout_ms)
{
	u->url = *url;
	u->url.path = u->url.text + (url->path - url->text);
	u->roots = roots;
	u->connect_timeout_ms = connect_timeout_ms;
	easy_format_resolve(url, u->resolve_text);
	u->resolve = (struct curl_slist) { .data = u->resolve_text };
	links_set_url(u->links, url);
}

void
upstream_set_connector(struct upstream *u, struct channel *connector)
{
	links_set_connector(u->links, connector);
	for (size_t n = 0; connector != NULL && n < u->n_waiting; n++)
		links_ask(u->links);
}

void
upstream_connected(struct upstream *u, int fd)
{
	links_connected(u->links, fd);
}

void
upstream_not_connected(struct upstream *u, const struct err *err)
{
	links_not_connected(u->links, err);
}
