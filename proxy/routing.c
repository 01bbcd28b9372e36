/* SPDX-License-Identifier: ISC */
#include "proxy/routing.h"

#include <stdlib.h>

/* One part, with the number of routings that have it. */
struct part {
	unsigned n_users;
	struct provider_list providers;
	struct failover_list failovers;	/* of these providers */
	struct route_list routes;
	struct plan_list policies;
	struct price_list prices;
	struct snapshot *snapshot;
};

enum { PROVIDERS, ROUTES, POLICIES, PRICES, SNAPSHOT, PARTS };

struct routing {
	unsigned n_users;
	struct part *parts[PARTS];
};

static struct part *
part_new(void)
{
	struct part *p = calloc(1, sizeof *p);

	if (p != NULL)
		p->n_users = 1;
	return p;
}

static void
part_unref(struct part *p)
{
	if (p == NULL || --p->n_users > 0)
		return;
	failovers_reset(&p->failovers);
	providers_reset(&p->providers);
	routes_reset(&p->routes);
	plans_reset(&p->policies);
	price_list_reset(&p->prices);
	snapshot_free(p->snapshot);
	free(p);
}

struct routing *
routing_new(void)
{
	struct routing *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->n_users = 1;
	for (int i = 0; i < PARTS; i++)
		if ((r->parts[i] = part_new()) == NULL) {
			routing_unref(r);
			return NULL;
		}
	return r;
}

struct routing *
routing_ref(struct routing *r)
{
	r->n_users++;
	return r;
}

void
routing_unref(struct routing *r)
{
	if (r == NULL || --r->n_users > 0)
		return;
	for (int i = 0; i < PARTS; i++)
		part_unref(r->parts[i]);
	free(r);
}

/* Takes over one use of 'part', which may be NULL after a failure. */
static struct routing *
replace(const struct routing *old, int which, struct part *part)
{
	struct routing *r = calloc(1, sizeof *r);

	if (r == NULL || part == NULL) {
		part_unref(part);
		free(r);
		return NULL;
	}
	r->n_users = 1;
	for (int i = 0; i < PARTS; i++) {
		r->parts[i] = i == which ? part : old->parts[i];
		r->parts[i]->n_users += i != which;
	}
	return r;
}

struct routing *
routing_with_providers(const struct routing *old, struct provider_list *list,
    struct problems *problems)
{
	struct part *part = part_new();

	if (part == NULL)
		providers_reset(list);
	else {
		part->providers = *list;
		failovers_read(&part->failovers, &part->providers, problems);
	}
	*list = (struct provider_list) { .n = 0 };
	return replace(old, PROVIDERS, part);
}

struct routing *
routing_with_routes(const struct routing *old, struct route_list *list)
{
	struct part *part = part_new();

	if (part == NULL)
		routes_reset(list);
	else
		part->routes = *list;
	*list = (struct route_list) { .n = 0 };
	return replace(old, ROUTES, part);
}

struct routing *
routing_with_policies(const struct routing *old, struct plan_list *list)
{
	struct part *part = part_new();

	if (part == NULL)
		plans_reset(list);
	else
		part->policies = *list;
	*list = (struct plan_list) { .n = 0 };
	return replace(old, POLICIES, part);
}

struct routing *
routing_with_prices(const struct routing *old, struct price_list *list)
{
	struct part *part = part_new();

	if (part == NULL)
		price_list_reset(list);
	else
		part->prices = *list;
	*list = (struct price_list) { .n = 0 };
	return replace(old, PRICES, part);
}

struct routing *
routing_with_snapshot(const struct routing *old, struct snapshot *snapshot)
{
	struct part *part = part_new();

	if (part == NULL)
		snapshot_free(snapshot);
	else
		part->snapshot = snapshot;
	return replace(old, SNAPSHOT, part);
}

const struct provider_list *
routing_providers(const struct routing *r, unsigned n)
{
	static const struct provider_list none;

	switch (n) {
	case 0:
		return providers_builtin();
	case 1:
		return &r->parts[PROVIDERS]->providers;
	case 2:
		return r->parts[SNAPSHOT]->snapshot == NULL ? &none :
		    &r->parts[SNAPSHOT]->snapshot->providers;
	default:
		return NULL;
	}
}

const struct provider *
routing_provider(const struct routing *r, const char *id)
{
	const struct provider_list *list;

	for (unsigned n = 0; (list = routing_providers(r, n)) != NULL; n++) {
		const struct provider *p = providers_find(list, id);

		if (p != NULL)
			return p;
	}
	return NULL;
}

const struct failover_list *
routing_failovers(const struct routing *r)
{
	return &r->parts[PROVIDERS]->failovers;
}

const struct route *
routing_route(const struct routing *r, const char *agent)
{
	return routes_find(&r->parts[ROUTES]->routes, agent);
}

const struct plan *
routing_policy(const struct routing *r, const char *agent)
{
	return plans_find_local(&r->parts[POLICIES]->policies, agent);
}

const struct price_list *
routing_prices(const struct routing *r)
{
	return &r->parts[PRICES]->prices;
}

const struct snapshot *
routing_snapshot(const struct routing *r)
{
	return r->parts[SNAPSHOT]->snapshot;
}
