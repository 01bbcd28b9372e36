/* SPDX-License-Identifier: ISC */
/*
 * connect, disconnect: an agent's own configuration, pointed at this gateway
 * and back.  Nothing here asks the proxy: what the cloud says does not meet a
 * token (I1).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/agent_account.h"
#include "cli/call.h"
#include "cli/command.h"
#include "cli/connection.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/key_import.h"
#include "cli/output.h"
#include "cli/routing_file.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

#define URL_TEXT_MAX 160

static const struct client *
find_client(const struct invocation *inv, struct err *err)
{
	const struct client *client = client_find(inv->operands[0]);

	if (client == NULL)
		err_set(err, ERR_CLIENT_UNKNOWN, "%.64s", inv->operands[0]);
	return client;
}

static bool
on_row(struct ipc_message *msg, void *arg, struct err *err)
{
	char *url = arg, address[129];

	(void)err;
	snprintf(address, sizeof address, "%.*s", (int)msg->tail_len,
	    (const char *)msg->tail);
	/* The first one on TCP. */
	if (msg->type == IPC_LISTENER_ROW && url[0] == '\0' &&
	    address[0] != '/')
		snprintf(url, URL_TEXT_MAX, "http://%s", address);
	return true;
}

static bool
find_url(struct invocation *inv, char url[URL_TEXT_MAX], struct err *err)
{
	struct call_ask ask = { .server = SUPERVISOR,
	    .type = IPC_STATUS_REQUEST, .on_row = on_row, .arg = url };

	url[0] = '\0';
	return call_ask(inv->home, &ask, NULL, err) && (url[0] != '\0' ||
	    err_set(err, ERR_NOT_RUNNING, "no listener on TCP"));
}

/* All of it, or nothing: what fails is taken back. */
static bool
carry_out(struct invocation *inv, struct connection *c,
    const struct token_step *step, struct err *err)
{
	enum connection_end end = step->agent == CONNECTION_AGENT_IS_OURS &&
	    step->flags == 0 ? CONNECTION_FORGET : CONNECTION_KEEP_TOKEN;
	bool ok, is_added = false;
	struct err ignored;

	ok = connection_begin(c, step->agent, err);
	if (ok && step->is_needed)
		ok = is_added = agent_account_add(inv, c, step->flags, err);
	if (ok && connection_finish(c, err))
		return true;
	if (is_added && step->flags == 0)
		agent_account_remove(inv, c, &ignored);
	connection_take_back(c, end, &ignored);
	return false;
}

static void
warn_of_the_rest(struct connection *c, const struct invocation *inv,
    struct json_object *data)
{
	if (c->shim != NULL && !c->is_shim_reached)
		warning_add(data, "put the shim first: export PATH=\"%s/bin:"
		    "$PATH\"", inv->home_path);
	if (c->config.is_link)
		warning_add(data, "%s is a link to %s, which now holds the "
		    "token: keep it out of version control", c->config.path,
		    c->config.real);
	if (c->config.is_there && (c->config.st.st_mode & 077) != 0)
		warning_add(data, "%s is readable by you alone now, for the "
		    "token's sake", c->config.path);
}

static void
format_shim_path(const struct connection *c, const struct invocation *inv,
    char path[CONFIG_PATH_MAX])
{
	snprintf(path, CONFIG_PATH_MAX, "%s/bin/%s", inv->home_path,
	    c->client->binary);
}

static void
add_plan(struct connection *c, const struct invocation *inv,
    struct json_object *data)
{
	char shim[CONFIG_PATH_MAX];

	format_shim_path(c, inv, shim);
	field_set_text(data, "agent", c->client->id);
	field_copy(data, c->journal, "url");
	field_set_text(data, "configPath", c->new_text != NULL ?
	    c->config.path : NULL);
	field_set_text(data, "shimPath", c->shim != NULL ? shim : NULL);
	field_set_flag(data, "configMutated", c->new_text != NULL);
	field_set_flag(data, "requiresPath", c->shim != NULL &&
	    !c->is_shim_reached);
	json_object_object_add(data, "replaced",
	    json_object_get(c->replaced));
}

/* What to set by hand, the token not shown. */
static void
add_manual(const struct connection *c, const char *url,
    struct json_object *data)
{
	struct client_facts facts = { .url = url, .token = "<token>" };
	struct json_object *manual = field_set_array(data, "manual");

