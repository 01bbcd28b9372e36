/* SPDX-License-Identifier: ISC */
/*
 * answer_reader: takes an HTTP/1.1 answer apart as it comes, and finds the
 * stamped events in its body (see canned.h).  No descriptor, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_LINE_MAX 1024	/* bytes of a line that are looked at */
#define ANSWER_STAMP_LEN 18

enum answer_state {
	ANSWER_STATUS,		/* lines... */
	ANSWER_HEADERS,
	ANSWER_CHUNK_SIZE,
	ANSWER_CHUNK_END,
	ANSWER_TRAILER,
	ANSWER_CHUNK,		/* ...bytes... */
	ANSWER_BODY,
	ANSWER_WHOLE,		/* ...and the ends */
	ANSWER_BROKEN,
};

struct answer_reader {
	enum answer_state state;
	unsigned status;		/* 0 until it is known */
	bool is_chunked, closes;	/* closes: the connection ends, too */
	uint64_t left;			/* bytes of the body or of the chunk */
	uint64_t n_body, n_events;
	char line[ANSWER_LINE_MAX];
	size_t line_len;
	char stamp[ANSWER_STAMP_LEN];
	size_t stamp_len;

	/* Called for each event with the time at which it was written. */
	void (*on_event)(void *arg, uint64_t stamp_ns);
	void *arg;
};

/* For the next answer; on_event and arg stay as they are. */
void answer_reader_reset(struct answer_reader *);

/*
 * Bytes beyond the end of an answer break it: nobody has asked for more.  An
 * answer that ends with its connection is broken, too: none of ours does.
 */
enum answer_state answer_reader_take(struct answer_reader *, const char *bytes,
    size_t n);
