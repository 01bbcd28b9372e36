/* SPDX-License-Identifier: ISC */
/* sync_delay: when the daemon's next sync is due.  Pure. */
#pragma once

#include <stdint.h>

/* The interval, a tenth more or less, so that machines spread; 0 of 0. */
uint64_t sync_delay_ms(uint64_t interval_ms, uint32_t at_random);