	for (const struct client_member *m = c->client->members;
	    m != NULL && m->path[0] != NULL; m++) {
		struct json_object *o = field_append_object(manual), *path;
		char *value = client_value(m->value, &facts);

		path = field_set_array(o, "path");
		for (size_t i = 0; m->path[i] != NULL && *m->path[i] != '\0';
		    i++)
			json_object_array_add(path,
			    json_object_new_string(m->path[i]));
		field_set_text(o, "value", value);
		free(value);
	}
}

static bool
is_unchanged(struct invocation *inv, struct connection *c, const char *url,
    bool is_in_vault)
{
	bool wants_shim = invocation_option(inv, "shim") != NULL;

	return connection_state(c) != NULL &&
	    strcmp(connection_state(c), "connected") == 0 && is_in_vault &&
	    invocation_option(inv, "new-token") == NULL &&
	    (!wants_shim || connection_is_shim(c)) &&
	    connection_is_intact(c, url);
}

static void
describe_unchanged(struct connection *c, const struct invocation *inv,
    const char *url, struct json_object *data)
{
	struct json_object *file = json_text_object(c->journal, "file");
	char shim[CONFIG_PATH_MAX];

	format_shim_path(c, inv, shim);
	field_set_text(data, "agent", c->client->id);
	field_set_text(data, "url", url);
	field_set_text(data, "configPath", json_text_string(file, "path"));
	field_set_text(data, "shimPath",
	    connection_is_shim(c) ? shim : NULL);
	field_set_flag(data, "configMutated", file != NULL);
	field_set_false(data, "requiresPath");
	field_set_array(data, "replaced");
	field_set_false(data, "changed");
}

static bool
connect_client(struct invocation *inv, struct connection *c,
    struct json_object *data, struct err *err)
{
	char url[URL_TEXT_MAX];
	struct connection_wish wish = { .url = url,
		.way = invocation_option(inv, "shim") != NULL ?
		    CONNECTION_BY_SHIM : CONNECTION_BY_FILE,
		.values = invocation_option(inv, "replace") != NULL ?
		    CONNECTION_REPLACE_VALUES : CONNECTION_KEEP_VALUES };
	bool is_dry = invocation_option(inv, "dry-run") != NULL;
	bool is_known = false;
	struct token_step step;

	if (!find_url(inv, url, err) ||
	    !agent_account_find(inv, c->client, &is_known, err))
		return false;
	if (is_unchanged(inv, c, url, is_known)) {
		describe_unchanged(c, inv, url, data);
		return true;
	}
	if (is_dry) {
		field_set_text(data, "agent", c->client->id);
		field_set_text(data, "url", url);
		field_set_false(data, "changed");
		add_manual(c, url, data);
		return true;
	}
	/* What is there is taken back first, a connection cut off, too. */
	if (!agent_account_choose(inv, c, is_known, &step, err) ||
	    (connection_state(c) != NULL &&
	    !connection_take_back(c, CONNECTION_KEEP_TOKEN, err)) ||
	    !connection_plan(c, &wish, err) || !carry_out(inv, c, &step, err))
		return false;
	add_plan(c, inv, data);
	field_set_true(data, "changed");
	warn_of_the_rest(c, inv, data);
	return true;
}

static bool
run_connect(struct invocation *inv, struct json_object **data, struct err *err)
{
	const struct client *client = find_client(inv, err);
	struct connection c;
	bool ok;

	if (client == NULL || !daemon_is_needed(inv, err))
		return false;
	*data = json_object_new_object();
	ok = connection_open(&c, inv, client, err) &&
	    connect_client(inv, &c, *data, err);
	connection_close(&c);
	if (ok)
		key_import_run(inv, client,
		    invocation_option(inv, "import-key") != NULL &&
		    invocation_option(inv, "dry-run") == NULL ?
		    KEY_IMPORT_TAKE : KEY_IMPORT_OFFER, *data);
	return ok;
}

/* The route and the policy that somebody gave it: theirs, so they stay. */
static void
tell_what_stays(struct invocation *inv, struct json_object *data)
{
	static const char *const files[][3] = {
		{ "routes.json", "routes", "cofferdam route remove" },
		{ "policies.json", "policies", "cofferdam policy clear" },
	};
	struct json_object *kept = field_set_array(data, "kept");

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct json_object *root;
		struct err ignored;
		const char *agent = inv->operands[0];

		if (!routing_file_read(inv, files[i][0], &root, &ignored))
			continue;
		if (json_text_object(json_text_object(root, files[i][1]),
		    agent) != NULL) {
			json_object_array_add(kept,
			    json_object_new_string(files[i][1]));
			warning_add(data, "its entry in %s stays: %s %s",
			    files[i][0], files[i][2], agent);
		}
		json_object_put(root);
	}
}

