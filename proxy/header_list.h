/* SPDX-License-Identifier: ISC */
/*
 * header_list: which header lines may pass, in either direction.
 *
 * Both are lists of what passes: no credential of an agent reaches a provider,
 * no cookie, key echo or hop-by-hop header of a provider reaches an agent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define HEADER_LINES_MAX 43008	/* bytes of a request's path and lines */

/* From the agent to the provider; in any case of letters. */
bool header_goes_up(const char *name);

/* Does it say something of one vendor's API or SDK alone? */
bool header_is_vendors(const char *name);

/* From the provider to the agent; 'name' is in lower case, without a NUL. */
bool header_comes_down(const char *name, size_t len);

/* The path, then lines "name: value\n": the tail of REQUEST. */
struct header_lines {
	char text[HEADER_LINES_MAX];
	size_t len;
};

/* Begins with the path, at most URL_PATH_MAX bytes. */
void header_lines_begin(struct header_lines *, const char *path);

/* false when there is no more room: the line is then left out. */
bool header_lines_add(struct header_lines *, const char *name,
    const char *value);
