/* SPDX-License-Identifier: ISC */
/*
 * clock: the two clocks of this process.
 */
#pragma once

#include <stdint.h>

/* For deadlines and ages; coarse (some milliseconds), and cheap. */
int64_t clock_mono_ms(void);

/* For records that people read. */
int64_t clock_utc_ms(void);
