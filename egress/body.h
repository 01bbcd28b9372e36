/* SPDX-License-Identifier: ISC */
/*
 * body: the bytes that come up a request's pair, exactly as many as announced.
 *
 * A short body is gathered first, so that it leaves in one piece with the head;
 * a long one is read by libcurl as it can send it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BODY_GATHERED_MAX (32 * 1024)	/* bytes */

/* Starts zeroed but for 'fd' (the owner's) and 'len'. */
struct body {
	int fd;
	uint64_t len, n_read;
	char *bytes;		/* when gathered; NULL: none of it yet */
};

void body_reset(struct body *);

bool body_is_short(const struct body *);
bool body_is_whole(const struct body *);

enum body_result { BODY_WHOLE, BODY_WAITS, BODY_GONE, BODY_NO_MEMORY };

/* Reads into body->bytes what is there; BODY_GONE when no more will come. */
enum body_result body_gather(struct body *);

/* Reads up to 'room' bytes; *n > 0 unless it says BODY_WAITS or BODY_GONE. */
enum body_result body_read(struct body *, char *bytes, size_t room, size_t *n);

/*
 * What has happened to the pair: PAIR_GONE when the other end was closed, or
 * has sent more than it announced.  Closing only one direction is lawful.
 */
enum pair_state { PAIR_OPEN, PAIR_GONE };
enum pair_state body_look_at_pair(const struct body *);
