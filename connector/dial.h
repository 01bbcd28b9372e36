/* SPDX-License-Identifier: ISC */
/*
 * dial: a TCP connection to the first of several addresses that takes it.
 *
 * The next address is tried when the one before failed, or when it has not
 * answered within DIAL_HEAD_START_MS; whichever connects first wins.
 */
#pragma once

#include <stdbool.h>

struct addresses;
struct dial;
struct err;
struct event_base;

#define DIAL_HEAD_START_MS 250	/* RFC 8305, section 5 */

/*
 * Called once, from the event loop: with a connected socket that now belongs to
 * the callee (non-blocking, close-on-exec, without delay, kept alive), or with
 * -1 and why the last address failed.  The dial may be freed in it.
 */
typedef void dial_ended(int fd, const struct err *, void *arg);

/* Copies the addresses, at least one; NULL with ERR_NO_MEMORY. */
struct dial *dial_new(struct event_base *, const struct addresses *,
    dial_ended *, void *arg, struct err *);

/* Cancels what is under way: no call any more.  NULL is allowed. */
void dial_free(struct dial *);
