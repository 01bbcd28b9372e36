/* SPDX-License-Identifier: ISC */
/*
 * target: which provider and model an agent's request goes to, and why.
 *
 *	a pinned local route, else the cloud's binding, else the local policy,
 *	else the local route, else none
 *
 * A binding that leads nowhere (its plan is unknown or disabled) is none; one of
 * a snapshot that is too old is an error, for nobody knows what holds now.  A
 * route has aliases for some of the models that a client asks for.  The same
 * function serves requests and "cofferdam status", so that what is shown is
 * what happens.
 */
#pragma once

#include "common/errors.h"
#include "proxy/day_usage.h"
#include "proxy/routing.h"

#define TARGET_REASON_MAX 320	/* bytes, with the NUL */

enum target_source { TARGET_NONE, TARGET_CLOUD, TARGET_LOCAL };

/* Who asks.  'model' is what the client asks for: NULL or "" when unknown. */
struct target_wish {
	const struct routing *routing;
	const struct day_usage *usage;	/* of today; NULL: nothing was used */
	const char *agent;
	const char *model;
	bool is_stale;		/* the snapshot is too old to be followed */
};

/* Points into the routing. */
struct target {
	enum target_source source;
	const struct model_ref *ref;	/* NULL: there is none */
	enum err_code why_none;	/* NO_ROUTE, CAPS_REACHED, SNAPSHOT_STALE */
	/* Where the request may go when 'ref' fails; NULL: nowhere. */
	const struct model_ref *failover;
	const struct plan *plan;	/* policy or bundle; NULL: neither */
	const struct plan_step *step;	/* the plan's that counts, or NULL */
	const char *file;	/* that says so: "routing/routes.json"; NULL */
	char reason[TARGET_REASON_MAX];
};

/* "cloud", "local" or "none"; static storage. */
const char *target_source_name(enum target_source);

void target_choose(const struct target_wish *, struct target *);

/*
 * The provider to call.  NULL with ERR_UNKNOWN_PROVIDER, or ERR_SNAPSHOT_STALE:
 * where it is was said by the cloud, and too long ago.
 */
const struct provider *target_provider(const struct target_wish *,
    const char *id, struct err *);

/* The model to put into a request; NULL when the client's stays. */
const char *target_model(const struct target *);

/* Does it depend on what the client asks for? */
bool target_depends_on_model(const struct routing *, const char *agent);

/* What run records put it down to: NULL, and "cloud", "local" or "none". */
const char *target_policy_id(const struct target *);
const char *target_policy_source(const struct target *);
