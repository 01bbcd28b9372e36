/* SPDX-License-Identifier: ISC */
/*
 * rate_limit_line: what an upstream says about its limits, for clients of
 * another dialect.
 *
 *	anthropic-ratelimit-requests-reset: 2026-11-22T10:37:00Z
 *	x-ratelimit-reset-requests: 6m0s
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

#define RATE_LIMIT_NAME 64	/* bytes, with the NUL */
#define RATE_LIMIT_VALUE 64

#define RATE_LIMIT_LINES 12	/* more than any dialect has */

struct header_line {
	const char *name, *value;	/* the name in lower case */
};

struct rate_limit_lines {
	size_t n;
	struct {
		char name[RATE_LIMIT_NAME], value[RATE_LIMIT_VALUE];
	} line[RATE_LIMIT_LINES];
};

/*
 * Those of the 'n' lines that the dialect 'to' has another name for; lines that
 * it has no name for, and values that cannot be read, are left out.
 */
void rate_limit_convert(struct rate_limit_lines *out, enum dialect to,
    int64_t now_s, const struct header_line *lines, size_t n);

/*
 * Until there is something left again, from the header lines of a frame HEAD in
 * either dialect's words; 0 when they do not say that something has run out.
 */
int64_t rate_limit_wait_ms(const char *lines, size_t len, int64_t now_s);
