/* SPDX-License-Identifier: ISC */
#include "supervisor/sync_delay.h"

uint64_t
sync_delay_ms(uint64_t interval_ms, uint32_t at_random)
{
	return interval_ms - interval_ms / 10 + at_random %
	    (interval_ms / 5 + 1);
}
