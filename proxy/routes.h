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
#define MODEL_MAX 200			/* bytes, with the NUL */

/* A provider and a model there; "*" and "" keep what the client asked for. */
struct model_ref {
	char provider[IPC_NAME_TEXT];
	char model[MODEL_MAX];
};

struct route {
	char agent[IPC_NAME_TEXT];
	struct model_ref target;
};

struct route_list {
	struct route *items;
	size_t n;
};

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
void routes_reset(struct route_list *);
