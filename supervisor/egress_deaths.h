/* SPDX-License-Identifier: ISC */
/*
 * egress_deaths: egresses that died before they served, by provider.
 *
 * One that cannot start (a key that it does not take) would be asked for with
 * each request; after five within two minutes it is not started for a while.
 * The others have nothing to do with that.  Pure: the caller brings the clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"
#include "supervisor/restart.h"

#define EGRESS_DEATHS_PROVIDERS 64	/* then the oldest is forgotten */

struct egress_deaths {
	struct {
		struct ipc_name provider;
		struct restart_history deaths;
	} all[EGRESS_DEATHS_PROVIDERS];
	size_t n_ever;
};

void egress_deaths_note(struct egress_deaths *, const struct ipc_name *provider,
    uint64_t now_ms);
bool egress_deaths_are_many(const struct egress_deaths *,
    const struct ipc_name *provider, uint64_t now_ms);
