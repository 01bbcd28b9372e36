/* SPDX-License-Identifier: ISC */
/*
 * bindings: the cloud's choice of a target for an agent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/routes.h"

struct err;
struct json_object;
struct problems;

enum binding_kind { BINDING_NONE, BINDING_STATIC, BINDING_POLICY,
	BINDING_BUNDLE };

struct binding {
	char agent[IPC_NAME_TEXT];
	enum binding_kind kind;
	char plan[IPC_NAME_TEXT];	/* id of the policy or bundle */
	struct model_ref target;	/* of BINDING_STATIC */
	size_t place;		/* in its list */
};

/* Sorted by agent, each agent once. */
struct binding_list {
	struct binding *items;
	size_t n;
};

/*
 * From an array of the snapshot; a bad entry is left out and told in
 * 'problems', and of two for the same agent the first stays.  ERR_NO_MEMORY.
 */
bool bindings_read(struct binding_list *, struct json_object *array,
    struct problems *, struct err *);

const struct binding *bindings_find(const struct binding_list *,
    const char *agent);
void bindings_reset(struct binding_list *);
