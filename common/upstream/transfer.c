/* SPDX-License-Identifier: ISC */
/* transfer: one request after the other in one libcurl handle. */
#include <assert.h>
#include <event2/event.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <time.h>

#include "common/errors.h"
#include "common/upstream/curl_fault.h"
#include "common/upstream/links.h"
#include "common/upstream/parts.h"

/* Beyond the connector's own deadline and its wait for the endpoint. */
#define WAITING_SLACK_MS 4000

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool
transfer_was_sent(const struct transfer *t)
{
	return t->is_sent;
}

/*
 * The connection stands, its first byte is the next step.  When one that was
 * kept dies without a word, libcurl takes the next by itself, be it another
 * that is kept or a fresh one.  Before a byte was sent that is what we would
 * do; after one it would send the request twice for one ticket.
 */
static int
on_before_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct transfer *t = arg;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	t->is_repeated = t->is_sent;
	t->is_sent = true;
	return t->is_repeated ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/*
 * libcurl prepares the second time by going back in the body, and may come to
 * that only with the next request of this handle, whose body is where it should
 * be.  The second time itself is denied above.
 */
static int
on_rewind(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_OK;
}

/* As above: for the second time it gets none. */
static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	int fd = -1;

	(void)purpose;
	(void)address;
	t->is_repeated = t->is_sent;
	if (!t->is_sent) {
		t->fd = fd = links_open(t->upstream->links, t);
		t->is_denied = fd == -1;
	}
	return fd != -1 ? fd : CURL_SOCKET_BAD;
}

static int
on_close(void *arg, curl_socket_t fd)
{
	links_close(arg, fd);
	return 0;
}

static void
run(struct transfer *t)
{
	struct upstream *u = t->upstream;
	CURLMcode code;

	t->state = RUNNING;
	t->fd = -1;
	t->is_denied = t->is_repeated = false;
	t->fault[0] = '\0';
	u->n_running++;
	code = curl_multi_add_handle(u->multi, t->curl);
	assert(code == CURLM_OK);
	upstream_take_turn_soon(u);
}

static void
stop_running(struct transfer *t)
{
	struct upstream *u = t->upstream;

	curl_multi_remove_handle(u->multi, t->curl);
	links_release(u->links, t->fd, t);
	t->fd = -1;
	u->n_running--;
	t->state = IDLE;
}

static void
stop_waiting(struct transfer *t)
{
	struct upstream *u = t->upstream;

	TAILQ_REMOVE(&u->waiting, t, next);
	u->n_waiting--;
	t->state = IDLE;
	if (u->n_waiting == 0)
		event_del(u->waited);
}

static void
wait_for_room(struct transfer *t)
{
	struct upstream *u = t->upstream;
	uint64_t wait_ms = u->connect_timeout_ms + WAITING_SLACK_MS;

	t->state = WAITING;
	t->deadline_ms = now_ms() + wait_ms;
	TAILQ_INSERT_TAIL(&u->waiting, t, next);
	if (u->n_waiting++ == 0)
		upstream_set_timer(u->waited, wait_ms);
	if (links_n_asked(u->links) < u->n_waiting)
		links_ask(u->links);
}

/* One that libcurl could not place on what is kept open needs a fresh one. */
static bool
may_run(const struct transfer *t)
{
	const struct upstream *u = t->upstream;

	return t->is_denied ? links_have_fresh(u->links) :
	    links_have_room(u->links, u->n_running);
}

void
transfer_run_waiting(struct upstream *u)
{
	struct transfer *t;

	while ((t = TAILQ_FIRST(&u->waiting)) != NULL && may_run(t)) {
		stop_waiting(t);
		run(t);
	}
}

/* The one that has waited longest is told. */
void
transfer_fail_first(struct upstream *u, const struct err *err)
{
	struct transfer *t = TAILQ_FIRST(&u->waiting);

	if (t == NULL)
		return;
	stop_waiting(t);
	t->ended(err, t->arg);
}

void
transfer_fail_overdue(struct upstream *u)
{
	uint64_t now = now_ms();
	struct transfer *t;
	struct err err;

	err_set(&err, ERR_UPSTREAM_UNREACHABLE,
	    "the connector does not answer");
	while ((t = TAILQ_FIRST(&u->waiting)) != NULL && t->deadline_ms <= now)
		transfer_fail_first(u, &err);
	if (t != NULL)
		upstream_set_timer(u->waited, t->deadline_ms - now);
}

