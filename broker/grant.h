/* SPDX-License-Identifier: ISC */
/*
 * grant: decides whether one request may use one credential.
 *
 * Input is from the proxy, which may be in an attacker's hands: it can ask for
 * anything, so nothing here believes a word of it beyond its shape.  Pure: the
 * vault is read, nothing is sent or written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc.h"

struct agent;
struct credential;
struct err;
struct vault;

/* Who asks, and for what, once it has been checked. */
struct grant_ask {
	struct ipc_grant_request request;
	char provider[IPC_NAME_TEXT];
	char path[2049];
	size_t path_len;
};

struct grant_parties {
	struct agent *agent;
	struct credential *credential;
};

/* Shape: provider id, method, path.  ERR_IPC_BROKEN or ERR_NOT_PERMITTED. */
bool grant_parse(const struct ipc_message *, struct grant_ask *,
    struct err *);

/*
 * The rules of design.md section 3, step 3, in that order.  'users' is whose
 * agents a credential serves that names no user of its own (allowed_users.h).
 * *parties is filled as far as they are known even when the answer is no:
 *	ERR_VAULT_LOCKED, ERR_UNAUTHENTICATED, ERR_NO_CREDENTIAL,
 *	ERR_ORIGIN_CHANGED (about: the pin), ERR_NOT_PERMITTED,
 *	ERR_FOREIGN_USER
 */
bool grant_may_use(const struct vault *, const char *users,
    const struct grant_ask *, struct grant_parties *parties, struct err *);

/*
 * May this method and path be used with a credential of these flags?  Model
 * calls and what belongs to them; never files, billing or administration; what
 * is a central server's, with CREDENTIAL_IS_CENTRAL only.
 */
bool grant_path_is_allowed(uint32_t flags, const char *method,
    const char *path, size_t len);
