/* SPDX-License-Identifier: ISC */
/*
 * failovers: which local provider stands in for a model of the central server
 * (behaviour.md I.4).
 *
 * A name maps to one provider, a provider may serve several names.  Made anew
 * from the registrations whenever they change, so that a provider that is no
 * longer registered has no entries left.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct problems;
struct provider_list;

#define FAILOVERS_MAX 4096	/* names, of all providers together */

/* Texts are the provider list's. */
struct failover {
	const char *central;	/* the model's name there */
	const char *provider;	/* the id of its substitute */
};

/* Sorted by name, each name once. */
struct failover_list {
	struct failover *items;
	size_t n;
};

/*
 * ERR_UNKNOWN_PROVIDER when 'provider' is not in 'known'; ERR_FAILOVER_TAKEN
 * when another one has the name.  Saying the same thing twice is no error.
 */
bool failovers_register(struct failover_list *, const char *central,
    const char *provider, const struct provider_list *known, struct err *);

/* The substitute's id, or NULL. */
const char *failovers_find(const struct failover_list *, const char *central);

/*
 * All that these providers declare; of two that claim a name the first one in
 * the list has it, and the other is told in 'problems'.
 */
void failovers_read(struct failover_list *, const struct provider_list *,
    struct problems *);
void failovers_reset(struct failover_list *);
