/* SPDX-License-Identifier: ISC */
#include "proxy/health.h"

#include <string.h>

#define DOUBLINGS_MAX 20

const char *
circuit_name(enum circuit circuit)
{
	static const char *const names[] = {
		[CIRCUIT_CLOSED] = "closed",
		[CIRCUIT_OPEN] = "open",
		[CIRCUIT_HALF_OPEN] = "half-open",
	};

	return names[circuit];
}

/* NULL: nothing is known, so it is well. */
static const struct health *
look(const struct health_table *t, const struct model_ref *ref)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->targets[i].target.provider, ref->provider) == 0 &&
		    strcmp(t->targets[i].target.model, ref->model) == 0)
			return &t->targets[i];
	return NULL;
}

static struct health *
find(struct health_table *t, const struct model_ref *ref)
{
	return (struct health *)look(t, ref);
}

bool
health_is_well(const struct health_table *t, const struct model_ref *ref,
    int64_t now_ms)
{
	const struct health *h = look(t, ref);

	return h == NULL || h->circuit == CIRCUIT_CLOSED || (!h->is_probed &&
	    (h->circuit == CIRCUIT_HALF_OPEN || now_ms >= h->until_ms));
}

/* When all places are taken, what has not changed for longest is forgotten. */
static struct health *
find_or_add(struct health_table *t, const struct model_ref *ref)
{
	struct health *h = find(t, ref);

	if (h != NULL)
		return h;
	if (t->n < HEALTH_TARGETS_MAX)
		h = &t->targets[t->n++];
	else {
		h = &t->targets[0];
		for (size_t i = 1; i < t->n; i++)
			if (t->targets[i].changed_ms < h->changed_ms)
				h = &t->targets[i];
	}
	*h = (struct health) { .target = *ref };
	return h;
}

enum health_word
health_ask(struct health_table *t, const struct model_ref *ref, int64_t now_ms)
{
	struct health *h = find(t, ref);

	if (h == NULL || h->circuit == CIRCUIT_CLOSED)
		return HEALTH_GO;
	if (h->circuit == CIRCUIT_OPEN && now_ms < h->until_ms)
		return HEALTH_SHUN;
	h->circuit = CIRCUIT_HALF_OPEN;
	if (h->is_probed)
		return HEALTH_SHUN;
	h->is_probed = true;
	return HEALTH_PROBE;
}

void
health_answered(struct health_table *t, const struct model_ref *ref,
    int64_t now_ms)
{
	struct health *h = find(t, ref);

	if (h != NULL)
		*h = (struct health) { .target = h->target,
		    .changed_ms = now_ms };
}

/* Up to a quarter longer, so that not all come back at once. */
static int64_t
wait_ms(const struct health *h, const struct health_rules *rules,
    uint32_t chance)
{
	unsigned doublings = h->n_openings < DOUBLINGS_MAX ? h->n_openings
	    : DOUBLINGS_MAX;
	uint64_t ms = rules->wait_ms << doublings;

	if (ms > rules->wait_max_ms)
		ms = rules->wait_max_ms;
	return (int64_t)(ms + ms / 4 * (chance % 1024) / 1024);
}

void
health_failed(struct health_table *t, const struct model_ref *ref,
    const struct health_rules *rules, const struct health_failure *f)
{
	struct health *h = find_or_add(t, ref);
	int64_t asked_ms = f->retry_after_ms < RETRY_AFTER_MAX_MS ?
	    f->retry_after_ms : RETRY_AFTER_MAX_MS;
	bool opens = f->was_probe ||
	    (h->circuit == CIRCUIT_CLOSED && asked_ms > 0);

	h->changed_ms = f->now_ms;
	h->n_failures++;
	if (rules->n_failures == 0)
		return;
	if (h->circuit == CIRCUIT_CLOSED && h->n_failures >= rules->n_failures)
		opens = true;
	if (opens) {
		/* A mere wish to wait is kept as it was said. */
		h->until_ms = f->now_ms + (h->n_failures < rules->n_failures ?
		    asked_ms : wait_ms(h, rules, f->chance));
		h->n_openings += h->n_failures >= rules->n_failures;
		h->circuit = CIRCUIT_OPEN;
		h->is_probed = false;
	}
	if (h->circuit == CIRCUIT_OPEN && h->until_ms < f->now_ms + asked_ms)
		h->until_ms = f->now_ms + asked_ms;
}

void
health_unprobe(struct health_table *t, const struct model_ref *ref)
{
	struct health *h = find(t, ref);

	if (h != NULL)
		h->is_probed = false;
}
