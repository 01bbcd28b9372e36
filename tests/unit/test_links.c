/* SPDX-License-Identifier: ISC */
/* Whose a kept connection is, and what becomes of one that speaks unasked. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/upstream/links.h"

static struct event_base *base;
static struct links *links;
static int server, n_ready;
static const char first[] = "a transfer", second[] = "another one";

static void
on_ready(int fd, short what, void *arg)
{
	char byte;

	(void)what;
	(void)arg;
	cr_assert_eq(recv(fd, &byte, 1, MSG_DONTWAIT), 1, "nobody else read it");
	n_ready++;
}

static void
on_room(void *arg)
{
	(void)arg;
}

static void
on_refused(const struct err *err, void *arg)
{
	(void)err;
	(void)arg;
}

/* A connection in hand; 'server' is its other end. */
static void
setup(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	struct err err;

	cr_assert_eq(bind(listener, (struct sockaddr *)&a, len), 0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	cr_assert_eq(connect(client, (struct sockaddr *)&a, len), 0);
	server = accept(listener, NULL, NULL);
	cr_assert_neq(server, -1);
	close(listener);
	base = event_base_new();
	links = links_new(base, &(struct links_hooks) { .has_room = on_room,
	    .refused = on_refused, .ready = on_ready }, &err);
	cr_assert_not_null(links);
	links_connected(links, client);
}

static void
teardown(void)
{
	links_free(links);
	event_base_free(base);
	close(server);
}

TestSuite(links, .init = setup, .fini = teardown);

static void
speak(void)
{
	cr_assert_eq(send(server, "x", 1, 0), 1);
	event_base_loop(base, EVLOOP_ONCE);
}

Test(links, tells_the_transfer_that_has_it)
{
	int fd = links_open(links, first);

	links_watch(links, fd, EV_READ, first);
	speak();
	cr_expect_eq(n_ready, 1);
	cr_expect_eq(links_open(links, second), -1, "there was one");
}

Test(links, belongs_to_who_took_it_over_before_the_end_was_told)
{
	int fd = links_open(links, first);

	links_watch(links, fd, EV_READ, first);
	links_watch(links, fd, 0, NULL);
	links_watch(links, fd, EV_READ, second);
	links_release(links, fd, first);
	speak();
	cr_expect_eq(n_ready, 1, "what comes is the second one's");
	links_release(links, fd, second);
	cr_expect(links_have_room(links, 0));
}

Test(links, gives_up_a_kept_connection_that_speaks_unasked)
{
	int fd = links_open(links, first);

	links_watch(links, fd, EV_READ, first);
	links_watch(links, fd, 0, NULL);
	links_release(links, fd, first);
	cr_expect(links_have_room(links, 0));
	speak();
	cr_expect_eq(n_ready, 0);
	cr_expect_not(links_have_room(links, 0));
}

Test(links, leaves_alone_what_is_paused)
{
	int fd = links_open(links, first);
	char byte;

	links_watch(links, fd, EV_READ, first);
	links_watch(links, fd, 0, NULL);
	speak();
	cr_expect_eq(n_ready, 0);
	cr_expect_eq(recv(fd, &byte, 1, MSG_DONTWAIT), 1, "it is still there");
}
