/* SPDX-License-Identifier: ISC */
#include "proxy/target_wish.h"

#include "common/errors.h"
#include "proxy/clock.h"
#include "proxy/proxy.h"
#include "proxy/routing.h"
#include "proxy/run_meter.h"

static bool
is_stale(const struct proxy *p, const struct routing *routing, int64_t now_ms)
{
	const struct snapshot *s = routing_snapshot(routing);

	return s != NULL && snapshot_is_stale(s, now_ms / 1000,
	    p->settings.snapshot_max_age_ms);
}

struct target_wish
target_wish_now(struct proxy *p, const struct routing *routing)
{
	int64_t now_ms = clock_utc_ms();

	return (struct target_wish) {
		.routing = routing,
		.usage = run_meter_day(p->meter, now_ms),
		.is_stale = is_stale(p, routing, now_ms),
	};
}

const struct provider *
target_wish_provider(struct proxy *p, const struct routing *routing,
    const char *id, struct err *err)
{
	const struct provider *found = routing_provider(routing, id);

	if (found == NULL)
		err_set(err, ERR_UNKNOWN_PROVIDER, "%s", id);
	else if (found->source == SOURCE_CLOUD &&
	    is_stale(p, routing, clock_utc_ms())) {
		err_set(err, ERR_SNAPSHOT_STALE, "%s comes from it", id);
		found = NULL;
	}
	return found;
}
