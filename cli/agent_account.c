/* SPDX-License-Identifier: ISC */
#include "cli/agent_account.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/invocation.h"
#include "cli/new_token.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/scoped.h"
#include "common/secret.h"

bool
agent_account_find(struct invocation *inv, const struct client *client,
    bool *is_there, struct err *err)
{
	struct json_object *agents;

	if (!vault_view_agents(inv->home, &agents, err))
		return false;
	*is_there = vault_view_find(agents, client->id, "") != NULL;
	json_object_put(agents);
	return true;
}

bool
agent_account_add(struct invocation *inv, const struct connection *c,
    uint32_t flags, struct err *err)
{
	struct ipc_add_agent agent = { .flags = flags,
	    .dialect = c->client->dialect };
	struct call_ask ask = { .server = BROKER, .type = IPC_ADD_AGENT,
	    .body = &agent, .tail = c->token, .tail_len = strlen(c->token) };

	return ipc_name_set(&agent.agent, c->client->id, err) &&
	    call_ask(inv->home, &ask, NULL, err);
}

bool
agent_account_remove(struct invocation *inv, const struct connection *c,
    struct err *err)
{
	struct ipc_name_pair pair = { .first.len = 0 };
	struct call_ask ask = { .server = BROKER, .type = IPC_REMOVE_AGENT,
	    .body = &pair };

	return ipc_name_set(&pair.first, c->client->id, err) &&
	    call_ask(inv->home, &ask, NULL, err);
}

static bool
make_token(struct connection *c, struct err *err)
{
	AUTO_WIPE struct secret *token = new_token_new(err);

	if (token == NULL)
		return false;
	snprintf(c->token, sizeof c->token, "%.*s", (int)secret_len(token),
	    (const char *)secret_peek(token));
	return true;
}

bool
agent_account_choose(const struct invocation *inv, struct connection *c,
    bool is_in_vault, struct token_step *step, struct err *err)
{
	bool is_asked = invocation_option(inv, "new-token") != NULL;

	*step = (struct token_step) {
		.is_needed = !is_in_vault || c->token[0] == '\0' || is_asked,
		.flags = is_in_vault ? AGENT_REPLACE : 0,
		.agent = !is_in_vault || connection_agent_is_ours(c) ?
		    CONNECTION_AGENT_IS_OURS : CONNECTION_AGENT_STAYS,
	};
	if (is_in_vault && c->token[0] == '\0' && !is_asked)
		return err_set(err, ERR_TOKEN_UNKNOWN, "agent %s",
		    c->client->id);
	return (c->token[0] != '\0' && !is_asked) || make_token(c, err);
}
