/* SPDX-License-Identifier: ISC */
/*
 * advice: which targets would suit what an agent used.  Pure.
 *
 * Of each tier the cheapest model counts, those first that have a key.  Amounts
 * are US dollars of a day; what cannot be known is null, never a number that is
 * none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/json/price_list.h"

struct json_object;
struct run_call;

#define ADVICE_DAYS 7

enum advice_objective { ADVICE_QUALITY = 1, ADVICE_BALANCED, ADVICE_COST };
/* 0: none of these. */
enum advice_objective advice_objective_find(const char *name);

/* What an agent used in ADVICE_DAYS. */
struct advice_history {
	uint64_t n_calls;
	uint64_t input;		/* tokens that no cache had */
	uint64_t output, cache_read, cache_write;
};
void advice_history_add(struct advice_history *, const struct run_call *,
    const struct price_list *);

struct advice_case {
	const char *agent;
	const char *protocol;	/* of the models; NULL: any */
	enum advice_objective objective;
	double budget_usd;	/* of a day; 0: none was given */
	struct advice_history history;
	const struct price_list *prices;
	struct json_object *credentials;	/* vault_view; NULL: unknown */
	bool has_policy;	/* a route would not count */
};

/* Appends to an array {agent, rationale, policy, estimatedSpendDay,
 * applyCommand, hasKey}. */
void advice_give(const struct advice_case *, struct json_object *suggestions);

/* A word that a shell takes as it is; the caller frees it. */
char *advice_quote(const char *word);
