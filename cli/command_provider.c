/* SPDX-License-Identifier: ISC */
/* providers list, providers remove: what is known, and whose key is stored. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/approval.h"
#include "cli/command.h"
#include "cli/credential.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

/* The entries of one provider, without what says that they are its. */
static void
add_credentials(struct json_object *provider, struct json_object *all,
    const char *id)
{
	static const char *const names[] = { "agent", "uid", "scheme", "pin",
		"createdAt", "usedAt" };
	struct json_object *own = field_set_array(provider, "credentials");

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *c = json_object_array_get_idx(all, i), *o;
		bool is_cloud = false;

		json_text_bool(c, "isCloud", &is_cloud);
		if (is_cloud || strcmp(json_text_string(c, "id"), id) != 0)
			continue;
		o = field_append_object(own);
		for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
			field_copy(o, c, names[n]);
	}
}

/* 'all' is NULL while the vault is locked: then nobody knows. */
static void
add_pin(struct json_object *provider, struct json_object *all, const char *id,
    const char *url)
{
	const char *pin = NULL;

	if (all == NULL) {
		field_set_null(provider, "hasCredential");
		field_set_null(provider, "pin");
		field_set_null(provider, "pinMatches");
		return;
	}
	pin = approval_pin(all, id, url != NULL ? url : "");
	field_set_flag(provider, "hasCredential", pin != NULL);
	field_set_text(provider, "pin", pin);
	if (pin != NULL)
		field_set_flag(provider, "pinMatches",
		    url != NULL && strcmp(pin, url) == 0);
	else
		field_set_null(provider, "pinMatches");
	add_credentials(provider, all, id);
}

static void
add_provider(struct json_object *list, struct json_object *known,
    struct json_object *credentials)
{
	static const char *const names[] = { "id", "protocol", "baseUrl",
		"source" };
	const char *id = json_text_string(known, "id");
	struct json_object *p;

	if (id == NULL)
		return;
	p = field_append_object(list);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		field_copy(p, known, names[i]);
	add_pin(p, credentials, id, json_text_string(known, "baseUrl"));
	field_copy(p, known, "failoverFor");
	field_copy(p, known, "noKey");
}

static bool
is_known(struct json_object *list, const char *id)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *known = json_text_string(
		    json_object_array_get_idx(list, i), "id");

		if (known != NULL && strcmp(known, id) == 0)
			return true;
	}
	return false;
}

/* A key whose provider is known nowhere any more must not be out of sight. */
static void
add_orphans(struct json_object *data, struct json_object *list,
    struct json_object *credentials)
{
	struct json_object *orphans = field_set_array(data, "orphans");

	for (size_t i = 0; credentials != NULL &&
	    i < json_object_array_length(credentials); i++) {
		struct json_object *c = json_object_array_get_idx(credentials,
		    i);
		bool is_cloud = false;

		json_text_bool(c, "isCloud", &is_cloud);
		if (!is_cloud && !is_known(list, json_text_string(c, "id")))
			json_object_array_add(orphans, json_object_get(c));
	}
}

static bool
run_list(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *answer, *known, *list, *credentials = NULL;

	if (!daemon_is_needed(inv, err) ||
	    !question_ask(inv->home, QUESTION_PROVIDERS, "", &answer, err))
		return false;
	if (!vault_view_credentials(inv->home, &credentials, err) &&
	    err->code != ERR_VAULT_LOCKED) {
		json_object_put(answer);
		return false;
	}
	known = json_text_array(answer, "providers");
	*data = json_object_new_object();
	list = field_set_array(*data, "providers");
	for (size_t i = 0; known != NULL &&
	    i < json_object_array_length(known); i++)
		add_provider(list, json_object_array_get_idx(known, i),
		    credentials);
	add_orphans(*data, list, credentials);
	field_set_flag(*data, "locked", credentials == NULL);
	json_object_put(credentials);
	json_object_put(answer);
	return true;
}

/* What the key's column says. */
static const char *
describe_key(const struct json_object *p)
{
	bool has_key = false, matches = false, needs_none = false;

	json_text_bool(p, "pinMatches", &matches);
	json_text_bool(p, "noKey", &needs_none);
	if (!json_text_bool(p, "hasCredential", &has_key))
		return "?";
	if (!has_key)
		return "no";
	if (!matches)
		return "PINNED ELSEWHERE";
	return needs_none ? "needs none" : "yes";
}

static void
print_list(struct json_object *data)
{
	struct json_object *list = json_text_array(data, "providers");
	struct json_object *orphans = json_text_array(data, "orphans");
	struct output_table table = { .n_columns = 5 };
	bool is_locked = false;

	output_table_add(&table, (const char *const[]) { "PROVIDER",
	    "PROTOCOL", "FROM", "KEY", "BASE URL" });
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *p = json_object_array_get_idx(list, i);

		output_table_add(&table, (const char *const[]) {
		    json_text_string(p, "id"), json_text_string(p, "protocol"),
		    json_text_string(p, "source"), describe_key(p),
		    json_text_string(p, "baseUrl") });
	}
	for (size_t i = 0; i < json_object_array_length(orphans); i++) {
		struct json_object *o = json_object_array_get_idx(orphans, i);

		output_table_add(&table, (const char *const[]) {
		    json_text_string(o, "id"), NULL, "nowhere", "yes",
		    json_text_string(o, "pin") });
	}
	output_table_print(&table);
	json_text_bool(data, "locked", &is_locked);
	if (is_locked)
		output_warn("the vault is locked, so keys are not shown; "
		    "cofferdam unlock");
}

static bool
run_remove(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *agent = invocation_option(inv, "agent");
	struct ipc_name name;
	unsigned n;

	if (!ipc_name_set(&name, inv->operands[0], err) ||
	    !daemon_is_needed(inv, err) ||
	    !credential_remove(inv->home, inv->operands[0], agent, &n, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", inv->operands[0]);
	field_set_flag(*data, "removed", n > 0);
	field_set_number(*data, "count", n);
	return true;
}

static void
print_remove(struct json_object *data)
{
	const char *id = output_clean(json_text_string(data, "provider"));
	int64_t n = 0;

	json_text_int(data, "count", &n);
	if (n == 0)
		printf("no key was stored for %s\n", id);
	else
		printf("removed the key for %s; no request uses it any more\n",
		    id);
}

static const struct command_option remove_options[] = {
	{ "agent", "A", "only the key for this agent" },
	{ NULL, NULL, NULL },
};

const struct command provider_commands[] = {
	{ .name = "providers", .envelope = "providers list",
	    .help = "The same as providers list.",
	    .visibility = COMMAND_HIDDEN, .run = run_list,
	    .print = print_list },
	{ .name = "providers list", .help = "Lists providers, where from, and "
	    "whose key is stored.",
	    .run = run_list, .print = print_list },
	{ .name = "providers remove", .operands = "<id>", .help = "Removes a "
	    "provider's keys, at once.",
	    .options = remove_options, .least = 1, .most = 1,
	    .run = run_remove, .print = print_remove },
	{ .name = NULL },
};
