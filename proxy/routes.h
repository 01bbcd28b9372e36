/* SPDX-License-Identifier: ISC */
/*
 * routes: the targets that were chosen on this machine, agent by agent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc.h"

struct err;
struct json_object;
struct problems;

#define ROUTES_FILE_MAX (1 << 20)	/* bytes of routing/routes.json */
#define ROUTE_ALIASES_MAX 256		/* of one agent */
#define MODEL_MAX 200			/* bytes, with the NUL */

/* A provider and a model there; "*" and "" keep what the client asked for. */
struct model_ref {
	char provider[IPC_NAME_TEXT];
	char model[MODEL_MAX];
};

/*
 * "aliases":{"<pattern>":{"provider","model"}}: another target for some of the
 * models that a client asks for.  A pattern is a model's name, or how one
 * begins with "*" behind it.
 */
struct route_alias {
	char pattern[MODEL_MAX];	/* without the "*" */
	size_t len;
	bool is_prefix;
	struct model_ref target;
};

/* Aliases stand with the most specific first. */
struct route {
	char agent[IPC_NAME_TEXT];
	struct model_ref target;
	bool is_pinned;		/* I8: counts more than what the cloud binds */
	struct route_alias *aliases;
	size_t n_aliases;
};

struct route_list {
	struct route *items;
	size_t n;
};

/* Do both name the same? */
bool model_ref_equals(const struct model_ref *, const struct model_ref *);

/*
 * From an object with the members 'provider' and 'model'; false with
 * ERR_FILE_DAMAGED or ERR_ID_INVALID when it cannot be used.
 */
bool model_ref_read(struct model_ref *, const struct json_object *object,
    const char *provider, const char *model, struct err *);

/*
 * From the text of routing/routes.json.  A bad entry is left out and told in
 * 'problems'; ERR_FILE_DAMAGED only when nothing can be used.
 */
bool routes_parse(struct route_list *, const char *text, size_t len,
    struct problems *, struct err *);

const struct route *routes_find(const struct route_list *, const char *agent);

/* The alias for this model, or NULL. */
const struct route_alias *route_alias_find(const struct route *,
    const char *model);
void routes_reset(struct route_list *);
