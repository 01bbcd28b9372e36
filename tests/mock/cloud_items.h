/* SPDX-License-Identifier: ISC */
/*
 * cloud_items: policies, bundles, bindings and providers of the control plane.
 *
 * The administrator's side, without authentication: each collection knows GET,
 * POST on itself and GET, PUT, DELETE on a member.
 */
#pragma once

#include <stdbool.h>

#include "tests/mock/reply.h"

struct items;

struct items *items_new(void);
void items_free(struct items *);

/* False if the path is none of a collection's. */
bool items_answer(struct items *, const struct request *, struct reply *);

/* The SyncResponse; json_object_put() it. */
struct json_object *items_document(const struct items *);
