/* SPDX-License-Identifier: ISC */
/*
 * returned_grants: grants that came too late for whoever asked.
 *
 * The broker counts a grant as in use until its egress says how it ended, and
 * does not stop that egress meanwhile.  So a ticket that nobody will use is
 * given to the egress all the same, on a pair that is closed already: it is
 * used up (no word of ours could vouch for that), and the record has its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct asking;
struct proxy;
struct returned_grant;

#define RETURNED_GRANTS_MAX 1024	/* kept at a time; the oldest goes */
#define RETURNED_GRANT_MS 60000	/* after which no answer comes any more */

struct returned_grants {
	struct returned_grant *newest;
	unsigned n;
};

/*
 * What was asked for, and is given up: its ticket is still to come while
 * 'asking' is open, or is here and was not sent ('ticket', else NULL).
 * Nothing is done when it is neither.
 */
struct given_up {
	const struct asking *asking;
	const struct ipc_granted *ticket;
	const char *method, *path;	/* NULL: nothing was asked */
};
void returned_grants_add(struct proxy *, const struct given_up *);

/* GRANTED, and nobody waited for it. */
void returned_grants_granted(struct proxy *, const struct ipc_granted *);

/* The channel to this egress is there. */
void returned_grants_unpark(struct proxy *, uint32_t egress);
void returned_grants_free(struct returned_grants *);
