/* SPDX-License-Identifier: ISC */
/*
 * framing: what an upstream sends, checked and made into frames.
 *
 * Every byte passes the echo guard before it goes on (I5).  Nothing here waits
 * or writes: the frames stand in the outlet afterwards.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/errors.h"
#include "egress/head_filter.h"
#include "egress/echo_guard.h"

struct outlet;

/* Starts zeroed but for 'outlet' and 'guard' (NULL: no key); both borrowed. */
struct framing {
	struct outlet *outlet;
	struct echo_guard *guard;
	struct head_filter head;
	struct echo_held held;
	uint64_t n_received;	/* bytes of the body */
	bool is_begun;		/* a byte of it has come */
	bool is_headed;		/* its HEAD stands in the outlet */
	struct err err;		/* why it was cut, if so */
};

void framing_reset(struct framing *);

/* A line of the head.  false: the answer is cut, answer->err says why. */
bool framing_take_line(struct framing *, const char *line, size_t len);

/* Bytes of the body, any number.  false as above. */
bool framing_take_bytes(struct framing *, const char *bytes, size_t len);

/*
 * The end: END, or ERROR with the flags given when err->code or answer->err
 * says so.  Once, and last.  *code is set to how it ended.
 */
void framing_finish(struct framing *, const struct err *err, uint32_t flags,
    enum err_code *code);
