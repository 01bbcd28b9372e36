/* SPDX-License-Identifier: ISC */
#include "proxy/day_usage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proxy/routes.h"

#define SLOTS 1024
/* Ids hold no line feed, models no control character. */
#define NAME_MAX_LEN (2 * IPC_NAME_TEXT + MODEL_MAX + 4)

struct entry {
	SLIST_ENTRY(entry) next;
	struct usage_totals totals;
	char name[];
};

SLIST_HEAD(slot, entry);

/* An entry stays once it was used: agents and legs are few. */
struct day_usage {
	struct slot slots[SLOTS];
};

uint64_t
usage_calls(const struct usage_totals *t)
{
	return t->n_calls + t->n_in_flight;
}

double
usage_spend(const struct usage_totals *t)
{
	uint64_t n_priced = t->n_calls - t->n_unpriced;

	if (n_priced == 0)
		return t->spend_usd;
	return t->spend_usd + t->spend_usd / (double)n_priced *
	    (double)t->n_in_flight;
}

static void
name_agent(char name[NAME_MAX_LEN], const char *agent)
{
	snprintf(name, NAME_MAX_LEN, "%s", agent);
}

static void
name_leg(char name[NAME_MAX_LEN], const char *plan,
    const struct model_ref *leg)
{
	snprintf(name, NAME_MAX_LEN, "%s\n%s\n%s", plan, leg->provider,
	    leg->model);
}

/* FNV-1a; names come from files of ours and the broker, not from clients. */
static size_t
slot_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash % SLOTS;
}

static struct entry *
find(const struct day_usage *u, const char *name)
{
	struct entry *e;

	SLIST_FOREACH(e, &u->slots[slot_of(name)], next)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

static struct entry *
find_or_add(struct day_usage *u, const char *name)
{
	struct entry *e = find(u, name);

	if (e != NULL)
		return e;
	e = calloc(1, sizeof *e + strlen(name) + 1);
	if (e == NULL)
		return NULL;
	memcpy(e->name, name, strlen(name) + 1);
	SLIST_INSERT_HEAD(&u->slots[slot_of(name)], e, next);
	return e;
}

/* What a holder's call counts for; the second is NULL without a plan. */
static bool
find_entries(struct day_usage *u, const struct usage_holder *h,
    struct entry *found[2])
{
	char name[NAME_MAX_LEN];

	name_agent(name, h->agent);
	found[0] = find_or_add(u, name);
	found[1] = NULL;
	if (h->plan == NULL)
		return found[0] != NULL;
	name_leg(name, h->plan, h->leg);
	found[1] = find_or_add(u, name);
	return found[0] != NULL && found[1] != NULL;
}

struct day_usage *
day_usage_new(void)
{
	return calloc(1, sizeof(struct day_usage));
}

void
day_usage_free(struct day_usage *u)
{
	struct entry *e;

	for (size_t i = 0; u != NULL && i < SLOTS; i++)
		while ((e = SLIST_FIRST(&u->slots[i])) != NULL) {
			SLIST_REMOVE_HEAD(&u->slots[i], next);
			free(e);
		}
	free(u);
}

void
day_usage_clear(struct day_usage *u)
{
	struct entry *e;

	for (size_t i = 0; i < SLOTS; i++)
		SLIST_FOREACH(e, &u->slots[i], next)
			e->totals = (struct usage_totals) {
			    .n_in_flight = e->totals.n_in_flight };
}

bool
day_usage_begin(struct day_usage *u, const struct usage_holder *h)
{
	struct entry *found[2];

	if (!find_entries(u, h, found))
		return false;
	for (int i = 0; i < 2 && found[i] != NULL; i++)
		found[i]->totals.n_in_flight++;
	return true;
}

static void
land(struct day_usage *u, const struct usage_holder *begun)
{
	struct entry *found[2];

	/* They are there since it began. */
	find_entries(u, begun, found);
	for (int i = 0; i < 2 && found[i] != NULL; i++) {
		assert(found[i]->totals.n_in_flight > 0);
		found[i]->totals.n_in_flight--;
	}
}

bool
day_usage_add(struct day_usage *u, const struct usage_holder *h,
    const struct usage_cost *cost)
{
	struct entry *found[2];

	if (!find_entries(u, h, found))
		return false;
	for (int i = 0; i < 2 && found[i] != NULL; i++) {
		struct usage_totals *t = &found[i]->totals;

		t->n_calls++;
		t->n_unpriced += !cost->is_priced;
		if (cost->is_priced)
			t->spend_usd += cost->usd;
	}
	return true;
}

void
day_usage_end(struct day_usage *u, const struct usage_holder *begun,
    const struct usage_holder *ended, const struct usage_cost *cost)
{
	land(u, begun);
	day_usage_add(u, ended, cost);
}

static struct usage_totals
totals_of(const struct day_usage *u, const char *name)
{
	const struct entry *e = u != NULL ? find(u, name) : NULL;

	return e != NULL ? e->totals : (struct usage_totals) { .n_calls = 0 };
}

struct usage_totals
day_usage_agent(const struct day_usage *u, const char *agent)
{
	char name[NAME_MAX_LEN];

	name_agent(name, agent);
	return totals_of(u, name);
}

struct usage_totals
day_usage_leg(const struct day_usage *u, const char *plan,
    const struct model_ref *leg)
{
	char name[NAME_MAX_LEN];

	name_leg(name, plan, leg);
	return totals_of(u, name);
}
