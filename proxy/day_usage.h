/* SPDX-License-Identifier: ISC */
/*
 * day_usage: what was used on one day, by each agent and each leg of a bundle.
 *
 * Kept in memory, in constant time per call; no clock, no file (run_meter.h
 * turns the day and reads the run log back after a start).  Calls count from
 * their beginning, so that many at once do not all see the same old number;
 * what they will cost is taken to be what a call cost today on average.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct day_usage;
struct model_ref;

struct usage_totals {
	uint64_t n_calls;	/* that have ended, however they did */
	uint64_t n_in_flight;
	uint64_t n_unpriced;	/* of n_calls: what they cost is not known */
	double spend_usd;	/* of the others */
};

/* Calls that have begun. */
uint64_t usage_calls(const struct usage_totals *);

/* What was spent, and what those in flight are expected to add. */
double usage_spend(const struct usage_totals *);

/* Who is to be counted.  Borrowed by calls that take it. */
struct usage_holder {
	const char *agent;
	const char *plan;	/* the bundle's id, or NULL: no leg counts */
	const struct model_ref *leg;	/* as the bundle names it */
};

/* NULL when out of memory. */
struct day_usage *day_usage_new(void);
void day_usage_free(struct day_usage *);

/* Another day: all counts are 0, but for what is in flight. */
void day_usage_clear(struct day_usage *);

/* What a call has cost; is_priced is false when nobody knows. */
struct usage_cost {
	bool is_priced;
	double usd;
};

/* false when there is no memory: then the call is not to be ended. */
bool day_usage_begin(struct day_usage *, const struct usage_holder *);
void day_usage_end(struct day_usage *, const struct usage_holder *begun,
    const struct usage_holder *ended, const struct usage_cost *);

/* A call of the past; false when there is no memory. */
bool day_usage_add(struct day_usage *, const struct usage_holder *,
    const struct usage_cost *);

/* All 0 for one that has used nothing; 'u' may be NULL. */
struct usage_totals day_usage_agent(const struct day_usage *u,
    const char *agent);
struct usage_totals day_usage_leg(const struct day_usage *u, const char *plan,
    const struct model_ref *leg);
