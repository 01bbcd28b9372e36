/* SPDX-License-Identifier: ISC */
/*
 * answer_head: the head of the provider's answer, as the agent gets it: the
 * status, the headers that may pass, and where it came from.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rate_limit_lines;
struct request;
struct settings;

/*
 * Sends the head, and sets the answer up for what follows.  'lines' are those
 * of the frame HEAD.
 */
void answer_begin(struct request *, int status, const char *lines,
    size_t len);

/* The head of an answer that was translated: only what is true of both. */
struct translated_head {
	int status;
	const char *type;	/* Content-Type */
	const char *lines;	/* of the frame HEAD */
	size_t lines_len;
	const char *losses;	/* for x-cofferdam-lossy; "": not asked for */
	const struct rate_limit_lines *limits;	/* in the client's words */
	bool is_futile;		/* to ask again is of no use */
};
void answer_begin_translated(struct request *, const struct translated_head *);

/* Do the lines of a frame HEAD say that events follow? */
bool answer_head_is_stream(const char *lines, size_t len);

/* How often answer_tick() is wanted. */
uint64_t answer_tick_ms(const struct settings *);
