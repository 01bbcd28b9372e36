/* SPDX-License-Identifier: ISC */
/* registration: a provider as "providers register" describes it. */
#pragma once

#include <stdbool.h>

#include "cli/invocation.h"
#include "common/url.h"

struct err;
struct json_object;

/* Texts are the command line's. */
struct registration {
	const char *id, *protocol, *infer_path;
	struct url url;
	bool is_central, has_no_key;
	const char *failover_for[INVOCATION_OPTIONS_MAX];
	size_t n_failover_for;
};

/* ERR_USAGE or ERR_URL_INVALID; the id is not looked at. */
bool registration_parse(struct registration *, const struct invocation *,
    struct err *);

/* The entry of routing/providers.json. */
struct json_object *registration_entry(const struct registration *);

/*
 * A central model has one substitute: ERR_FAILOVER_TAKEN when another provider
 * in the file stands in for one of the names.
 */
bool registration_check_owners(const struct registration *,
    struct json_object *root, struct err *);
