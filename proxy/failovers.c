/* SPDX-License-Identifier: ISC */
#include "proxy/failovers.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/problems.h"
#include "proxy/providers.h"

/* Where the name stands, or would. */
static size_t
place_of(const struct failover_list *list, const char *central)
{
	size_t least = 0, most = list->n;

	while (least < most) {
		size_t middle = least + (most - least) / 2;

		if (strcmp(list->items[middle].central, central) < 0)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

static bool
has_at(const struct failover_list *list, size_t place, const char *central)
{
	return place < list->n &&
	    strcmp(list->items[place].central, central) == 0;
}

const char *
failovers_find(const struct failover_list *list, const char *central)
{
	size_t place = place_of(list, central);

	return has_at(list, place, central) ? list->items[place].provider
	    : NULL;
}

bool
failovers_register(struct failover_list *list, const char *central,
    const char *provider, const struct provider_list *known, struct err *err)
{
	size_t place = place_of(list, central);

	if (providers_find(known, provider) == NULL)
		return err_set(err, ERR_UNKNOWN_PROVIDER, "%s", provider);
	if (has_at(list, place, central))
		return strcmp(list->items[place].provider, provider) == 0 ||
		    err_set(err, ERR_FAILOVER_TAKEN, "%.40s has %.40s",
		    central, list->items[place].provider);
	if (list->items == NULL)
		list->items = calloc(FAILOVERS_MAX, sizeof *list->items);
	if (list->items == NULL || list->n == FAILOVERS_MAX)
		return err_set(err, ERR_OVERLOADED, "%zu failovers", list->n);
	memmove(&list->items[place + 1], &list->items[place],
	    (list->n - place) * sizeof *list->items);
	list->items[place] = (struct failover) { central, provider };
	list->n++;
	return true;
}

void
failovers_read(struct failover_list *list, const struct provider_list *known,
    struct problems *problems)
{
	*list = (struct failover_list) { .n = 0 };
	for (size_t i = 0; i < known->n; i++) {
		const struct provider *p = &known->items[i];
		struct err err;

		for (size_t j = 0; j < p->n_failover_for; j++)
			if (!failovers_register(list, p->failover_for[j],
			    p->id, known, &err))
				problems_add(problems, "provider %s: %s: %s",
				    p->id, err_sentence(err.code), err.about);
	}
}

void
failovers_reset(struct failover_list *list)
{
	free(list->items);
	*list = (struct failover_list) { .n = 0 };
}
