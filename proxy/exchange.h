/* SPDX-License-Identifier: ISC */
/*
 * exchange: one request to one egress, over a stream pair of its own.
 *
 * The body goes up raw, frames come down (common/frame.h); the kernel's buffers
 * are the backpressure in both directions, and closing our end cancels the
 * transfer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "common/frame.h"
#include "common/ipc_bodies.h"

struct channel;
struct err;
struct event_base;
struct exchange;

/* What a hook has done with the exchange. */
enum exchange_fate { EXCHANGE_GOES_ON, EXCHANGE_FREED };

struct exchange_hooks {
	/* Called for each frame, and for each piece of DATA. */
	enum exchange_fate (*frame)(void *arg, const struct frame *);
	/* Called when all that has come was given to frame(). */
	enum exchange_fate (*settled)(void *arg);
	/* Called when the egress is gone or talks nonsense; the last call. */
	void (*died)(void *arg, const struct err *);
	void *arg;
};

struct exchange_order {
	struct event_base *base;
	struct channel *egress;
	const struct ipc_request *request;
	const char *tail;	/* path and header lines */
	size_t tail_len;
	const struct iovec *body;	/* the bytes outlive the exchange */
	int n_pieces;		/* at most EXCHANGE_PIECES_MAX */
	const struct exchange_hooks *hooks;
};

#define EXCHANGE_PIECES_MAX 20

/*
 * NULL with ERR_EGRESS_UNAVAILABLE or ERR_OVERLOADED.  No hook is called before
 * it returns, and none after exchange_free().
 */
struct exchange *exchange_start(const struct exchange_order *, struct err *);
void exchange_free(struct exchange *);

/*
 * Frees it when nothing more is wanted, but nothing failed: an egress that has
 * not come to its END yet, a moment behind a stream's last event, has two seconds
 * for that, and keeps its connection.  No hook is called.  NULL is allowed.
 */
void exchange_finish(struct exchange *);

/* Stops reading the answer, and goes on. */
void exchange_pause(struct exchange *);
void exchange_resume(struct exchange *);
bool exchange_is_paused(const struct exchange *);

/* Bytes of the body that the egress has not taken yet. */
size_t exchange_body_left(const struct exchange *);
