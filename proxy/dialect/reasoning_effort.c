/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/reasoning_effort.h"

#include <stddef.h>

#include "proxy/dialect/model_traits.h"

static const struct {
	const char *name;
	int64_t budget;		/* from the word */
	int64_t up_to;		/* to the word; 0: never */
} efforts[EFFORTS] = {
	[EFFORT_NONE] = { "none", 0, 0 },
	[EFFORT_MINIMAL] = { "minimal", 1024, 0 },
	[EFFORT_LOW] = { "low", 1024, 1024 },
	[EFFORT_MEDIUM] = { "medium", 8192, 8192 },
	[EFFORT_HIGH] = { "high", 24576, 24576 },
	[EFFORT_XHIGH] = { "xhigh", 32768, 32768 },
	[EFFORT_MAX] = { "max", 128000, INT64_MAX },
};

/* Tried in this order until the model takes one; each row ends in the last. */
#define STEPS 4
static const enum effort claude_steps[EFFORTS][STEPS] = {
	[EFFORT_MINIMAL] = { EFFORT_LOW },
	[EFFORT_LOW] = { EFFORT_LOW },
	[EFFORT_MEDIUM] = { EFFORT_MEDIUM },
	[EFFORT_HIGH] = { EFFORT_HIGH },
	[EFFORT_XHIGH] = { EFFORT_XHIGH, EFFORT_MAX, EFFORT_HIGH },
	[EFFORT_MAX] = { EFFORT_MAX, EFFORT_XHIGH, EFFORT_HIGH },
};
static const enum effort openai_steps[EFFORTS][STEPS] = {
	[EFFORT_NONE] = { EFFORT_NONE, EFFORT_MINIMAL, EFFORT_LOW },
	[EFFORT_MINIMAL] = { EFFORT_MINIMAL, EFFORT_LOW },
	[EFFORT_LOW] = { EFFORT_LOW },
	[EFFORT_MEDIUM] = { EFFORT_MEDIUM },
	[EFFORT_HIGH] = { EFFORT_HIGH },
	[EFFORT_XHIGH] = { EFFORT_XHIGH, EFFORT_HIGH },
	[EFFORT_MAX] = { EFFORT_MAX, EFFORT_XHIGH, EFFORT_HIGH },
};

enum effort
effort_parse(struct text word)
{
	for (int e = EFFORT_NONE; e < EFFORTS; e++)
		if (text_is(word, efforts[e].name))
			return (enum effort)e;
	return EFFORT_UNSAID;
}

const char *
effort_name(enum effort e)
{
	return efforts[e].name;
}

int64_t
effort_budget(enum effort e)
{
	return efforts[e].budget;
}

enum effort
effort_of_budget(int64_t tokens)
{
	for (int e = EFFORT_LOW; e < EFFORTS; e++)
		if (tokens <= efforts[e].up_to)
			return (enum effort)e;
	return EFFORT_MAX;
}

enum effort
effort_of_wish(const struct reasoning_wish *wish)
{
	switch (wish->form) {
	case REASONING_OFF:
		return EFFORT_NONE;
	case REASONING_ADAPTIVE:
		return wish->effort != EFFORT_UNSAID ? wish->effort
		    : EFFORT_HIGH;	/* what Claude itself takes for it */
	case REASONING_BUDGET:
		return wish->effort != EFFORT_UNSAID ? wish->effort
		    : effort_of_budget(wish->budget);
	case REASONING_EFFORT:
		return wish->effort;
	case REASONING_UNSAID:
		break;
	}
	return EFFORT_UNSAID;
}

static bool
takes(const struct model_traits *m, enum effort e)
{
	switch (e) {
	case EFFORT_NONE:
		return model_has(m, TAKES_EFFORT_NONE);
	case EFFORT_MINIMAL:
		return model_has(m, TAKES_MINIMAL);
	case EFFORT_XHIGH:
		return model_has(m, TAKES_XHIGH);
	case EFFORT_MAX:
		return model_has(m, TAKES_MAX);
	default:
		return true;
	}
}

static enum effort
nearest(const enum effort steps[STEPS], const struct model_traits *m)
{
	for (int i = 0; i < STEPS && steps[i] != EFFORT_UNSAID; i++)
		if (takes(m, steps[i]))
			return steps[i];
	return EFFORT_UNSAID;
}

enum effort
effort_for_claude(enum effort e, const struct model_traits *m)
{
	return nearest(claude_steps[e], m);
}

enum effort
effort_for_openai(enum effort e, const struct model_traits *m)
{
	return nearest(openai_steps[e], m);
}
