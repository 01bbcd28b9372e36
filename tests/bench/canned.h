/* SPDX-License-Identifier: ISC */
/*
 * canned: what the upstream answers, in the shape of Chat Completions, made
 * once and then only copied.
 *
 * The text of every event holds "@", sixteen hexadecimal digits, "@": the time
 * at which it was written (see nanoseconds.h).  No other '@' is in any answer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct canned {
	const char *bytes;
	size_t len;
};

/* Bytes of the longest piece that these functions give or write. */
#define CANNED_MAX 2048

/* Must come before all the others. */
void canned_init(void);

/* Whole answers: one of about 1 KB, and the 401 that a wrong key gets. */
struct canned canned_plain(void);
struct canned canned_refusal(void);

/* What comes before the events of a stream, and what comes after them. */
struct canned canned_stream_head(void);
struct canned canned_stream_end(void);

/* Writes one event, stamped, to 'to'; gives its length. */
size_t canned_event(char to[CANNED_MAX], uint64_t stamp_ns);
