/* SPDX-License-Identifier: ISC */
/*
 * first_content: has an answer with a good status begun to say something, or
 * was it told in it that there will be no answer?
 *
 * Overloads come inside a 200, too: as the first event of a stream, after
 * events that merely open it, or as a body that is an error.  As long as there
 * was no content, another target can take over.  Knows the three dialects by
 * the shape of their events.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/dialect/sse_reader.h"

#define CONTENT_HELD_MAX 65536	/* bytes that can be waited for */

enum content_sign {
	CONTENT_AWAITED,
	CONTENT_SEEN,		/* or what nobody could make another's */
	CONTENT_FAULT		/* overloaded, out of quota, broken down */
};

struct first_content {
	struct sse_reader events;
	enum { CONTENT_UNKNOWN, CONTENT_EVENTS, CONTENT_PLAIN } form;
	enum content_sign sign;
};

/* An address that stays until first_content_close(). */
void first_content_open(struct first_content *);
void first_content_close(struct first_content *);

/* More of the body; what was said once stays. */
enum content_sign first_content_feed(struct first_content *,
    const char *bytes, size_t len);

/* The body has ended, and 'body' is all of it. */
enum content_sign first_content_end(struct first_content *, const char *body,
    size_t len);
