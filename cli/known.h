/* SPDX-License-Identifier: ISC */
/*
 * known: are the agents and providers that a command names really there?
 *
 * A name that nobody knows is a typing mistake and refused; one that cannot be
 * asked about now, or will be there after the next step, is a warning.
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;
struct json_object;
struct routing_target;

/*
 * ERR_AGENT_NOT_FOUND.  A warning in 'data' while the vault is locked, or for
 * an agent that "connect" knows but has not connected.
 */
bool known_agent(struct invocation *, const char *id, struct json_object *data,
    struct err *);

/* The same where no daemon may run: ERR_AGENT_NOT_FOUND if none says it is. */
bool known_agent_or_offline(struct invocation *, const char *id,
    struct err *);

/*
 * Built in, registered or the cloud's: ERR_UNKNOWN_PROVIDER.  A warning when no
 * key is stored for it.
 */
bool known_target(struct invocation *, const struct routing_target *,
    struct json_object *data, struct err *);
