/* SPDX-License-Identifier: ISC */
/*
 * answer: what an upstream sends, checked and made into frames.
 *
 * Every byte passes the echo guard before it goes on (I5).  Nothing here waits
 * or writes: the frames stand in the outlet afterwards.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/errors.h"
#include "egress/answer_head.h"
#include "egress/echo_guard.h"

struct outlet;

/* Starts zeroed but for 'outlet' and 'guard' (NULL: no key); both borrowed. */
struct answer {
	struct outlet *outlet;
	struct echo_guard *guard;
	struct answer_head head;
	struct echo_held held;
	uint64_t n_received;	/* bytes of the body */
	bool is_begun;		/* a byte of it has come */
	bool is_headed;		/* its HEAD stands in the outlet */
	struct err err;		/* why it was cut, if so */
};

void answer_reset(struct answer *);

/* A line of the head.  false: the answer is cut, answer->err says why. */
bool answer_take_line(struct answer *, const char *line, size_t len);

/* Bytes of the body, any number.  false as above. */
bool answer_take_bytes(struct answer *, const char *bytes, size_t len);

/*
 * The end: END, or ERROR with the flags given when err->code or answer->err
 * says so.  Once, and last.  *code is set to how it ended.
 */
void answer_finish(struct answer *, const struct err *err, uint32_t flags,
    enum err_code *code);