void
transfer_end(struct transfer *t, CURLcode code)
{
	struct err err = { 0 };

	stop_running(t);
	if (!t->is_resolved)
		curl_easy_setopt(t->curl, CURLOPT_RESOLVE, NULL);
	t->is_resolved = true;
	/* Not a byte has been sent: it may wait for a fresh connection. */
	if (code != CURLE_OK && t->is_denied) {
		wait_for_room(t);
		return;
	}
	if (code != CURLE_OK && t->is_repeated)
		curl_fault(&err, CURLE_COULDNT_CONNECT, t->upstream->url.host,
		    "the connection ended before an answer came");
	else if (code != CURLE_OK)
		curl_fault(&err, code, t->upstream->url.host, t->fault);
	t->ended(&err, t->arg);
}

static bool
set_own(struct transfer *t)
{
	return curl_easy_setopt(t->curl, CURLOPT_PRIVATE, t) == CURLE_OK &&
	    curl_easy_setopt(t->curl, CURLOPT_OPENSOCKETDATA, t) ==
	    CURLE_OK && curl_easy_setopt(t->curl, CURLOPT_PREREQFUNCTION,
	    on_before_request) == CURLE_OK &&
	    curl_easy_setopt(t->curl, CURLOPT_PREREQDATA, t) == CURLE_OK &&
	    curl_easy_setopt(t->curl, CURLOPT_SEEKFUNCTION, on_rewind) ==
	    CURLE_OK &&
	    curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER,
	    t->fault) == CURLE_OK;
}

struct transfer *
transfer_new(struct upstream *u, struct err *err)
{
	struct easy_options options = { .url = &u->url, .roots = u->roots,
	    .connect_timeout_ms = u->connect_timeout_ms, .open = on_open,
	    .close = on_close, .links = u->links };
	struct transfer *t = calloc(1, sizeof *t);

	if (t == NULL) {
		err_set(err, ERR_NO_MEMORY, "transfer");
		return NULL;
	}
	t->upstream = u;
	t->curl = easy_new(&options, &u->resolve, err);
	if (t->curl != NULL && set_own(t))
		return t;
	err_set(err, ERR_NO_MEMORY, "libcurl");
	transfer_free(t);
	return NULL;
}

CURL *
transfer_easy(struct transfer *t)
{
	return t->curl;
}

void
transfer_start(struct transfer *t, transfer_ended *ended, void *arg)
{
	struct upstream *u = t->upstream;

	assert(t->state == IDLE);
	t->ended = ended;
	t->arg = arg;
	t->is_sent = t->is_denied = false;
	/* Who came first goes first. */
	if (u->n_waiting == 0 && may_run(t))
		run(t);
	else
		wait_for_room(t);
}

void
transfer_trim(struct transfer *t)
{
	struct curl_tlssessioninfo *tls = NULL;

	/* libcurl frees its buffer when it is told the size again. */
	curl_easy_setopt(t->curl, CURLOPT_UPLOAD_BUFFERSIZE,
	    (long)EASY_UPLOAD_LEN);
	if (curl_easy_getinfo(t->curl, CURLINFO_TLS_SSL_PTR, &tls) ==
	    CURLE_OK && tls->backend == CURLSSLBACKEND_OPENSSL &&
	    tls->internals != NULL)
		SSL_free_buffers(tls->internals);
}

/*
 * libcurl tells of a kept connection that it has taken when its turn is over,
 * and not at all when the transfer has been paused in that turn, in which up to
 * a hundred buffers may have come.  Until it does, the connection is watched as
 * one that is kept: what came over it would be read away.
 */
bool
transfer_may_pause(const struct transfer *t)
{
	return t->fd != -1;
}

void
transfer_resume(struct transfer *t)
{
	struct upstream *u = t->upstream;
	CURLcode code;

	if (t->state != RUNNING)
		return;
	code = curl_easy_pause(t->curl, CURLPAUSE_CONT);
	upstream_take_turn_soon(u);
	/*
	 * A callback has refused what libcurl held.  libcurl has dropped that,
	 * and would go on with what follows, or wait for ever.  (The exception:
	 * it has no connection, and nothing was paused.)
	 */
	if (code != CURLE_OK && code != CURLE_BAD_FUNCTION_ARGUMENT)
		transfer_end(t, code);
}

void
transfer_stop(struct transfer *t)
{
	t->is_sent = false;
	if (t->state == WAITING)
		stop_waiting(t);
	if (t->state != RUNNING)
		return;
	stop_running(t);
	/* Its connection is closed now: another may start. */
	upstream_take_turn_soon(t->upstream);
}

void
transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	transfer_stop(t);
	if (t->curl != NULL)
		curl_easy_cleanup(t->curl);
	free(t);
}
