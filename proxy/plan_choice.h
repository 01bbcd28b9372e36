/* SPDX-License-Identifier: ISC */
/*
 * plan_choice: where a policy or a bundle leads, given what was used today.
 *
 * Of a policy's steps the highest one that is reached counts: of those reached
 * by spend the one with the highest amount, of those reached by calls the one
 * with the highest number, and of these two the one that stands later.  Of a
 * bundle the first leg counts whose caps are not reached.
 */
#pragma once

#include "proxy/day_usage.h"
#include "proxy/plans.h"

#define CHOICE_REASON_MAX 192	/* bytes, with the NUL */

/* Points into the plan. */
struct plan_choice {
	const struct model_ref *ref;	/* NULL: all legs are used up */
	const struct model_ref *failover;	/* or NULL */
	const struct plan_step *step;	/* NULL: a policy's own target */
	char reason[CHOICE_REASON_MAX];
};

/* 'usage' may be NULL: nothing was used. */
void plan_choose(const struct plan *, const char *agent,
    const struct day_usage *usage, struct plan_choice *);

/* Have these totals reached the step's trigger, or the leg's cap? */
bool plan_step_is_reached(const struct plan_step *,
    const struct usage_totals *);
