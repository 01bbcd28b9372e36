/* SPDX-License-Identifier: ISC */
/*
 * lane: one keep-alive connection, on which one request follows the other as
 * soon as it is answered.  A connection that is closed or fails is made anew.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/samples.h"

struct lane;

/* The same for all lanes. */
struct question {
	int epoll;			/* data.ptr is the struct lane */
	in_port_t port;			/* of 127.0.0.1 */
	const char *bytes;		/* the whole request */
	size_t len;
	uint64_t n_events;		/* of a whole stream; 0: any */
};

struct tally {
	bool is_open;			/* the window in which it counts */
	uint64_t requests;		/* answered in full with 200 */
	uint64_t failures;		/* everything else, at all times */
	uint64_t events;
	uint64_t n_begun;		/* lanes that have had an event */
	char failure[96];		/* what the last one was */
	struct samples whole;		/* of an answer, to its end */
	struct samples first;		/* to its body's first byte */
	struct samples travel;		/* an event, from there to here */
};

/* Starts to connect.  Never NULL.  Both arguments outlive the lane. */
struct lane *lane_open(const struct question *, struct tally *);

/* Called with what epoll says of it. */
void on_lane(struct lane *, uint32_t events);

void lane_free(struct lane *);
