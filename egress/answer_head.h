/* SPDX-License-Identifier: ISC */
/*
 * answer_head: what of an upstream's status and headers goes to the proxy.
 *
 * Left out is what is meant for one hop, what sets state in a client (cookies,
 * other addresses, redirects) and what speaks of the key.  A coded answer is
 * refused: the echo guard would be blind.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define ANSWER_HEAD_LEN_MAX 65000	/* bytes of all lines, as they came */
#define ANSWER_HEAD_LINES_MAX 200

/* Starts zeroed; give back with answer_head_reset(). */
struct answer_head {
	uint32_t status;
	bool is_complete;
	unsigned n_lines;
	size_t n_bytes;
	char *text;		/* lines "name: value\n", names in lower case */
	size_t len, room;
};

/* Zeroed again; the memory is given back. */
void answer_head_reset(struct answer_head *);

/*
 * One line as libcurl gives it, with its line end: the status line, headers,
 * and the empty line that completes it.  Interim answers (1xx) are forgotten;
 * lines after the empty one (a trailer) too.  ERR_UPSTREAM_BROKEN when the
 * answer cannot be used.
 */
bool answer_head_read(struct answer_head *, const char *line, size_t len,
    struct err *);
