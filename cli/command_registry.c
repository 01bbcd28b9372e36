/* SPDX-License-Identifier: ISC */
/*
 * providers register, providers unregister: what this machine's user says about
 * providers, which counts more than the cloud's word (I8).  No secret is read
 * here.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/approval.h"
#include "cli/call.h"
#include "cli/command.h"
#include "cli/credential.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/registration.h"
#include "cli/routing_file.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"
#include "common/url.h"

/* The vault's entry of this name is the control plane's token. */
#define RESERVED_ID "cloud"

static bool
check_id(struct invocation *inv, const char *id, struct err *err)
{
	struct question_provider known;
	struct ipc_name name;
	struct err unknown;

	if (!ipc_name_set(&name, id, err))
		return false;
	if (strcmp(id, RESERVED_ID) == 0)
		return err_set(err, ERR_ID_INVALID, "'%s' is reserved", id);
	if (question_provider(inv->home, id, &known, &unknown))
		return strcmp(known.source, "builtin") != 0 ||
		    err_set(err, ERR_PROVIDER_BUILTIN, "%s", id);
	if (unknown.code == ERR_UNKNOWN_PROVIDER ||
	    unknown.code == ERR_URL_INVALID)
		return true;
	*err = unknown;
	return false;
}

/*
 * The keys first: half done, they may be used for less than the file says.  The
 * vault is needed only when there is something to tell it.
 */
static bool
mark_keys(struct invocation *inv, struct json_object *root, const char *id,
    bool is_central, struct err *err)
{
	bool was_central = false;

	json_text_bool(routing_file_provider(root, id), "central",
	    &was_central);
	if (credential_mark_central(inv->home, id, is_central, err))
		return true;
	return err->code == ERR_NO_VAULT || (err->code == ERR_VAULT_LOCKED &&
	    !was_central && !is_central);
}

static bool
write_registration(struct invocation *inv, const struct registration *r,
    bool *is_replaced, struct err *err)
{
	struct routing_file f;
	bool ok;

	ok = routing_file_open(&f, inv, "providers.json", err) &&
	    registration_check_owners(r, f.root, err) &&
	    mark_keys(inv, f.root, r->id, r->is_central, err);
	if (ok) {
		*is_replaced = routing_file_put_provider(f.root, r->id,
		    registration_entry(r));
		ok = routing_file_save(&f, err);
	}
	routing_file_close(&f);
	return ok && question_reload(inv->home, NULL, err);
}

/*
 * A provider without a key has an entry too: it is the pin.  One that is there
 * already is left alone, since registering never moves a pin.
 */
static bool
pin_without_key(struct invocation *inv, const struct registration *r,
    struct err *err)
{
	struct credential_add add = { .provider = r->id, .url = r->url.text,
	    .scheme = AUTH_NOTHING, .uid = IPC_UID_UNKNOWN,
	    .flags = r->is_central ? CREDENTIAL_IS_CENTRAL : 0 };
	struct json_object *all;
	struct call_end end;
	bool is_pinned;

	if (!vault_view_credentials(inv->home, &all, err))
		return false;
	is_pinned = vault_view_find(all, r->id, "") != NULL;
	json_object_put(all);
	return is_pinned || credential_send(inv->home, &add, NULL, &end, err);
}

/* What is pinned now, for the answer; nothing while the vault is locked. */
static void
add_pin(struct json_object *data, int home, const struct registration *r)
{
	struct json_object *all;
	const char *pin = NULL;
	struct err ignored;

	if (!vault_view_credentials(home, &all, &ignored)) {
		field_set_null(data, "pin");
		return;
	}
	pin = approval_pin(all, r->id, r->url.text);
	field_set_text(data, "pin", pin);
	json_object_put(all);
}

static bool
run_register(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	struct registration r;
	bool is_replaced = false;

	if (!registration_parse(&r, inv, err) || !daemon_is_needed(inv, err) ||
	    !check_id(inv, r.id, err) ||
	    !write_registration(inv, &r, &is_replaced, err) ||
	    (r.has_no_key && !pin_without_key(inv, &r, err)))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", r.id);
	field_set_text(*data, "protocol", r.protocol);
	field_set_text(*data, "baseUrl", r.url.text);
	field_set_flag(*data, "replacedExisting", is_replaced);
	add_pin(*data, inv->home, &r);
	return true;
}

static void
print_register(struct json_object *data)
{
	const char *id = output_clean(json_text_string(data, "provider"));
	const char *url = json_text_string(data, "baseUrl");
	const char *pin = json_text_string(data, "pin");

	printf("%s is at %s\n", id, output_clean(url));
	if (pin != NULL && strcmp(pin, url) != 0)
		printf("its key stays pinned to %s; to move it: cofferdam "
		    "providers trust %s\n", output_clean(pin), id);
}

/* The key first: half done, it is gone rather than left behind. */
static bool
forget(struct invocation *inv, struct routing_file *f, unsigned *n_keys,
    struct err *err)
{
	const char *id = inv->operands[0];

	return (invocation_option(inv, "keep-key") != NULL ?
	    mark_keys(inv, f->root, id, false, err) :
	    credential_remove(inv->home, id, NULL, n_keys, err)) &&
	    routing_file_remove_provider(f->root, id) &&
	    routing_file_save(f, err);
}

static bool
run_unregister(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	const char *id = inv->operands[0];
	struct routing_file f;
	struct ipc_name name;
	bool ok, is_registered = false;
	unsigned n_keys = 0;

	if (!ipc_name_set(&name, id, err) || !daemon_is_needed(inv, err))
		return false;
	ok = routing_file_open(&f, inv, "providers.json", err);
	if (ok) {
		/* A built-in one stays, and so does its key. */
		is_registered = routing_file_provider(f.root, id) != NULL;
		ok = !is_registered || forget(inv, &f, &n_keys, err);
	}
	routing_file_close(&f);
	if (!ok || !question_reload(inv->home, NULL, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", id);
	field_set_flag(*data, "removed", is_registered);
	field_set_flag(*data, "keyRemoved", n_keys > 0);
	return true;
}

static void
print_unregister(struct json_object *data)
{
	const char *id = output_clean(json_text_string(data, "provider"));
	bool is_removed = false, is_key_removed = false;

	json_text_bool(data, "removed", &is_removed);
	json_text_bool(data, "keyRemoved", &is_key_removed);
	printf("%s %s%s\n", id, is_removed ? "is no longer registered" :
	    "was not registered", is_key_removed ? "; its key is removed" : "");
}

static const struct command_option register_options[] = {
	{ "protocol", "P", "openai, anthropic or responses" },
	{ "base-url", "U", "https://host[:port][/path]" },
	{ "failover-for", "NAME...", "stands in for this model of the central "
	    "server; may be repeated" },
	{ "central", NULL, "this is the central server" },
	{ "infer-path", "PATH", "where the central server takes requests" },
	{ "no-key", NULL, "the provider wants no key" },
	{ NULL, NULL, NULL },
};

static const struct command_option unregister_options[] = {
	{ "keep-key", NULL, "leave its key in the vault, pinned as it is" },
	{ NULL, NULL, NULL },
};

const struct command registry_commands[] = {
	{ .name = "providers register", .operands = "<id>",
	    .help = "Registers or changes a provider of your own.",
	    .options = register_options, .least = 1, .most = 1,
	    .run = run_register, .print = print_register },
	{ .name = "providers unregister", .operands = "<id>",
	    .help = "Forgets a registered provider, and its key.",
	    .options = unregister_options, .least = 1, .most = 1,
	    .run = run_unregister, .print = print_unregister },
	{ .name = NULL },
};
