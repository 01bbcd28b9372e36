/* SPDX-License-Identifier: ISC */
/* passwd: another passphrase.  Nothing here asks the proxy (I1). */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/key_file.h"
#include "cli/parcel.h"
#include "cli/passphrase.h"
#include "cli/secret_input.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

static bool
send_passwd(struct invocation *inv, const struct secret *old,
    const struct secret *new, struct err *err)
{
	struct ipc_passwd body = {
		.old_len = old != NULL ? (uint32_t)secret_len(old) : 0,
		.new_len = (uint32_t)secret_len(new),
	};
	struct call_ask ask = { .server = BROKER, .type = IPC_PASSWD,
	    .body = &body, .timeout_s = PASSPHRASE_TIMEOUT_S };
	struct parcel *tail = parcel_new(err);
	bool ok;

	ok = tail != NULL && (old == NULL || parcel_add(tail,
	    secret_peek(old), secret_len(old), err)) &&
	    parcel_add(tail, secret_peek(new), secret_len(new), err);
	if (ok) {
		ask.tail = parcel_bytes(tail);
		ask.tail_len = parcel_len(tail);
		ok = call_ask(inv->home, &ask, NULL, err);
	}
	parcel_free(tail);
	return ok;
}

/* Opens the vault for the change, and leaves it as it was found. */
static bool
change_passphrase(struct invocation *inv,
    const struct ipc_vault_status *vault, struct err *err)
{
	AUTO_WIPE struct secret *old = NULL, *new = NULL;
	struct call_ask lock = { .server = BROKER, .type = IPC_LOCK };
	bool ok;

	old = secret_input_passphrase(inv, "passphrase-fd",
	    "Passphrase until now", err);
	if (old == NULL)
		return false;
	new = secret_input_new_passphrase(inv, "new-passphrase-fd", err);
	if (new == NULL || (vault->locked &&
	    !passphrase_send(inv, IPC_UNLOCK, 0, old, err)))
		return false;
	ok = send_passwd(inv, old, new, err);
	return vault->locked && ok ? call_ask(inv->home, &lock, NULL, err) : ok;
}

/* From now on the file opens nothing. */
static bool
replace_key_file(struct invocation *inv, struct err *err)
{
	AUTO_WIPE struct secret *new = secret_input_new_passphrase(inv,
	    "new-passphrase-fd", err);

	if (new == NULL || !send_passwd(inv, NULL, new, err))
		return false;
	key_file_unlink(inv->home);
	return true;
}

static bool
change(struct invocation *inv, struct err *err)
{
	struct ipc_vault_status vault;

	if (!vault_view_usable(inv->home, &vault, err))
		return false;
	return vault.with_key_file ? replace_key_file(inv, err) :
	    change_passphrase(inv, &vault, err);
}

static bool
run_passwd(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct attachment attachment = { .hold = -1 };
	bool ok;

	ok = invocation_home(inv, HOME_EXISTS, err) != -1 &&
	    daemon_attach(inv, &attachment, err) && change(inv, err);
	daemon_detach(&attachment);
	if (!ok)
		return false;
	*data = json_object_new_object();
	field_set_true(*data, "changed");
	return true;
}

static void
print_passwd(struct json_object *data)
{
	(void)data;
	puts("the passphrase is changed; copies of the old vault file still "
	    "open with the old one");
}

static const struct command_option passwd_options[] = {
	{ "passphrase-fd", "N", "read the one until now from descriptor N" },
	{ "new-passphrase-fd", "N", "read the new one from descriptor N" },
	{ NULL, NULL, NULL },
};

const struct command passwd_commands[] = {
	{ .name = "passwd", .help = "Changes the passphrase.",
	    .options = passwd_options, .run = run_passwd,
	    .print = print_passwd },
	{ .name = NULL },
};
