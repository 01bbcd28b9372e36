/* SPDX-License-Identifier: ISC */
/*
 * model_traits: what a model family takes, as data.
 *
 * A family is found by the beginning of the model's name, without the vendor
 * in front ("openai/gpt-5.5", "us.anthropic.claude-opus-5").  What is not
 * known gets the plainest form: what every compatible host takes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum trait {
	/* Messages */
	TAKES_ADAPTIVE = 1u << 0,	/* thinking adaptive, and effort */
	TAKES_BUDGET = 1u << 1,		/* thinking enabled + budget_tokens */
	THINKS_ALWAYS = 1u << 2,	/* refuses thinking disabled */
	TAKES_MID_SYSTEM = 1u << 3,	/* role system inside messages */
	FIXED_SAMPLING = 1u << 4,	/* no temperature, top_p, top_k; of all */
	NO_PREFILL = 1u << 5,		/* the last turn is not the assistant's */
	TAKES_FORMAT = 1u << 6,		/* a schema for its output; OpenAI's do */
	NO_FORCED_TOOL = 1u << 7,	/* tool_choice any or tool */
	/* Chat and Responses */
	IS_OPENAI = 1u << 8,		/* the vendor's own names and refusals */
	TAKES_EFFORT = 1u << 9,		/* reasoning effort; no temperature, stop */
	TAKES_EFFORT_NONE = 1u << 10,
	TAKES_DEVELOPER = 1u << 11,	/* role developer */
	WANTS_COMPLETION_TOKENS = 1u << 12,	/* max_completion_tokens */
	TAKES_BREAKPOINTS = 1u << 13,	/* prompt_cache_breakpoint */
	WANTS_REASONING_BACK = 1u << 14,	/* in each of its turns */
	TAKES_UNKNOWN = 1u << 15,	/* unknown members may be forwarded */
	SEARCHES = 1u << 16,		/* web_search_options */
	/* any */
	TAKES_XHIGH = 1u << 20,
	TAKES_MAX = 1u << 21,
	TAKES_MINIMAL = 1u << 22,
	IS_CLAUDE = 1u << 23,
};

struct model_traits {
	const char *prefix;	/* of the bare name; "" is the rest */
	const char *family;	/* of sealed reasoning: see carrier.h */
	uint32_t traits;	/* enum trait */
	int64_t output_max;	/* tokens; 0: unknown */
};

/* Never NULL; static storage. */
const struct model_traits *model_traits_find(const char *model);

static inline bool
model_has(const struct model_traits *m, enum trait trait)
{
	return (m->traits & (uint32_t)trait) != 0;
}

/*
 * The family that carriers name: the table's, or else the bare name, which
 * points into 'model'.
 */
const char *model_family(const char *model);
