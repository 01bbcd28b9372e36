/* SPDX-License-Identifier: ISC */
/*
 * nanoseconds: CLOCK_MONOTONIC, which the upstream and the load share, so that
 * one can say how long ago the other wrote something.
 */
#pragma once

#include <stdint.h>
#include <time.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_S UINT64_C(1000000000)

static inline uint64_t
nanoseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* For epoll_pwait2(): from 'now' to 'due', nothing if that is past. */
static inline struct timespec
nanoseconds_until(uint64_t due, uint64_t now)
{
	uint64_t wait = due > now ? due - now : 0;

	return (struct timespec) { .tv_sec = (time_t)(wait / NS_PER_S),
	    .tv_nsec = (long)(wait % NS_PER_S) };
}
