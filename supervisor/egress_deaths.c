/* SPDX-License-Identifier: ISC */
#include "supervisor/egress_deaths.h"

#include <string.h>

static bool
is_same(const struct ipc_name *a, const struct ipc_name *b)
{
	return a->len == b->len &&
	    memcmp(a->text, b->text, sizeof a->text) == 0;
}

void
egress_deaths_note(struct egress_deaths *e, const struct ipc_name *provider,
    uint64_t now_ms)
{
	size_t i = 0;

	while (i < EGRESS_DEATHS_PROVIDERS &&
	    !is_same(&e->all[i].provider, provider))
		i++;
	if (i == EGRESS_DEATHS_PROVIDERS) {
		i = e->n_ever++ % EGRESS_DEATHS_PROVIDERS;
		e->all[i].provider = *provider;
		e->all[i].deaths = (struct restart_history) { 0 };
	}
	restart_is_hopeless(&e->all[i].deaths, now_ms);
}

bool
egress_deaths_are_many(const struct egress_deaths *e,
    const struct ipc_name *provider, uint64_t now_ms)
{
	for (size_t i = 0; i < EGRESS_DEATHS_PROVIDERS; i++)
		if (is_same(&e->all[i].provider, provider))
			return restart_recent(&e->all[i].deaths, now_ms) >=
			    RESTART_DEATHS_MAX;
	return false;
}
