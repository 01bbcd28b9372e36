/* SPDX-License-Identifier: ISC */
#include "cli/vault_view.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/fields.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/url.h"

static const char *const scheme_names[AUTH_SCHEMES] = {
	[AUTH_NOTHING] = "none",
	[AUTH_BEARER] = "bearer",
	[AUTH_X_API_KEY] = "x-api-key",
	[AUTH_HEADER] = "header",
};

static const char *const dialect_names[DIALECTS] = {
	[DIALECT_ANTHROPIC] = "anthropic",
	[DIALECT_CHAT] = "openai",
	[DIALECT_RESPONSES] = "responses",
};

const char *
vault_view_dialect_name(uint32_t dialect)
{
	return dialect < DIALECTS ? dialect_names[dialect] : NULL;
}

enum dialect
vault_view_dialect(const char *name)
{
	for (int d = DIALECT_ANTHROPIC; d < DIALECTS; d++)
		if (strcmp(dialect_names[d], name) == 0)
			return (enum dialect)d;
	return DIALECT_NONE;
}

static bool
on_status(struct ipc_message *msg, void *arg, struct err *err)
{
	if (msg->type != IPC_VAULT_STATUS)
		return err_set(err, ERR_IPC_BROKEN, "vault status");
	memcpy(arg, msg->body, sizeof(struct ipc_vault_status));
	return true;
}

bool
vault_view_status(int home, struct ipc_vault_status *status, struct err *err)
{
	struct call_ask ask = { .server = BROKER,
	    .type = IPC_VAULT_STATUS_REQUEST, .on_row = on_status,
	    .arg = status, .timeout_s = VAULT_VIEW_STATUS_TIMEOUT_S };

	*status = (struct ipc_vault_status) { 0 };
	if (!call_ask(home, &ask, NULL, err))
		return false;
	status->audit_about[sizeof status->audit_about - 1] = '\0';
	return true;
}

bool
vault_view_usable(int home, struct ipc_vault_status *status, struct err *err)
{
	enum err_code code;

	if (!vault_view_status(home, status, err))
		return false;
	if (!status->exists)
		return err_set(err, ERR_NO_VAULT, "vault/vault");
	code = err_code_from_wire(status->vault_code);
	return code == ERR_NONE || err_set(err, code, "vault/vault");
}

static bool
on_credential(struct ipc_message *msg, void *arg, struct err *err)
{
	const struct ipc_credential_row *row = msg->body;
	char provider[IPC_NAME_TEXT], agent[IPC_NAME_TEXT] = "";
	struct json_object *object;
	char pin[URL_MAX];

	if (msg->type != IPC_CREDENTIAL_ROW)
		return err_set(err, ERR_IPC_BROKEN, "credentials");
	if (!ipc_name_get(&row->provider, provider, err) ||
	    (row->agent.len != 0 && !ipc_name_get(&row->agent, agent, err)))
		return false;
	snprintf(pin, sizeof pin, "%.*s", (int)msg->tail_len,
	    (const char *)msg->tail);
	object = field_append_object(arg);
	field_set_text(object, "id", provider);
	field_set_text(object, "agent", *agent != '\0' ? agent : NULL);
	field_set_text(object, "scheme", row->scheme < AUTH_SCHEMES ?
	    scheme_names[row->scheme] : NULL);
	if (row->uid != IPC_UID_UNKNOWN)
		field_set_number(object, "uid", row->uid);
	else
		field_set_null(object, "uid");
	field_set_flag(object, "isCloud", row->flags & CREDENTIAL_IS_CLOUD);
	field_set_flag(object, "reflected",
	    row->flags & CREDENTIAL_HAS_REFLECTED);
	field_set_text(object, "pin", pin);
	field_set_moment(object, "createdAt", row->created_s);
	field_set_moment(object, "usedAt", row->used_s);
	return true;
}

static bool
on_agent(struct ipc_message *msg, void *arg, struct err *err)
{
	const struct ipc_agent_row *row = msg->body;
	char id[IPC_NAME_TEXT];
	struct json_object *object;

	if (msg->type != IPC_AGENT_ROW)
		return err_set(err, ERR_IPC_BROKEN, "agents");
	if (!ipc_name_get(&row->agent, id, err))
		return false;
	object = field_append_object(arg);
	field_set_text(object, "id", id);
	field_set_text(object, "dialect",
	    vault_view_dialect_name(row->dialect));
	field_set_moment(object, "createdAt", row->created_s);
	field_set_moment(object, "lastUsedAt", row->used_s);
	return true;
}

static bool
list(int home, const struct call_ask *ask, struct json_object **array,
    struct err *err)
{
	struct call_ask with_rows = *ask;

	*array = json_object_new_array();
	with_rows.arg = *array;
	if (call_ask(home, &with_rows, NULL, err))
		return true;
	json_object_put(*array);
	*array = NULL;
	return false;
}

bool
vault_view_credentials(int home, struct json_object **array, struct err *err)
{
	struct call_ask ask = { .server = BROKER,
	    .type = IPC_LIST_CREDENTIALS, .on_row = on_credential };

	return list(home, &ask, array, err);
}

bool
vault_view_agents(int home, struct json_object **array, struct err *err)
{
	struct call_ask ask = { .server = BROKER, .type = IPC_LIST_AGENTS,
	    .on_row = on_agent };

	return list(home, &ask, array, err);
}

static bool
is_same(const char *text, const char *other)
{
	return strcmp(text != NULL ? text : "", other) == 0;
}

struct json_object *
vault_view_find(struct json_object *credentials, const char *provider,
    const char *agent)
{
	size_t n = credentials != NULL ?
	    json_object_array_length(credentials) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *c = json_object_array_get_idx(credentials,
		    i);
		bool is_cloud = false;

		json_text_bool(c, "isCloud", &is_cloud);
		if (!is_cloud && is_same(json_text_string(c, "id"), provider) &&
		    is_same(json_text_string(c, "agent"), agent))
			return c;
	}
	return NULL;
}
