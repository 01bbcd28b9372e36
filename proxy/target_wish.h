/* SPDX-License-Identifier: ISC */
/*
 * target_wish: what decides about targets at this moment, for requests and for
 * questions about them alike.
 */
#pragma once

#include "proxy/target.h"

struct proxy;

/* With the counts of today and the snapshot's age; the rest is the caller's. */
struct target_wish target_wish_now(struct proxy *, const struct routing *);
