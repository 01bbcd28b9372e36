/* SPDX-License-Identifier: ISC */
/*
 * sse_reader: server-sent events out of bytes that come in any pieces.
 *
 * Lines end in LF, CR or CR LF; a byte order mark at the beginning, comments
 * and unknown fields are skipped; several data lines are joined by LF.  An
 * event without data is none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/dialect/dialect_output.h"

struct err;

#define SSE_NAME_MAX 64		/* bytes of an event's name, with the NUL */

/* Called with a whole event; 'name' is "" when it has none.  false stops. */
typedef bool sse_event(void *arg, const char *name,
    const struct dialect_output *data, struct err *);

/* Set up by sse_reader_init(); an event is at most 'event_max' bytes. */
struct sse_reader {
	sse_event *event;
	void *arg;
	struct dialect_output line, data;
	char name[SSE_NAME_MAX];
	bool has_data, after_cr, is_past_mark;
};

void sse_reader_init(struct sse_reader *, size_t event_max, sse_event *,
    void *arg);
void sse_reader_close(struct sse_reader *);

/*
 * false when event() gave it, or with ERR_UPSTREAM_BROKEN when an event is too
 * long; the reader is of no use then.
 */
bool sse_reader_feed(struct sse_reader *, const char *bytes, size_t len,
    struct err *);

/* The end of the bytes: an event without its blank line counts. */
bool sse_reader_end(struct sse_reader *, struct err *);

/* Nothing of a next event has been read. */
bool sse_reader_is_between(const struct sse_reader *);
