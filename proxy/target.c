/* SPDX-License-Identifier: ISC */
#include "proxy/target.h"

#include <stdio.h>
#include <string.h>

const char *
target_source_name(enum target_source source)
{
	static const char *const names[] = {
		[TARGET_NONE] = "none",
		[TARGET_CLOUD] = "cloud",
		[TARGET_LOCAL] = "local",
	};

	return names[source];
}

static bool
follow_plan(const struct binding *b, const struct plan_list *plans,
    const char *kind, struct target *t)
{
	const struct plan *p = plans_find(plans, b->plan);

	if (p == NULL || !p->is_enabled) {
		snprintf(t->reason, sizeof t->reason,
		    "the cloud's binding names %s %s, which is %s", kind,
		    b->plan, p == NULL ? "unknown" : "disabled");
		return false;
	}
	snprintf(t->reason, sizeof t->reason, "cloud binding: %s %s", kind,
	    p->id);
	t->ref = &p->target;
	t->plan = p->id;
	return true;
}

static bool
follow_binding(const struct routing *r, const char *agent, struct target *t)
{
	const struct snapshot *s = routing_snapshot(r);
	const struct binding *b = s != NULL ?
	    bindings_find(&s->bindings, agent) : NULL;

	if (b == NULL)
		return false;
	if (b->kind == BINDING_POLICY)
		return follow_plan(b, &s->policies, "policy", t);
	if (b->kind == BINDING_BUNDLE)
		return follow_plan(b, &s->bundles, "bundle", t);
	t->ref = &b->target;
	snprintf(t->reason, sizeof t->reason, "cloud binding: static");
	return true;
}

void
target_choose(const struct routing *r, const char *agent, struct target *t)
{
	const struct route *route;
	size_t len;

	*t = (struct target) { .source = TARGET_NONE };
	if (follow_binding(r, agent, t)) {
		t->source = TARGET_CLOUD;
		return;
	}
	route = routing_route(r, agent);
	len = strlen(t->reason);
	snprintf(t->reason + len, sizeof t->reason - len, "%s%s",
	    len > 0 ? "; " : "", route != NULL ? "local route" :
	    len > 0 ? "no local route" : "no binding and no route");
	if (route == NULL)
		return;
	t->source = TARGET_LOCAL;
	t->ref = &route->target;
}

const char *
target_model(const struct target *t)
{
	return t->ref == NULL || t->ref->model[0] == '\0' ||
	    strcmp(t->ref->model, "*") == 0 ? NULL : t->ref->model;
}
