/* SPDX-License-Identifier: ISC */
/* Who calls is let in, unless there is no descriptor left for him. */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/door.h"

static struct event_base *base;
static struct door *door;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_len;
static int n_let_in, n_lines;

/* The event loop's clock, and nobody else's: it goes when a test says so. */
static bool is_in_loop;
static uint64_t now_ms = 1000000;

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	if (!is_in_loop)
		return (int)syscall(SYS_clock_gettime, clock, t);
	t->tv_sec = (time_t)(now_ms / 1000);
	t->tv_nsec = (long)(now_ms % 1000 * 1000000);
	return 0;
}

static void
let_in(int caller, void *owner)
{
	(void)owner;
	n_let_in++;
	close(caller);
}

static void
count(enum log_level level, const char *text, size_t len)
{
	(void)level;
	(void)text;
	(void)len;
	n_lines++;
}

static void
setup(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	struct err err;

	log_set_sink(count);
	base = event_base_new();
	/* A name of the kernel's choice, in no folder. */
	address_len = sizeof address.sun_family;
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, address_len), 0);
	address_len = sizeof address;
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address,
	    &address_len), 0);
	cr_assert_eq(listen(fd, 8), 0);
	door = door_new(base, fd, let_in, NULL, &err);
	cr_assert_not_null(door);
}

TestSuite(door, .init = setup);

static void
knock(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

	cr_assert_eq(connect(fd, (struct sockaddr *)&address, address_len), 0);
}

static void
run(void)
{
	is_in_loop = true;
	for (int i = 0; i < 8; i++)
		event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	is_in_loop = false;
}

static void
limit_descriptors(rlim_t n)
{
	struct rlimit files;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = n;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
}

Test(door, lets_nobody_in_before_it_is_open_nor_after)
{
	knock();
	run();
	cr_expect_eq(n_let_in, 0);
	door_open(door);
	run();
	cr_expect_eq(n_let_in, 1);
	door_shut(door);
	knock();
	run();
	cr_expect_eq(n_let_in, 1);
	door_open(door);
	run();
	cr_expect_eq(n_let_in, 2, "who waited meanwhile");
}

Test(door, pauses_for_a_second_where_no_descriptor_is_left)
{
	door_open(door);
	knock();
	limit_descriptors(3);
	run();
	limit_descriptors(256);
	cr_expect_eq(n_lines, 1, "it did not ask again and again: %d", n_lines);
	now_ms += 999;
	run();
	cr_expect_eq(n_let_in, 0, "not yet");
	now_ms += 2;
	run();
	cr_expect_eq(n_let_in, 1, "who waited is let in");
}

Test(door, that_is_shut_in_a_pause_stays_so)
{
	door_open(door);
	knock();
	limit_descriptors(3);
	run();
	limit_descriptors(256);
	door_shut(door);
	now_ms += 5000;
	run();
	cr_expect_eq(n_let_in, 0);
}
