/* SPDX-License-Identifier: ISC */
/*
 * inflight: how many requests each agent has in flight, and how much memory the
 * bodies of all take.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct inflight;

/* NULL when out of memory. */
struct inflight *inflight_new(void);
void inflight_free(struct inflight *);

/* ERR_TOO_MANY_REQUESTS when the agent has 'n_max' already. */
bool inflight_add(struct inflight *, const char *agent, uint64_t n_max,
    struct err *);
void inflight_remove(struct inflight *, const char *agent);
uint64_t inflight_count(const struct inflight *);

/* Memory for all bodies together. */
struct body_budget {
	uint64_t used;		/* bytes */
};

/* ERR_OVERLOADED when 'len' more bytes would exceed 'max'. */
bool body_budget_take(struct body_budget *, uint64_t len, uint64_t max,
    struct err *);
void body_budget_return(struct body_budget *, uint64_t len);
