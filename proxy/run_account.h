/* SPDX-License-Identifier: ISC */
/*
 * run_account: what a request is counted for, and written down as.
 */
#pragma once

#include "proxy/day_usage.h"

struct request;

/* A call to a provider has a target: it counts from here on. */
void run_account_begin(struct request *);

/* The attempt under way has failed, and another follows: what it took stays. */
void run_account_put_by(struct request *);

/* It is over, however it ended: its cost is counted, its record written. */
void run_account_end(struct request *);
