/* SPDX-License-Identifier: ISC */
/*
 * egress_link: the channels to the egress processes, by number.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/process/channel.h"

#define EGRESSES_MAX 512

struct egress_link {
	struct channel *channels[EGRESSES_MAX];
	size_t n;
};

/* false when there are too many; the channel stays the caller's then. */
bool egress_link_add(struct egress_link *, struct channel *);

/* NULL: it is not here (yet). */
struct channel *egress_link_find(const struct egress_link *, uint32_t number);

/* The channel has ended; it is freed by others. */
void egress_link_remove(struct egress_link *, const struct channel *);
