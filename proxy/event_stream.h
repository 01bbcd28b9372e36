/* SPDX-License-Identifier: ISC */
/*
 * event_stream: server-sent events on their way to a client, unchanged, but cut
 * between events.
 *
 * Bytes are passed on when the event they belong to is whole, so that at any
 * moment a keep-alive or an error event of ours may follow.  An event longer
 * than EVENT_HELD_MAX is passed on as it comes.  Lines may end in LF, CR or
 * CR LF.  On the way the usage is read, and the usage chunk of a Chat stream is
 * left out when the client did not ask for it; and events that bring the answer
 * on are counted, for the watchdog (dialect/event_type.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/dialect/event_type.h"
#include "proxy/usage_scan.h"

#define EVENT_HELD_MAX 65536	/* bytes */
#define EVENT_LINE_START 64	/* bytes of a line that are looked at */

enum event_usage { USAGE_PASSED, USAGE_WITHHELD };

/* How far an answer has come, by the events that have been passed on. */
enum event_end {
	STREAM_GOES_ON,
	STREAM_MAY_END,		/* Chat: finished, but usage and [DONE] lack */
	STREAM_IS_WHOLE,
	STREAM_HAS_FAILED	/* the provider has said so */
};

struct event_stream {
	enum event_usage usage_chunk;
	struct usage_scan scan;
	struct usage *usage;
	uint8_t *held;		/* the beginning of an event */
	size_t held_len, held_room;
	size_t event_len, event_max;	/* bytes, so far and at most */
	size_t line_len;	/* of the line that has begun */
	char line_start[EVENT_LINE_START];
	bool has_data;		/* the event has a data line */
	bool after_cr;
	bool is_fresh;		/* nothing of a new event has been seen */
	bool is_long;		/* this event is passed on as it comes */
	enum event_type type;	/* of this event */
	uint64_t n_content;	/* events that brought something */
	bool has_begun;		/* an event has been passed on, idle or not */
	enum event_end end;
};

/* Called with bytes to pass on; they are valid until it returns. */
typedef void event_stream_pass(void *arg, const uint8_t *bytes, size_t len);

/* 'usage' is borrowed until event_stream_close(); 'event_max' is in bytes. */
void event_stream_init(struct event_stream *, enum event_usage,
    struct usage *usage, size_t event_max);
void event_stream_close(struct event_stream *);

/* false: an event is longer than it may be, and the stream is of no use. */
bool event_stream_feed(struct event_stream *, const uint8_t *bytes, size_t len,
    event_stream_pass *, void *arg);

/* The end of the stream: passes on what has no end. */
void event_stream_finish(struct event_stream *, event_stream_pass *,
    void *arg);

/* May something be put in here? */
bool event_stream_is_between(const struct event_stream *);
