/* SPDX-License-Identifier: ISC */
#include "supervisor/restart.h"

unsigned
restart_recent(const struct restart_history *h, uint64_t now_ms)
{
	unsigned n = 0;

	for (unsigned i = 0; i < RESTART_DEATHS_MAX && i < h->n_deaths; i++)
		if (now_ms - h->deaths_ms[i] <= RESTART_WINDOW_MS)
			n++;
	return n;
}

bool
restart_is_hopeless(struct restart_history *h, uint64_t now_ms)
{
	h->deaths_ms[h->n_deaths % RESTART_DEATHS_MAX] = now_ms;
	h->n_deaths++;
	return restart_recent(h, now_ms) >= RESTART_DEATHS_MAX;
}

uint64_t
restart_delay_ms(const struct restart_history *h, uint64_t now_ms,
    uint32_t random)
{
	uint64_t delay = RESTART_FIRST_MS;

	for (unsigned n = restart_recent(h, now_ms); n > 1; n--)
		delay *= 2;
	return delay - delay / 4 + random % (delay / 2 + 1);
}
