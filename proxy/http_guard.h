/* SPDX-License-Identifier: ISC */
/*
 * http_guard: may this request's head be given to evhttp?
 *
 * evhttp 2.1.12 takes duplicate Content-Length, folded headers, bare line
 * feeds and NUL bytes, and answers what it refuses in HTML.  The guard sees
 * each head first, whole, and decides; it passes no values on.  Strict on
 * purpose: what two readers could read in two ways is refused, and what evhttp
 * would refuse is refused here, in the caller's dialect.
 *
 * It also holds the door against web pages: the name in Host must be one of
 * this machine's with our port (or a page could rebind its own name to it), and
 * an Origin or a cross-site Sec-Fetch-Site must be one that the settings allow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;

struct guard_rules {
	size_t max_head_len;
	size_t n_headers_max;
	uint64_t max_body_len;
	const char *allow_origin;	/* separated by blanks */
	uint16_t port;		/* that the connection came in on */
};

/* What is known of a head; after a refusal, as far as it was read. */
struct guard_head {
	enum dialect dialect;	/* whose shape an error should have */
	uint64_t body_len;	/* declared; 0 for a chunked body */
	bool is_chunked;
};

/*
 * Looks for the end of a head in bytes that arrive piece by piece.  *line_len
 * is its memory and starts at 0.  How many of these bytes belong to the head,
 * or 0 when its end is not among them.
 */
size_t guard_find_end(size_t *line_len, const char *bytes, size_t len);

/*
 * 'head' has 'len' bytes, the empty line that ends it included.  Otherwise
 * ERR_INVALID_REQUEST, ERR_HEAD_TOO_LARGE, ERR_REQUEST_TOO_LARGE,
 * ERR_METHOD_NOT_ALLOWED, or ERR_FOREIGN_ORIGIN.
 */
bool guard_check(const struct guard_rules *, const char *head, size_t len,
    struct guard_head *, struct err *);

/* The dialect of a path's errors, from as much of a head as is there. */
enum dialect guard_dialect(const char *head, size_t len);
