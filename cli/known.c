/* SPDX-License-Identifier: ISC */
#include "cli/known.h"

#include <json-c/json.h>
#include <string.h>

#include "cli/client.h"
#include "cli/invocation.h"
#include "cli/question.h"
#include "cli/routing_file.h"
#include "cli/vault_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

bool
known_agent(struct invocation *inv, const char *id, struct json_object *data,
    struct err *err)
{
	struct json_object *agents;
	struct ipc_name name;
	bool is_there;

	if (!ipc_name_set(&name, id, err))
		return false;
	if (!vault_view_agents(inv->home, &agents, err)) {
		if (err->code != ERR_VAULT_LOCKED)
			return false;
		warning_add(data, "the vault is locked: whether there is an "
		    "agent %s was not checked", id);
		return true;
	}
	is_there = vault_view_find(agents, id, "") != NULL;
	json_object_put(agents);
	if (!is_there && client_find(id) != NULL)
		warning_add(data, "%s is not connected yet: cofferdam connect "
		    "%s", id, id);
	return is_there || client_find(id) != NULL ||
	    err_set(err, ERR_AGENT_NOT_FOUND, "%s", id);
}

bool
known_agent_or_offline(struct invocation *inv, const char *id,
    struct err *err)
{
	struct json_object *agents;
	bool is_there = client_find(id) != NULL;
	struct err ignored;

	if (!is_there && invocation_home(inv, HOME_EXISTS, &ignored) != -1 &&
	    vault_view_agents(inv->home, &agents, &ignored)) {
		is_there = vault_view_find(agents, id, "") != NULL;
		json_object_put(agents);
	}
	return is_there || err_set(err, ERR_AGENT_NOT_FOUND, "%s", id);
}

/* Has the provider a key, for all agents or for one? */
static bool
has_key(struct json_object *credentials, const char *provider)
{
	for (size_t i = 0; i < json_object_array_length(credentials); i++) {
		const char *id = json_text_string(
		    json_object_array_get_idx(credentials, i), "id");

		if (id != NULL && strcmp(id, provider) == 0)
			return true;
	}
	return false;
}

bool
known_target(struct invocation *inv, const struct routing_target *target,
    struct json_object *data, struct err *err)
{
	struct question_provider provider;
	struct json_object *credentials;
	struct err ignored;

	if (!question_provider(inv->home, target->provider, &provider, err))
		return false;
	if (!vault_view_credentials(inv->home, &credentials, &ignored))
		return true;
	if (!has_key(credentials, target->provider))
		warning_add(data, "no key is stored for %s: cofferdam "
		    "providers add %s", target->provider, target->provider);
	json_object_put(credentials);
	return true;
}
