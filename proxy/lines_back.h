/* SPDX-License-Identifier: ISC */
/*
 * lines_back: the lines of a file, the last one first.
 *
 * Reads no further than its taker wants, so that the end of a long file costs
 * what the end costs.  What stands behind the last line feed is no line; one
 * longer than LINE_BACK_MAX is left out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

#define LINE_BACK_MAX 16384	/* bytes */

/* A line without its line feed, with a NUL behind it.  false: no more. */
typedef bool line_back_taker(void *arg, const char *line, size_t len);

/*
 * true when the taker has had enough or all lines were given; *has_enough says
 * which.  ERR_FILE_FAILED, ERR_NO_MEMORY.
 */
bool lines_back_read(int fd, line_back_taker *, void *arg, bool *has_enough,
    struct err *);