static bool
disconnect_client(struct invocation *inv, struct connection *c,
    struct json_object *data, struct err *err)
{
	bool was_connected = connection_state(c) != NULL;
	bool is_ours = connection_agent_is_ours(c);
	bool had_shim = connection_is_shim(c);
	bool had_file = json_text_object(c->journal, "file") != NULL;
	bool is_removed = false;
	char text[ERR_TEXT_MAX];
	struct err why;

	if (was_connected && !connection_take_back(c, CONNECTION_FORGET, err))
		return false;
	/* The agent is whole again even where nothing runs. */
	if (was_connected && is_ours)
		is_removed = agent_account_remove(inv, c, &why);
	if (was_connected && is_ours && !is_removed) {
		err_format(&why, text);
		warning_add(data, "its token still counts (%s); later: "
		    "cofferdam agents remove %s", text, c->client->id);
	}
	field_set_text(data, "agent", c->client->id);
	field_set_flag(data, "wasConnected", was_connected);
	field_set_flag(data, "shimRemoved", had_shim);
	field_set_flag(data, "configReverted", had_file);
	field_set_flag(data, "agentRemoved", is_removed);
	tell_what_stays(inv, data);
	return true;
}

static bool
run_disconnect(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	const struct client *client = find_client(inv, err);
	struct connection c;
	bool ok;

	if (client == NULL)
		return false;
	*data = json_object_new_object();
	ok = connection_open(&c, inv, client, err) &&
	    disconnect_client(inv, &c, *data, err);
	connection_close(&c);
	return ok;
}

static void
print_manual(struct json_object *manual)
{
	for (size_t i = 0; i < json_object_array_length(manual); i++) {
		struct json_object *o = json_object_array_get_idx(manual, i);
		struct json_object *path = json_text_array(o, "path");
		size_t n = json_object_array_length(path);

		for (size_t k = 0; k < n; k++)
			printf("%s%s", k > 0 ? " . " : "",
			    json_object_get_string(
			    json_object_array_get_idx(path, k)));
		printf("\n    %s\n", json_text_string(o, "value"));
	}
}

static void
print_connect(struct json_object *data)
{
	struct json_object *manual = json_text_array(data, "manual");
	struct json_object *replaced = json_text_array(data, "replaced");
	struct json_object *imported = json_text_array(data,
	    "credentialsImported");
	const char *agent = output_clean(json_text_string(data, "agent"));
	const char *path = json_text_string(data, "configPath");
	bool is_changed = false;

	json_text_bool(data, "changed", &is_changed);
	if (manual != NULL) {
		print_manual(manual);
		return;
	}
	printf("%s %s through %s\n", agent, is_changed ? "goes" :
	    "goes already", output_clean(json_text_string(data, "url")));
	if (path != NULL && is_changed)
		printf("    changed: %s\n", output_clean(path));
	for (size_t i = 0; replaced != NULL &&
	    i < json_object_array_length(replaced); i++)
		printf("    replaced, until it is disconnected: %s\n",
		    output_clean(json_object_get_string(
		    json_object_array_get_idx(replaced, i))));
	for (size_t i = 0; i < json_object_array_length(imported); i++)
		printf("    in the vault now: the key for %s\n",
		    output_clean(json_object_get_string(
		    json_object_array_get_idx(imported, i))));
	warning_print(data);
}

static void
print_disconnect(struct json_object *data)
{
	bool was_connected = false;

	json_text_bool(data, "wasConnected", &was_connected);
	printf("%s %s\n", output_clean(json_text_string(data, "agent")),
	    was_connected ? "is as it was before" : "was not connected");
	warning_print(data);
}

static const struct command_option connect_options[] = {
	{ "shim", NULL, "start it through a script in bin/ instead of "
	    "changing its configuration" },
	{ "replace", NULL, "overwrite values that are there, until it is "
	    "disconnected" },
	{ "new-token", NULL, "give it another token; the one before is void" },
	{ "import-key", NULL, "put its own key into the vault, too" },
	{ "dry-run", NULL, "only show what would be set" },
	{ NULL, NULL, NULL },
};

const struct command connect_commands[] = {
	{ .name = "connect", .operands = "<agent>", .help = "Points "
	    "claude-code, codex, openclaw or hermes at this gateway.",
	    .options = connect_options, .least = 1, .most = 1,
	    .run = run_connect, .print = print_connect },
	{ .name = "disconnect", .operands = "<agent>", .help = "Puts its "
	    "configuration back as it was.", .least = 1, .most = 1,
	    .run = run_disconnect, .print = print_disconnect },
	{ .name = NULL },
};
