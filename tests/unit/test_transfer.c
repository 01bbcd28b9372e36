/* SPDX-License-Identifier: ISC */
/* What libcurl does by itself, and may not; and a callback's no while paused. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/upstream/upstream.h"
#include "common/url.h"

#define N 2			/* connections, and transfers over them */
#define TURNS 2000		/* of the loop: what has not come by then ... */

/* More than is read away from a connection that speaks unasked. */
#define LONG 90000

struct one {
	struct transfer *transfer;
	int server;		/* the other end of a connection */
	bool has_ended;
	enum err_code code;
	char body[2 * LONG];
	size_t len, n_read;	/* of the answer; of the body */
	bool pauses, refuses;	/* on_bytes() does */
};

static struct event_base *base;
static struct upstream *upstream;
static struct one all[N];

/* The sandbox's answer to libcurl, which is handed what is connected. */
int
connect(int fd, const struct sockaddr *a, socklen_t len)
{
	if (a->sa_family != AF_INET)
		return (int)syscall(SYS_connect, fd, a, len);
	errno = EINPROGRESS;
	return -1;
}

static void
on_settled(void *arg)
{
	(void)arg;
}

static void
on_ended(const struct err *err, void *arg)
{
	struct one *one = arg;

	one->has_ended = true;
	one->code = err->code;
}

static size_t
on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
	struct one *one = arg;

	if (one->pauses && transfer_may_pause(one->transfer))
		return CURL_WRITEFUNC_PAUSE;
	if (one->refuses || one->len + size * n > sizeof one->body)
		return 0;
	memcpy(one->body + one->len, bytes, size * n);
	one->len += size * n;
	return size * n;
}

static size_t
on_body_wanted(char *bytes, size_t size, size_t n, void *arg)
{
	struct one *one = arg;

	if (one->n_read > 0 || size * n == 0)
		return 0;
	bytes[0] = '1';
	one->n_read = 1;
	return 1;
}

