/* SPDX-License-Identifier: ISC */
#include "proxy/failover_answer.h"

#include <json-c/json.h>

#include "proxy/central_check.h"
#include "proxy/clock.h"
#include "proxy/health.h"
#include "proxy/iso_time.h"
#include "proxy/proxy.h"
#include "proxy/routing.h"
#include "proxy/routing_files.h"

static void
add(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

/* Whole seconds until it is tried again; null when that is not known. */
static struct json_object *
seconds_left(const struct health *h)
{
	int64_t left_ms = h->until_ms - clock_mono_ms();

	if (h->circuit != CIRCUIT_OPEN)
		return NULL;
	return json_object_new_int64(left_ms > 0 ? (left_ms + 999) / 1000 : 0);
}

struct json_object *
failover_answer_health(const struct proxy *p)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < p->health.n; i++) {
		const struct health *h = &p->health.targets[i];
		struct json_object *o = json_object_new_object();

		add(o, "provider", json_object_new_string(h->target.provider));
		add(o, "model", json_object_new_string(h->target.model));
		add(o, "circuit",
		    json_object_new_string(circuit_name(h->circuit)));
		add(o, "failures", json_object_new_int64(h->n_failures));
		add(o, "retryInSeconds", seconds_left(h));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *
last_check(const struct proxy *p, const char *model)
{
	const struct central_known *k = central_memory_find(&p->central,
	    model);
	struct json_object *o;
	char at[ISO_TIME_TEXT];

	if (k == NULL)
		return NULL;
	o = json_object_new_object();
	iso_time_format(k->at_ms, at);
	add(o, "at", json_object_new_string(at));
	add(o, "outcome",
	    json_object_new_string(central_outcome_name(k->outcome)));
	return o;
}

struct json_object *
failover_answer_list(const struct proxy *p)
{
	const struct failover_list *all =
	    routing_failovers(routing_files_current(p->files));
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < all->n; i++) {
		const struct failover *f = &all->items[i];
		struct json_object *o = json_object_new_object();

		add(o, "central", json_object_new_string(f->central));
		add(o, "provider", json_object_new_string(f->provider));
		add(o, "lastCheck", last_check(p, f->central));
		json_object_array_add(list, o);
	}
	return list;
}
