/* SPDX-License-Identifier: ISC */
/*
 * target: which provider and model an agent's request goes to, and why.
 *
 * The cloud's binding for the agent counts first, then the local route.  The
 * same function serves requests and "cofferdam status", so that what is shown
 * is what happens.
 */
#pragma once

#include "proxy/routing.h"

#define TARGET_REASON_MAX 256	/* bytes, with the NUL */

enum target_source { TARGET_NONE, TARGET_CLOUD, TARGET_LOCAL };

/* Points into the routing. */
struct target {
	enum target_source source;
	const struct model_ref *ref;	/* NULL: there is none */
	const char *plan;	/* id of the policy or bundle, or NULL */
	const struct model_ref *failover;	/* the plan's second, or NULL */
	char reason[TARGET_REASON_MAX];
};

/* "cloud", "local" or "none"; static storage. */
const char *target_source_name(enum target_source);

void target_choose(const struct routing *, const char *agent,
    struct target *);

/* The model to put into a request; NULL when the client's stays. */
const char *target_model(const struct target *);
