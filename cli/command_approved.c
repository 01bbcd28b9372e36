/* SPDX-License-Identifier: ISC */
/*
 * providers add-approved, providers trust-approved: the second steps of
 * command_key.c, in an image that knows the approved URL and nothing else.
 *
 * Nothing here may ask the proxy or read what the cloud sent (I1).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/credential.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/parcel.h"
#include "cli/passphrase.h"
#include "cli/secret_input.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/url.h"

static struct secret *
read_key(const struct invocation *inv, struct err *err)
{
	struct secret_input_key input = { .label = "Key", .least =
	    SECRET_INPUT_KEY_MIN, .max = SECRET_MAX, .code = ERR_KEY_INVALID };
	unsigned fd = 0;

	if (!invocation_number(inv, "key-fd", 1023, &fd, err))
		return NULL;
	input.fd = (int)fd;
	return secret_input_key(&input, err);
}

static bool
run_add_approved(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	const char *scheme = invocation_option(inv, "scheme");
	struct credential_add add = {
		.provider = inv->operands[0],
		.agent = invocation_option(inv, "agent"),
		.url = invocation_option(inv, "base-url"),
		.scheme = scheme != NULL && strcmp(scheme, "x-api-key") == 0 ?
		    AUTH_X_API_KEY : AUTH_BEARER,
		.uid = IPC_UID_UNKNOWN,
		.flags = invocation_option(inv, "central") != NULL ?
		    CREDENTIAL_IS_CENTRAL : 0,
	};
	AUTO_WIPE struct secret *key = NULL;
	struct call_end end;

	if (add.url == NULL)
		return err_set(err, ERR_USAGE, "--base-url is missing");
	if (!invocation_number(inv, "uid", IPC_UID_UNKNOWN - 1, &add.uid,
	    err) || !daemon_is_needed(inv, err))
		return false;
	key = read_key(inv, err);
	if (key == NULL || !credential_send(inv->home, &add, key, &end, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", inv->operands[0]);
	field_set_text(*data, "agent", add.agent);
	field_set_text(*data, "pin", end.text);
	field_set_flag(*data, "replacedExisting", end.value == 1);
	return true;
}

static void
print_add(struct json_object *data)
{
	bool is_replaced = false;

	json_text_bool(data, "replacedExisting", &is_replaced);
	printf("%s the key for %s; it goes to %s and nowhere else\n",
	    is_replaced ? "replaced" : "stored",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "pin")));
}

static bool
send_trust(const struct invocation *inv, const char *url,
    const struct secret *passphrase, struct call_end *end, struct err *err)
{
	struct ipc_trust body = {
		.url_len = (uint32_t)strlen(url),
		.passphrase_len = passphrase != NULL ?
		    (uint32_t)secret_len(passphrase) : 0,
	};
	struct call_ask ask = { .server = BROKER, .type = IPC_TRUST,
	    .body = &body, .timeout_s = PASSPHRASE_TIMEOUT_S };
	struct parcel *tail = parcel_new(err);
	bool ok;

	ok = tail != NULL &&
	    ipc_name_set(&body.provider, inv->operands[0], err) &&
	    parcel_add(tail, url, body.url_len, err) && (passphrase == NULL ||
	    parcel_add(tail, secret_peek(passphrase), body.passphrase_len,
	    err));
	if (ok) {
		ask.tail = parcel_bytes(tail);
		ask.tail_len = parcel_len(tail);
		ok = call_ask(inv->home, &ask, end, err);
	}
	parcel_free(tail);
	return ok;
}

/* Whether it takes the passphrase is the broker's to know. */
static bool
trust(const struct invocation *inv, const char *url, struct call_end *end,
    struct err *err)
{
	AUTO_WIPE struct secret *passphrase = NULL;

	if (send_trust(inv, url, NULL, end, err))
		return true;
	if (err->code != ERR_PASSPHRASE_NEEDED)
		return false;
	passphrase = secret_input_passphrase(inv, "passphrase-fd",
	    "Passphrase of the vault", err);
	return passphrase != NULL && send_trust(inv, url, passphrase, end, err);
}

static bool
run_trust_approved(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	const char *url = invocation_option(inv, "base-url");
	struct call_end end;

	if (url == NULL || strlen(url) >= URL_MAX)
		return err_set(err, ERR_USAGE, "--base-url");
	if (!daemon_is_needed(inv, err) || !trust(inv, url, &end, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", inv->operands[0]);
	field_set_text(*data, "previousPin", end.text);
	field_set_text(*data, "pin", url);
	return true;
}

static void
print_trust(struct json_object *data)
{
	printf("the key for %s goes to %s from now on, no longer to %s\n",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "pin")),
	    output_clean(json_text_string(data, "previousPin")));
}

static const struct command_option options[] = {
	{ "base-url", "U", "approved" },
	{ "scheme", "S", "x-api-key or bearer" },
	{ "key-fd", "N", "read the key from descriptor N" },
	{ "passphrase-fd", "N", "read the passphrase from descriptor N" },
	{ "central", NULL, "for a central server" },
	{ "agent", "A", "for this agent alone" },
	{ "uid", "U", "for this user's agents alone" },
	{ NULL, NULL, NULL },
};

const struct command approved_commands[] = {
	{ .name = "providers add-approved", .envelope = "providers add",
	    .operands = "<id>", .help = "The second step of providers add.",
	    .options = options, .least = 1, .most = 1,
	    .visibility = COMMAND_HIDDEN, .run = run_add_approved,
	    .print = print_add },
	{ .name = "providers trust-approved", .envelope = "providers trust",
	    .operands = "<id>", .help = "The second step of providers trust.",
	    .options = options, .least = 1, .most = 1,
	    .visibility = COMMAND_HIDDEN, .run = run_trust_approved,
	    .print = print_trust },
	{ .name = NULL },
};
