/* SPDX-License-Identifier: ISC */
/*
 * target_wish: what decides about targets at this moment, for requests and for
 * questions about them alike.
 */
#pragma once

#include "proxy/target.h"

struct err;
struct provider;
struct proxy;

/* With the counts of today and the snapshot's age; the rest is the caller's. */
struct target_wish target_wish_now(struct proxy *, const struct routing *);

/*
 * The provider to call.  NULL with ERR_UNKNOWN_PROVIDER, or ERR_SNAPSHOT_STALE:
 * where it is was said by the cloud, and too long ago.
 */
const struct provider *target_wish_provider(struct proxy *,
    const struct routing *, const char *id, struct err *);
