/* SPDX-License-Identifier: ISC */
/*
 * run_meter: what was used today, UTC.
 *
 * When the day turns, and at the start, the counts are those of the run log's
 * records that ended on that day: forward as a rule to none, and back after a
 * clock that was ahead has been set right.  A record's day is the one on which
 * it ended.  No more than RUN_METER_LINES are looked at, whatever the clock
 * says: a start takes two seconds at most.
 */
#pragma once

#include <stdint.h>

#include "proxy/day_usage.h"

#define RUN_METER_LINES 300000

struct run_log;
struct run_meter;

/* NULL when out of memory. */
struct run_meter *run_meter_new(void);
void run_meter_free(struct run_meter *);

/* Where to read back from, borrowed; counts begin anew. */
void run_meter_set_log(struct run_meter *, struct run_log *);

/* The counts of the day that this moment is in. */
struct day_usage *run_meter_day(struct run_meter *, int64_t utc_ms);
