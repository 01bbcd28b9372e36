/* SPDX-License-Identifier: ISC */
/*
 * route_entry: an agent's route in routing/routes.json.  Pure.
 *
 *	{"provider","model","aliases":{"<pattern>":{"provider","model"}},
 *	 "pinned":true}
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/invocation.h"
#include "cli/routing_file.h"

struct err;
struct json_object;

enum route_pin { ROUTE_AS_IT_IS, ROUTE_PINNED, ROUTE_UNPINNED };

struct route_alias {
	char pattern[ROUTING_MODEL_MAX];
	bool is_removed;
	struct routing_target target;
};

/* What a command line changes. */
struct route_change {
	struct routing_target target;
	struct route_alias aliases[INVOCATION_OPTIONS_MAX];
	size_t n_aliases;
	enum route_pin pin;
};

/* From the operand, --model, --pin and --unpin.  ERR_USAGE. */
bool route_change_parse(struct route_change *, const struct invocation *,
    struct err *);

/*
 * The entry that comes of it, a new one; 'previous' may be NULL.  Aliases that
 * are not named stay.
 */
struct json_object *route_entry_change(struct json_object *previous,
    const struct route_change *);

/* As commands show it: every member is there. */
struct json_object *route_entry_view(struct json_object *entry);
