/* SPDX-License-Identifier: ISC */
/*
 * routing: everything that decides where a request goes, as it was at one
 * moment.
 *
 * Never changes once made.  A request keeps the one that was in force when it
 * began until it has ended, so that a reload touches nothing that is under way;
 * the parts that a reload did not change are shared by the old and the new one.
 */
#pragma once

#include "proxy/failovers.h"
#include "common/json/price_list.h"
#include "proxy/plans.h"
#include "proxy/providers.h"
#include "proxy/routes.h"
#include "proxy/snapshot.h"

struct routing;

/* Nothing but the built-in providers, and no prices.  NULL when out of memory. */
struct routing *routing_new(void);

/* One more user, one less; the last one frees it.  NULL is allowed in unref. */
struct routing *routing_ref(struct routing *);
void routing_unref(struct routing *);

/*
 * As 'old', with one part replaced, which is taken over in any case (*list is
 * empty then; a snapshot may be NULL for none).  NULL when out of memory.
 */
struct routing *routing_with_providers(const struct routing *old,
    struct provider_list *list, struct problems *);
struct routing *routing_with_routes(const struct routing *old,
    struct route_list *list);
struct routing *routing_with_policies(const struct routing *old,
    struct plan_list *list);
struct routing *routing_with_prices(const struct routing *old,
    struct price_list *list);
struct routing *routing_with_snapshot(const struct routing *old,
    struct snapshot *snapshot);

/* I8: built in, else registered here, else of the cloud, else NULL. */
const struct provider *routing_provider(const struct routing *,
    const char *id);

/* Who stands in for a central server's models. */
const struct failover_list *routing_failovers(const struct routing *);

/* NULL: none. */
const struct route *routing_route(const struct routing *, const char *agent);
const struct plan *routing_policy(const struct routing *, const char *agent);
const struct price_list *routing_prices(const struct routing *);
const struct snapshot *routing_snapshot(const struct routing *);

/* The 'n'-th list of providers, in the order in which they count, or NULL. */
const struct provider_list *routing_providers(const struct routing *,
    unsigned n);
