/* SPDX-License-Identifier: ISC */
/*
 * plans: policies and bundles of the cloud, as far as they are evaluated: where
 * each leads first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/routes.h"

struct err;
struct json_object;
struct problems;

struct plan {
	char id[IPC_NAME_TEXT];
	bool is_enabled;
	struct model_ref target;
	size_t place;		/* in its list */
};

/* Sorted by id, each id once. */
struct plan_list {
	struct plan *items;
	size_t n;
};

/*
 * From arrays of the snapshot; a bad entry is left out and told in 'problems',
 * and of two with the same id the first stays.  ERR_NO_MEMORY.
 */
bool plans_read_policies(struct plan_list *, struct json_object *array,
    struct problems *, struct err *);
bool plans_read_bundles(struct plan_list *, struct json_object *array,
    struct problems *, struct err *);

const struct plan *plans_find(const struct plan_list *, const char *id);
void plans_reset(struct plan_list *);

/* The id that stands in member 'name'; ERR_ID_INVALID names the member. */
bool plan_id_read(char id[IPC_NAME_TEXT], const struct json_object *entry,
    const char *name, struct err *);

/* A target as the cloud writes it. */
bool plan_target_read(struct model_ref *, const struct json_object *object,
    struct err *);
