/* SPDX-License-Identifier: ISC */
/*
 * ticket: the broker's permission for one request, which the egress verifies.
 *
 * A MAC under a key that only the broker and that egress share, fresh at every
 * start of the egress, over the request's id, the egress's number, a sequence
 * number, the expiry, and SHA-256 of method and path: good for the request that
 * was recorded and no other.  The two sides stand here side by side.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;

#define TICKET_KEY_LEN 32
#define TICKET_LIFETIME_MS 10000
#define TICKET_WINDOW 4096	/* sequence numbers that may be outstanding */

/* Sets ticket->mac.  The other fields of *ticket are set by the caller. */
void ticket_sign(struct ipc_granted *ticket, const uint8_t key[TICKET_KEY_LEN],
    const char method[8], const char *path, size_t path_len);

/* What an egress has seen.  Starts zeroed. */
struct ticket_history {
	uint32_t newest;
	uint64_t seen[TICKET_WINDOW / 64];
};

/*
 * Is this ticket for this egress, this method and path, unexpired at 'now_ms'
 * (CLOCK_BOOTTIME), and never seen before?  If so it is marked as seen.
 * ERR_NOT_PERMITTED says which it is not.
 */
bool ticket_accept(struct ticket_history *, const struct ipc_request *,
    const uint8_t key[TICKET_KEY_LEN], uint32_t egress, const char *path,
    uint64_t now_ms, struct err *);
