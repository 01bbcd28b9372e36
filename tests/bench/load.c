/* SPDX-License-Identifier: ISC */
/*
 * load MODE [option...]: requests over loopback, and how they were answered.
 *
 *	load measure	requests on so many keep-alive connections for so many
 *			seconds; prints what was seen as name=value
 *	load hold	opens a stream on each connection, prints "open N" when
 *			all have had their first event, and holds them until
 *			standard input ends
 *	load start -- COMMAND
 *			runs it; prints how long the first answer took
 *	load port	prints a port that nobody had a moment ago
 *
 * Options: load_options.c.  It ends with the process that started it.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/scoped.h"
#include "tests/bench/first_answer.h"
#include "tests/bench/lane.h"
#include "tests/bench/load_options.h"
#include "tests/bench/nanoseconds.h"

#define TURN_MAX 256			/* events of one turn */
#define TURN_MS 10			/* how late a window may end */
#define FAILURES_MAX 1000		/* then there is nothing to measure */
#define OPEN_TIMEOUT_S 60

struct load {
	struct load_options options;
	struct question question;
	struct tally tally;
	struct lane **lanes;
};

static struct load load;

static void
turn(int wait_ms)
{
	struct epoll_event events[TURN_MAX];
	int n = epoll_wait(load.question.epoll, events, TURN_MAX, wait_ms);

	for (int i = 0; i < n; i++)
		on_lane(events[i].data.ptr, events[i].events);
}

static bool
is_hopeless(void)
{
	return load.tally.failures > FAILURES_MAX;
}

static void
go_on_for(double seconds)
{
	uint64_t end_ns = nanoseconds_now() + (uint64_t)(seconds * 1e9);

	while (nanoseconds_now() < end_ns && !is_hopeless() &&
	    (load.options.requests == 0 ||
	    load.tally.requests < load.options.requests))
		turn(TURN_MS);
}

static void
open_lanes(void)
{
	load.lanes = calloc(load.options.connections, sizeof *load.lanes);
	if (load.lanes == NULL)
		abort();
	for (unsigned i = 0; i < load.options.connections; i++) {
		load.lanes[i] = lane_open(&load.question, &load.tally);
		turn(0);
	}
}

static void
close_lanes(void)
{
	for (unsigned i = 0; i < load.options.connections; i++)
		lane_free(load.lanes[i]);
	free(load.lanes);
}

static int
tell_failures(void)
{
	if (load.tally.failures == 0)
		return 0;
	fprintf(stderr, "load: %ju failures, the last one: %s\n",
	    (uintmax_t)load.tally.failures, load.tally.failure);
	return 1;
}

static void
print_percentiles(const char *name, struct samples *s)
{
	printf(" %s_p50_us=%.1f %s_p99_us=%.1f", name,
	    samples_percentile_us(s, 0.50), name,
	    samples_percentile_us(s, 0.99));
}

static int
measure(void)
{
	struct tally *t = &load.tally;
	uint64_t cpu_us, start_ns, took_ns;

	open_lanes();
	go_on_for(load.options.warm_up_s);
	t->is_open = true;
	cpu_us = cpu_time_us(&load.options.cpu);
	start_ns = nanoseconds_now();
	go_on_for(load.options.seconds);
	took_ns = nanoseconds_now() - start_ns;
	cpu_us = cpu_time_us(&load.options.cpu) - cpu_us;
	t->is_open = false;
	close_lanes();

	printf("took_s=%.4f requests=%ju events=%ju failures=%ju cpu_us=%ju",
	    (double)took_ns / 1e9, (uintmax_t)t->requests,
	    (uintmax_t)t->events, (uintmax_t)t->failures, (uintmax_t)cpu_us);
	print_percentiles("whole", &t->whole);
	print_percentiles("first", &t->first);
	print_percentiles("travel", &t->travel);
	putchar('\n');
	return tell_failures();
}

/* Standard input has ended: whoever started this has had enough. */
static bool
is_told_to_end(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte;

	return poll(&input, 1, 0) == 1 && read(input.fd, &byte, 1) <= 0;
}

static int
hold(void)
{
	uint64_t end_ns = nanoseconds_now() + OPEN_TIMEOUT_S * NS_PER_S;

	open_lanes();
	while (load.tally.n_begun < load.options.connections &&
	    nanoseconds_now() < end_ns && !is_hopeless())
		turn(TURN_MS);
	printf("open %ju\n", (uintmax_t)load.tally.n_begun);
	fflush(stdout);
	while (!is_told_to_end() && !is_hopeless())
		turn(TURN_MS);
	close_lanes();
	return tell_failures();
}

static int
start(void)
{
	const struct first_answer f = { .port = load.options.port,
	    .bytes = load.question.bytes, .len = load.question.len,
	    .command = load.options.command };
	uint64_t took_ns;

	if (f.command[0] == NULL || !first_answer_measure(&f, &took_ns)) {
		fprintf(stderr, "load: no answer from port %u\n", f.port);
		return 1;
	}
	printf("start_ms=%.2f\n", (double)took_ns / 1e6);
	return 0;
}

static int
print_free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1) {
		perror("load: port");
		return 1;
	}
	printf("%u\n", ntohs(a.sin_port));
	return 0;
}

static const struct mode {
	const char *name;
	int (*run)(void);
} modes[] = {
	{ "measure", measure },
	{ "hold", hold },
	{ "start", start },
};

int
main(int argc, char *argv[])
{
	const struct mode *mode = NULL;

	if (argc == 2 && strcmp(argv[1], "port") == 0)
		return print_free_port();
	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof modes[0]; i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			mode = &modes[i];
	if (mode == NULL) {
		fprintf(stderr, "usage: load measure|hold|start|port ...\n");
		return 2;
	}
	if (!load_options_parse(&load.options, argc - 1, argv + 1))
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	load.question.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.question.port = load.options.port;
	load.question.n_events = load.options.events;
	load.question.bytes = load_options_request(&load.options,
	    &load.question.len);
	return load.question.bytes != NULL ? mode->run() : 2;
}
