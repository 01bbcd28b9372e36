/* SPDX-License-Identifier: ISC */
#include "proxy/target_wish.h"

#include "proxy/clock.h"
#include "proxy/proxy.h"
#include "proxy/routing.h"
#include "proxy/run_meter.h"

struct target_wish
target_wish_now(struct proxy *p, const struct routing *routing)
{
	const struct snapshot *s = routing_snapshot(routing);
	int64_t now_ms = clock_utc_ms();

	return (struct target_wish) {
		.routing = routing,
		.usage = run_meter_day(p->meter, now_ms),
		.is_stale = s != NULL && snapshot_is_stale(s, now_ms / 1000,
		    p->settings.snapshot_max_age_ms),
	};
}
