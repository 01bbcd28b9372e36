/* SPDX-License-Identifier: ISC */
/*
 * stream_checker: does a stream of events follow its dialect?
 *
 * Reads what goes to a client as that client would, and knows nothing of how it
 * was made: a second opinion.  In tests every stream is checked; in production
 * it guards, so that a fault of ours ends in an error, not in an agent that
 * waits for ever or runs half a tool call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

struct err;
struct stream_checker;

/* NULL with ERR_OVERLOADED when there is no memory. */
struct stream_checker *stream_checker_new(enum dialect, struct err *);
void stream_checker_free(struct stream_checker *);

/*
 * Whole events.  false with ERR_INTERNAL and the first rule that is broken as
 * about; *good is how many of the bytes come before the event that breaks it.
 */
bool stream_checker_feed(struct stream_checker *, const char *text, size_t len,
    size_t *good, struct err *);

/* The stream ends here: may it? */
bool stream_checker_end(const struct stream_checker *, struct err *);
