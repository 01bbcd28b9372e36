/* SPDX-License-Identifier: ISC */
/* agent_account: an agent that "connect" knows, and its token in the vault. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cli/connection.h"

struct err;
struct invocation;

/* What the vault must be told before the connection's token counts. */
struct token_step {
	bool is_needed;
	uint32_t flags;			/* of ADD_AGENT */
	enum connection_agent agent;
};

/* Is there an agent of that name? */
bool agent_account_find(struct invocation *, const struct client *,
    bool *is_there, struct err *);

/*
 * Sets the connection's token.  One that is known stays; one that is not can
 * only be replaced, which ends whatever uses it: with --new-token alone, else
 * ERR_TOKEN_UNKNOWN.
 */
bool agent_account_choose(const struct invocation *, struct connection *,
    bool is_in_vault, struct token_step *, struct err *);

bool agent_account_add(struct invocation *, const struct connection *,
    uint32_t flags, struct err *);
bool agent_account_remove(struct invocation *, const struct connection *,
    struct err *);
