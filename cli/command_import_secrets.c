/* SPDX-License-Identifier: ISC */
/*
 * The steps of "import thomas" that read secrets, each in an image of its own.
 * Nothing here may ask the proxy or read what the cloud sent (I1).
 */
#include <json-c/json.h>
#include <string.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/credential.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/thomas_secrets.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

typedef bool finder(struct thomas_secrets *, size_t n, struct thomas_entry *);

static void
list_agents(struct thomas_secrets *s, struct json_object *data)
{
	struct json_object *list = field_set_array(data, "agents");
	struct thomas_entry e;

	for (size_t n = 0; thomas_secrets_agent(s, n, &e); n++)
		json_object_array_add(list, e.id[0] != '\0' ?
		    json_object_new_string(e.id) : NULL);
}

static void
list_credentials(struct thomas_secrets *s, struct json_object *data)
{
	static const char *const kinds[] = { [THOMAS_KEY] = "key",
		[THOMAS_REFERENCE] = "reference", [THOMAS_LOGIN] = "login" };
	struct json_object *list = field_set_array(data, "credentials"), *o;
	struct thomas_entry e;

	for (size_t n = 0; thomas_secrets_credential(s, n, &e); n++) {
		o = field_append_object(list);
		field_set_text(o, "id", e.id[0] != '\0' ? e.id : NULL);
		field_set_text(o, "kind", kinds[e.kind]);
	}
}

static bool
take_home(const struct invocation *inv, const char **home, struct err *err)
{
	*home = invocation_option(inv, "home");
	return *home != NULL || err_set(err, ERR_USAGE, "--home is missing");
}

/* Names alone; null is one that has none which could be one here. */
static bool
run_list(struct invocation *inv, struct json_object **data, struct err *err)
{
	static const struct {
		const char *file, *member;
		char opens;
		void (*list)(struct thomas_secrets *, struct json_object *);
	} files[] = {
		{ "credentials.json", "providers", '[', list_credentials },
		{ "agents.json", "connected", '{', list_agents },
	};
	struct thomas_secrets s;
	const char *home;
	bool ok = take_home(inv, &home, err);

	if (!ok)
		return false;
	*data = json_object_new_object();
	for (size_t i = 0; ok && i < sizeof files / sizeof files[0]; i++) {
		ok = thomas_secrets_open(&s, home, files[i].file, err) &&
		    (thomas_secrets_fit(&s, files[i].member, files[i].opens) ||
		    err_set(err, ERR_FILE_DAMAGED, "%s", files[i].file));
		if (ok)
			files[i].list(&s, *data);
		thomas_secrets_close(&s);
	}
	return ok;
}

/* The secret of that name, and nothing else of the file. */
static struct secret *
find_secret(const char *home, const char *file, finder *next, const char *id,
    struct err *err)
{
	struct secret *found = NULL;
	struct thomas_secrets s;
	struct thomas_entry e;

	err_set(err, ERR_KEY_INVALID, "%s", id);
	if (thomas_secrets_open(&s, home, file, err))
		for (size_t n = 0; found == NULL && next(&s, n, &e); n++)
			if (e.kind == THOMAS_KEY && strcmp(e.id, id) == 0)
				found = thomas_secrets_take(&s, &e, err);
	thomas_secrets_close(&s);
	return found;
}

static bool
run_key(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *scheme = invocation_option(inv, "scheme"), *home;
	struct credential_add add = {
		.provider = inv->operands[0],
		.url = invocation_option(inv, "base-url"),
		.scheme = scheme != NULL && strcmp(scheme, "x-api-key") == 0 ?
		    AUTH_X_API_KEY : AUTH_BEARER,
		.uid = IPC_UID_UNKNOWN,
	};
	AUTO_WIPE struct secret *key = NULL;
	struct call_end end;

	if (add.url == NULL)
		return err_set(err, ERR_USAGE, "--base-url is missing");
	if (!take_home(inv, &home, err) || !daemon_is_needed(inv, err))
		return false;
	key = find_secret(home, "credentials.json", thomas_secrets_credential,
	    add.provider, err);
	if (key == NULL || !credential_send(inv->home, &add, key, &end, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "pin", end.text);
	return true;
}

static bool
run_agent(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *home;
	struct ipc_add_agent agent = { .flags = 0 };
	struct call_ask ask = { .server = BROKER, .type = IPC_ADD_AGENT,
	    .body = &agent };
	AUTO_WIPE struct secret *token = NULL;

	if (!ipc_name_set(&agent.agent, inv->operands[0], err) ||
	    !take_home(inv, &home, err) || !daemon_is_needed(inv, err))
		return false;
	token = find_secret(home, "agents.json", thomas_secrets_agent,
	    inv->operands[0], err);
	if (token == NULL)
		return false;
	ask.tail = secret_peek(token);
	ask.tail_len = secret_len(token);
	if (!call_ask(inv->home, &ask, NULL, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "agent", inv->operands[0]);
	return true;
}

static void
print_nothing(struct json_object *data)
{
	(void)data;
}

static const struct command_option options[] = {
	{ "home", "D", "of thomas" },
	{ "base-url", "U", "approved" },
	{ "scheme", "S", "x-api-key or bearer" },
	{ NULL, NULL, NULL },
};

const struct command import_secrets_commands[] = {
	{ .name = "import thomas-list", .help = "A step of import thomas.",
	    .options = options, .visibility = COMMAND_HIDDEN,
	    .run = run_list, .print = print_nothing },
	{ .name = "import thomas-key", .operands = "<id>", .help = "A step of "
	    "import thomas.", .options = options, .least = 1, .most = 1,
	    .visibility = COMMAND_HIDDEN, .run = run_key,
	    .print = print_nothing },
	{ .name = "import thomas-agent", .operands = "<id>", .help = "A step "
	    "of import thomas.", .options = options, .least = 1, .most = 1,
	    .visibility = COMMAND_HIDDEN, .run = run_agent,
	    .print = print_nothing },
	{ .name = NULL },
};
