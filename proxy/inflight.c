/* SPDX-License-Identifier: ISC */
#include "proxy/inflight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "common/errors.h"
#include "common/ipc.h"

struct load {
	SLIST_ENTRY(load) next;
	char agent[IPC_NAME_TEXT];
	uint64_t n;
};

/* An agent stays listed once it was seen: agents are few, and known by name. */
struct inflight {
	SLIST_HEAD(, load) loads;
	uint64_t n;
};

struct inflight *
inflight_new(void)
{
	return calloc(1, sizeof(struct inflight));
}

void
inflight_free(struct inflight *f)
{
	struct load *l;

	if (f == NULL)
		return;
	while ((l = SLIST_FIRST(&f->loads)) != NULL) {
		SLIST_REMOVE_HEAD(&f->loads, next);
		free(l);
	}
	free(f);
}

static struct load *
find(struct inflight *f, const char *agent)
{
	struct load *l;

	SLIST_FOREACH(l, &f->loads, next)
		if (strcmp(l->agent, agent) == 0)
			return l;
	return NULL;
}

bool
inflight_add(struct inflight *f, const char *agent, uint64_t n_max,
    struct err *err)
{
	struct load *l = find(f, agent);

	if (l == NULL) {
		l = calloc(1, sizeof *l);
		if (l == NULL)
			return err_set(err, ERR_OVERLOADED, "memory");
		strncpy(l->agent, agent, sizeof l->agent - 1);
		SLIST_INSERT_HEAD(&f->loads, l, next);
	}
	if (l->n >= n_max)
		return err_set(err, ERR_TOO_MANY_REQUESTS, "%s: %llu", agent,
		    (unsigned long long)l->n);
	l->n++;
	f->n++;
	return true;
}

void
inflight_remove(struct inflight *f, const char *agent)
{
	struct load *l = find(f, agent);

	assert(l != NULL && l->n > 0);
	l->n--;
	f->n--;
}

uint64_t
inflight_count(const struct inflight *f)
{
	return f->n;
}

bool
body_budget_take(struct body_budget *b, uint64_t len, uint64_t max,
    struct err *err)
{
	if (len > max || b->used > max - len)
		return err_set(err, ERR_OVERLOADED,
		    "memory for request bodies");
	b->used += len;
	return true;
}

void
body_budget_return(struct body_budget *b, uint64_t len)
{
	assert(b->used >= len);
	b->used -= len;
}
