/* SPDX-License-Identifier: ISC */
#include "proxy/plan_choice.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * Ten calls of $0.10 are $1.00, which their sum in binary falls short of; less
 * than any amount that a step can be meant to tell apart.
 */
#define ROUNDING_USD 1e-6

static bool
has_spent(const struct plan_step *s, const struct usage_totals *t)
{
	return s->has_spend && usage_spend(t) >= s->spend_usd - ROUNDING_USD;
}

static bool
has_called(const struct plan_step *s, const struct usage_totals *t)
{
	return s->has_calls && usage_calls(t) >= s->n_calls;
}

bool
plan_step_is_reached(const struct plan_step *s, const struct usage_totals *t)
{
	return has_spent(s, t) || has_called(s, t);
}

static void
choose_step(const struct plan *p, const struct usage_totals *t,
    struct plan_choice *c)
{
	const struct plan_step *spent = NULL, *called = NULL;

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		if (has_spent(s, t) &&
		    (spent == NULL || s->spend_usd >= spent->spend_usd))
			spent = s;
		if (has_called(s, t) &&
		    (called == NULL || s->n_calls >= called->n_calls))
			called = s;
	}
	c->step = spent;
	if (spent == NULL || (called != NULL && called->place > spent->place))
		c->step = called;
	if (c->step == NULL)
		snprintf(c->reason, sizeof c->reason, "$%.4f/day and calls "
		    "%" PRIu64 "/day reach no step", t->spend_usd,
		    usage_calls(t));
	else if (c->step == spent)
		snprintf(c->reason, sizeof c->reason,
		    "step %zu: $%.4f/day >= $%.2f", c->step->place + 1,
		    usage_spend(t), spent->spend_usd);
	else
		snprintf(c->reason, sizeof c->reason, "step %zu: calls "
		    "%" PRIu64 "/day >= %" PRIu64, c->step->place + 1,
		    usage_calls(t), called->n_calls);
}

static void
choose_policy(const struct plan *p, const char *agent,
    const struct day_usage *usage, struct plan_choice *c)
{
	struct usage_totals t = day_usage_agent(usage, agent);

	if (p->n_steps > 0)
		choose_step(p, &t, c);
	c->ref = c->step != NULL ? &c->step->target : &p->target;
	if (p->has_failover && !model_ref_equals(c->ref, &p->failover))
		c->failover = &p->failover;
}

static void
choose_leg(const struct plan *p, const struct day_usage *usage,
    struct plan_choice *c)
{
	size_t n_used_up = 0;

	for (size_t i = 0; i < p->n_steps && c->failover == NULL; i++) {
		const struct plan_step *s = &p->steps[i];
		struct usage_totals t = day_usage_leg(usage, p->id,
		    &s->target);

		if (plan_step_is_reached(s, &t))
			n_used_up += c->ref == NULL;
		else if (c->ref == NULL) {
			c->ref = &s->target;
			c->step = s;
		} else if (!model_ref_equals(c->ref, &s->target))
			c->failover = &s->target;
	}
	if (c->ref == NULL)
		snprintf(c->reason, sizeof c->reason,
		    "all %zu legs have reached their caps for today",
		    p->n_steps);
	else
		snprintf(c->reason, sizeof c->reason, "leg of priority "
		    "%" PRId64 "%s", c->step->priority, n_used_up > 0 ?
		    ", those before it have reached their caps for today"
		    : "");
}

void
plan_choose(const struct plan *p, const char *agent,
    const struct day_usage *usage, struct plan_choice *c)
{
	*c = (struct plan_choice) { .ref = NULL };
	if (p->kind == PLAN_BUNDLE)
		choose_leg(p, usage, c);
	else
		choose_policy(p, agent, usage, c);
}
