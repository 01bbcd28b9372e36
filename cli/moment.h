/* SPDX-License-Identifier: ISC */
/* moment: points in time and spans, as people and files write them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;

#define MOMENT_TEXT 32		/* bytes, with the NUL */

/* "2026-08-23T10:00:00Z" */
void moment_format(uint64_t s, char text[MOMENT_TEXT]);
/* The current one, with milliseconds: "2026-08-23T10:00:00.123Z" */
void moment_format_now(char text[MOMENT_TEXT]);

/*
 * "90s", "10m", "2h", "1d" or a number of seconds, into seconds, at most ten
 * years.  ERR_USAGE.
 */
bool moment_parse_span(const char *text, uint64_t *s, struct err *);

/*
 * A span before 'now_s', or a point in time: a date, or a date and a time,
 * which is UTC unless it ends in an offset.  ERR_USAGE.
 */
bool moment_parse_since(const char *text, uint64_t now_s, uint64_t *s,
    struct err *);

/* A point in time as our files write it; false when it is none. */
bool moment_parse(const char *text, uint64_t *s);
bool moment_parse_ms(const char *text, uint64_t *ms);

/* "3 h" of a number of seconds: the two largest units at most, for people. */
void moment_format_span(uint64_t s, char text[MOMENT_TEXT]);
