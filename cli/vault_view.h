/* SPDX-License-Identifier: ISC */
/*
 * vault_view: what the broker tells about the vault: no key is among it (I5).
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_bodies.h"

struct err;
struct json_object;

/* It waits for nothing, so a broker that needs longer is not well. */
#define VAULT_VIEW_STATUS_TIMEOUT_S 5
bool vault_view_status(int home, struct ipc_vault_status *, struct err *);
/* The same of a vault that can be opened; else ERR_NO_VAULT, or why not. */
bool vault_view_usable(int home, struct ipc_vault_status *, struct err *);

/*
 * Arrays of objects; free with json_object_put().  ERR_VAULT_LOCKED while it is
 * locked.
 *	credentials: id, agent, scheme, uid, isCloud, reflected, pin, createdAt,
 *	    usedAt
 *	agents: id, dialect, createdAt, lastUsedAt
 */
bool vault_view_credentials(int home, struct json_object **array,
    struct err *);
bool vault_view_agents(int home, struct json_object **array, struct err *);

/*
 * The entry of that provider and agent ("" for the one that all share) in an
 * array of credentials, or NULL; 'cloud' entries count as none.
 */
struct json_object *vault_view_find(struct json_object *credentials,
    const char *provider, const char *agent);

/* "anthropic", "openai", "responses", or NULL; and back, DIALECT_NONE. */
const char *vault_view_dialect_name(uint32_t);
enum dialect vault_view_dialect(const char *name);
