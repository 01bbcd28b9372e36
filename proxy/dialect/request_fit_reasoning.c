/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_fit_reasoning.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"

#define TOP_P_MIN 0.95		/* beside thinking */

static void
report(struct reading *r, enum loss_kind kind)
{
	losses_add(r->losses, kind, "%s", r->words->effort);
}

static void
drop(struct reading *r)
{
	r->request->reasoning.form = REASONING_UNSAID;
	report(r, LOSS_DROPPED);
}

/* Where thought is never off, the least of it is what was meant. */
static void
turn_off(struct reading *r)
{
	struct reasoning_wish *wish = &r->request->reasoning;

	if (model_has(r->target, THINKS_ALWAYS)) {
		wish->form = REASONING_ADAPTIVE;
		wish->effort = EFFORT_LOW;
		report(r, LOSS_ALTERED);
	} else if (!model_has(r->target, TAKES_ADAPTIVE) &&
	    !model_has(r->target, TAKES_BUDGET))
		wish->form = REASONING_UNSAID;	/* off it is */
}

/* Beside thinking, Messages takes these as they are by nature alone. */
static void
drop_sampling(struct reading *r)
{
	struct neutral_request *q = r->request;

	if (q->temperature != NULL &&
	    json_object_get_double(q->temperature) != 1.0)
		losses_add(r->losses, LOSS_DROPPED, "temperature");
	q->temperature = NULL;
	if (q->top_p != NULL && json_object_get_double(q->top_p) < TOP_P_MIN) {
		losses_add(r->losses, LOSS_DROPPED, "top_p");
		q->top_p = NULL;
	}
	if (q->top_k != NULL)
		losses_add(r->losses, LOSS_DROPPED, "top_k");
	q->top_k = NULL;
}

static void
make_adaptive(struct reading *r)
{
	struct reasoning_wish *wish = &r->request->reasoning;
	enum effort asked = effort_of_wish(wish);
	enum effort e = effort_for_claude(asked, r->target);

	if (e != asked)
		report(r, LOSS_ALTERED);
	wish->form = REASONING_ADAPTIVE;
	wish->effort = e;
	drop_sampling(r);
}

/*
 * A budget leaves room for an answer, a quarter of the limit where it would
 * take all; and no tool may be forced beside it.
 */
static void
make_budget(struct reading *r)
{
	struct neutral_request *q = r->request;
	struct reasoning_wish *wish = &q->reasoning;
	enum effort asked = effort_of_wish(wish);
	int64_t budget = wish->form == REASONING_BUDGET ? wish->budget
	    : effort_budget(asked);

	if (budget >= q->max_tokens)
		budget = q->max_tokens - q->max_tokens / 4;
	if (budget < BUDGET_MIN || q->choice.kind == CHOICE_REQUIRED ||
	    q->choice.kind == CHOICE_TOOL) {
		drop(r);
		return;
	}
	if (wish->form != REASONING_BUDGET && effort_of_budget(budget) != asked)
		report(r, LOSS_ALTERED);
	wish->form = REASONING_BUDGET;
	wish->budget = budget;
	drop_sampling(r);
}

static void
fit_for_messages(struct reading *r)
{
	if (r->request->reasoning.form == REASONING_OFF)
		turn_off(r);
	else if (model_has(r->target, TAKES_ADAPTIVE))
		make_adaptive(r);
	else if (model_has(r->target, TAKES_BUDGET))
		make_budget(r);
	else
		drop(r);
}

static void
fit_for_openai(struct reading *r)
{
	struct reasoning_wish *wish = &r->request->reasoning;
	enum effort asked = effort_of_wish(wish);
	enum effort e = effort_for_openai(asked, r->target);

	if (!model_has(r->target, TAKES_EFFORT)) {
		if (wish->form != REASONING_OFF)
			report(r, LOSS_DROPPED);
		wish->form = REASONING_UNSAID;
		return;
	}
	if (e != asked || (wish->form == REASONING_BUDGET &&
	    effort_budget(e) != wish->budget))
		report(r, LOSS_ALTERED);
	wish->form = e != EFFORT_UNSAID ? REASONING_EFFORT : REASONING_UNSAID;
	wish->effort = e;
}

void
request_fit_reasoning(struct reading *r)
{
	if (r->request->reasoning.form == REASONING_UNSAID)
		return;
	if (r->options->to == DIALECT_ANTHROPIC)
		fit_for_messages(r);
	else
		fit_for_openai(r);
}
