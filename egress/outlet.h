/* SPDX-License-Identifier: ISC */
/*
 * outlet: frames on their way down a request's pair.
 *
 * What is put in one turn of the event loop leaves in one write.  When the
 * reader is slow the bytes stay here, and whoever produces them stops at
 * OUTLET_PENDING_MAX, or as soon as it may (transfer_may_pause()): the reader's
 * pace becomes the upstream's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

/* More than this waiting, and outlet_is_full(). */
#define OUTLET_PENDING_MAX (64 * 1024)

/* Starts zeroed but for 'fd', a non-blocking stream socket of the owner's. */
struct outlet {
	int fd;
	uint8_t *bytes;
	size_t start, end, room;
};

/* Gives the memory back and forgets the descriptor. */
void outlet_reset(struct outlet *);

/*
 * A frame whose payload is 'head' followed by 'body', together at most
 * FRAME_PAYLOAD_MAX bytes.  false without memory.
 */
struct outlet_part {
	const void *bytes;
	size_t len;
};
bool outlet_put(struct outlet *, enum frame_type, struct outlet_part head,
    struct outlet_part body);

size_t outlet_pending(const struct outlet *);
bool outlet_is_full(const struct outlet *);

/* Writes what the socket takes; OUTLET_GONE when nobody reads any more. */
enum outlet_result { OUTLET_EMPTY, OUTLET_PENDING, OUTLET_GONE };
enum outlet_result outlet_write(struct outlet *);
