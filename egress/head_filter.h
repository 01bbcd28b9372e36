/* SPDX-License-Identifier: ISC */
/*
 * head_filter: what of an upstream's status and headers goes to the proxy.
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

#define HEAD_FILTER_LEN_MAX 65000	/* bytes of all lines, as they came */
#define HEAD_FILTER_LINES_MAX 200

/* Starts zeroed; give back with head_filter_reset(). */
struct head_filter {
	uint32_t status;
	bool is_complete;
	unsigned n_lines;
	size_t n_bytes;
	char *text;		/* lines "name: value\n", names in lower case */
	size_t len, room;
};

/* Zeroed again; the memory is given back. */
void head_filter_reset(struct head_filter *);

/*
 * One line as libcurl gives it, with its line end: the status line, headers,
 * and the empty line that completes it.  Interim answers (1xx) are forgotten;
 * lines after the empty one (a trailer) too.  ERR_UPSTREAM_BROKEN when the
 * answer cannot be used.
 */
bool head_filter_read(struct head_filter *, const char *line, size_t len,
    struct err *);
