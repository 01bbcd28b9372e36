/* SPDX-License-Identifier: ISC */
#include "proxy/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proxy/plan_choice.h"

#define SNAPSHOT "cloud/snapshot.json"
#define ROUTES "routing/routes.json"
#define POLICIES "routing/policies.json"

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

/* Behind what is said already. */
static void __attribute__((format(printf, 2, 3)))
say(struct target *t, const char *fmt, ...)
{
	size_t len = strlen(t->reason);
	va_list ap;

	if (len > 0 && len + 2 < sizeof t->reason) {
		memcpy(t->reason + len, "; ", 3);
		len += 2;
	}
	va_start(ap, fmt);
	vsnprintf(t->reason + len, sizeof t->reason - len, fmt, ap);
	va_end(ap);
}

static void
settle(struct target *t, enum target_source source, const char *file,
    const struct model_ref *ref)
{
	t->source = source;
	t->file = file;
	t->ref = ref;
}

static void
follow_plan(const struct target_wish *w, const struct plan *p,
    struct target *t)
{
	struct plan_choice c;

	plan_choose(p, w->agent, w->usage, &c);
	t->plan = p;
	t->ref = c.ref;
	t->failover = c.failover;
	t->step = c.step;
	if (c.reason[0] != '\0')
		say(t, "%s", c.reason);
	if (c.ref == NULL)
		t->why_none = ERR_CAPS_REACHED;
}

static bool
follow_binding(const struct target_wish *w, struct target *t)
{
	const struct snapshot *s = routing_snapshot(w->routing);
	const struct binding *b = s != NULL ?
	    bindings_find(&s->bindings, w->agent) : NULL;
	bool is_policy = b != NULL && b->kind == BINDING_POLICY;
	const char *kind = is_policy ? "policy" : "bundle";
	const struct plan *p;

	if (b == NULL)
		return false;
	if (w->is_stale) {
		settle(t, TARGET_CLOUD, SNAPSHOT, NULL);
		say(t, "cloud binding: of a snapshot of %.32s",
		    s->synced_at);
		t->why_none = ERR_SNAPSHOT_STALE;
		return true;
	}
	if (b->kind == BINDING_STATIC) {
		settle(t, TARGET_CLOUD, SNAPSHOT, &b->target);
		say(t, "cloud binding: static");
		return true;
	}
	p = plans_find(is_policy ? &s->policies : &s->bundles, b->plan);
	if (p == NULL || !p->is_enabled) {
		say(t, "the cloud's binding names %s %s, which is %s", kind,
		    b->plan, p == NULL ? "unknown" : "disabled");
		return false;
	}
	say(t, "cloud binding: %s %s", kind, p->id);
	settle(t, TARGET_CLOUD, SNAPSHOT, NULL);
	follow_plan(w, p, t);
	return true;
}

static bool
follow_local_policy(const struct target_wish *w, struct target *t)
{
	const struct plan *p = routing_policy(w->routing, w->agent);

	if (p == NULL)
		return false;
	say(t, "local policy %s", p->id);
	settle(t, TARGET_LOCAL, POLICIES, NULL);
	follow_plan(w, p, t);
	return true;
}

static void
follow_route(const struct target_wish *w, const struct route *route,
    struct target *t)
{
	const struct route_alias *alias = w->model != NULL ?
	    route_alias_find(route, w->model) : NULL;

	say(t, "%slocal route", route->is_pinned ? "pinned " : "");
	settle(t, TARGET_LOCAL, ROUTES, &route->target);
	if (alias == NULL)
		return;
	say(t, "alias %.64s%s", alias->pattern, alias->is_prefix ? "*" : "");
	t->ref = &alias->target;
}

const struct provider *
target_provider(const struct target_wish *w, const char *id, struct err *err)
{
	const struct provider *found = routing_provider(w->routing, id);

	if (found == NULL)
		err_set(err, ERR_UNKNOWN_PROVIDER, "%s", id);
	else if (found->source == SOURCE_CLOUD && w->is_stale) {
		err_set(err, ERR_SNAPSHOT_STALE, "%s comes from it", id);
		found = NULL;
	}
	return found;
}

void
target_choose(const struct target_wish *w, struct target *t)
{
	const struct route *route = routing_route(w->routing, w->agent);

	*t = (struct target) { .source = TARGET_NONE };
	if (route != NULL && route->is_pinned) {
		follow_route(w, route, t);
		return;
	}
	if (follow_binding(w, t) || follow_local_policy(w, t))
		return;
	if (route != NULL) {
		follow_route(w, route, t);
		return;
	}
	say(t, t->reason[0] != '\0' ? "no local policy and no route" :
	    "no binding, no policy and no route");
	t->why_none = ERR_NO_ROUTE;
}

const char *
target_model(const struct target *t)
{
	return t->ref == NULL || t->ref->model[0] == '\0' ||
	    strcmp(t->ref->model, "*") == 0 ? NULL : t->ref->model;
}

bool
target_depends_on_model(const struct routing *r, const char *agent)
{
	const struct route *route = routing_route(r, agent);

	return route != NULL && route->n_aliases > 0;
}

const char *
target_policy_id(const struct target *t)
{
	return t->plan != NULL ? t->plan->id : NULL;
}

const char *
target_policy_source(const struct target *t)
{
	if (t->source == TARGET_LOCAL && t->plan == NULL)
		return "none";
	return target_source_name(t->source);
}