static void
loop(void)
{
	for (int i = 0; i < TURNS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

/* Gives the upstream a connection; the other end is 'one's. */
static void
connect_one(int listener, const struct sockaddr_in *a, struct one *one)
{
	int client = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(syscall(SYS_connect, client, a, sizeof *a), 0);
	one->server = accept(listener, NULL, NULL);
	cr_assert_neq(one->server, -1);
	upstream_connected(upstream, client);
}

static void
start(struct one *one)
{
	one->has_ended = false;
	one->len = one->n_read = 0;
	transfer_start(one->transfer, on_ended, one);
}

static void
prepare(struct one *one)
{
	struct err err;
	CURL *curl;

	one->transfer = transfer_new(upstream, &err);
	cr_assert_not_null(one->transfer);
	curl = transfer_easy(one->transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, one);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{}");
}

/* How many bytes of a request have come. */
static size_t
hear(const struct one *one)
{
	char request[4096];
	ssize_t n = recv(one->server, request, sizeof request, MSG_DONTWAIT);

	return n > 0 ? (size_t)n : 0;
}

static void
say(const struct one *one, const char *text)
{
	cr_assert_eq(send(one->server, text, strlen(text), MSG_NOSIGNAL),
	    (ssize_t)strlen(text));
}

static void
setup(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof a;
	struct url url;
	struct err err;
	char text[64];

	cr_assert_eq(bind(listener, (struct sockaddr *)&a, len), 0);
	cr_assert_eq(listen(listener, N), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	snprintf(text, sizeof text, "http://127.0.0.1:%d",
	    ntohs(a.sin_port));
	cr_assert(url_parse(&url, text, strlen(text), &err));
	base = event_base_new();
	upstream = upstream_open(base, on_settled, NULL, &err);
	cr_assert_not_null(upstream);
	upstream_set_url(upstream, &url, NULL, 10000);
	for (int i = 0; i < N; i++) {
		prepare(&all[i]);
		connect_one(listener, &a, &all[i]);
	}
	close(listener);
}

static void
teardown(void)
{
	for (int i = 0; i < N; i++) {
		transfer_free(all[i].transfer);
		close(all[i].server);
	}
	upstream_close(upstream);
	event_base_free(base);
}

TestSuite(transfer, .init = setup, .fini = teardown);

/* The first 'n' transfers get answers; their connections are kept. */
static void
keep(int n)
{
	for (int i = 0; i < n; i++)
		start(&all[i]);
	loop();
	for (int i = 0; i < N; i++)
		if (hear(&all[i]) > 0)
			say(&all[i],
			    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
	loop();
	for (int i = 0; i < n; i++)
		cr_assert(all[i].has_ended && all[i].code == ERR_NONE &&
		    all[i].len == 2);
}

/* The connection over which the first transfer's request has come. */
static struct one *
heard(void)
{
	struct one *one = hear(&all[0]) > 0 ? &all[0] : &all[1];

	cr_assert(one == &all[0] || hear(one) > 0);
	return one;
}

/* What a request asks for may have been done before its connection dies. */
static void
die_unanswered(void)
{
	struct one *one;

	start(&all[0]);
	loop();
	one = heard();
	shutdown(one->server, SHUT_RDWR);
	loop();
	cr_expect_eq(hear(one == &all[0] ? &all[1] : &all[0]), 0,
	    "nobody else hears it");
	cr_assert(all[0].has_ended);
	cr_expect_eq(all[0].code, ERR_UPSTREAM_UNREACHABLE);
	cr_expect(transfer_was_sent(all[0].transfer));
}

Test(transfer, is_not_sent_again_over_another_connection_that_is_kept)
{
	keep(2);
	die_unanswered();
}

Test(transfer, is_not_sent_again_over_a_fresh_connection)
{
	keep(1);
	die_unanswered();
}

Test(transfer, sends_the_next_body_after_one_that_was_not_sent_again)
{
	CURL *curl = transfer_easy(all[0].transfer);

	keep(1);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_body_wanted);
	curl_easy_setopt(curl, CURLOPT_READDATA, &all[0]);
	die_unanswered();
	keep(1);
}

Test(transfer, ends_when_what_was_held_is_refused)
{
	struct one *one = &all[0], *server;

	one->pauses = true;
	start(one);
	loop();
	server = heard();
	say(server, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nheld");
	loop();
	cr_assert_not(one->has_ended);
	one->pauses = false;
	one->refuses = true;
	transfer_resume(one->transfer);
	loop();
	cr_assert(one->has_ended);
	cr_expect_eq(one->code, ERR_UPSTREAM_BROKEN);
}

Test(transfer, gets_on_where_it_was_paused)
{
	struct one *one = &all[0], *server;

	one->pauses = true;
	start(one);
	loop();
	server = heard();
	say(server, "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nheld");
	loop();
	say(server, "more");
	loop();
	cr_assert_eq(one->len, 0);
	one->pauses = false;
	transfer_resume(one->transfer);
	loop();
	cr_assert(one->has_ended);
	cr_expect_eq(one->code, ERR_NONE);
	cr_expect_eq(one->len, 8);
	cr_expect_eq(memcmp(one->body, "heldmore", 8), 0);
}

static void
say_long(const struct one *server, size_t from)
{
	static char bytes[LONG];

	for (size_t i = 0; i < LONG; i++)
		bytes[i] = (char)((from + i) % 251);
	cr_assert_eq(send(server->server, bytes, LONG, MSG_NOSIGNAL), LONG);
}

/* As fast as can be: the answer is there when libcurl has sent the request. */
Test(transfer, loses_nothing_when_the_answer_comes_in_the_turn_it_starts_in)
{
	struct one *one = &all[0], *server;

	start(one);
	loop();
	server = heard();
	say(server, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
	loop();
	cr_assert(one->has_ended);
	say(server, "HTTP/1.1 200 OK\r\ncontent-length: 180000\r\n\r\n");
	say_long(server, 0);
	one->pauses = true;
	start(one);
	loop();
	cr_assert_not(one->has_ended);
	say_long(server, LONG);
	loop();
	one->pauses = false;
	transfer_resume(one->transfer);
	loop();
	cr_assert(one->has_ended);
	cr_expect_eq(one->code, ERR_NONE);
	cr_assert_eq(one->len, 2 * LONG);
	for (size_t i = 0; i < one->len; i++)
		cr_assert_eq(one->body[i], (char)(i % 251));
}
