/* SPDX-License-Identifier: ISC */
/*
 * init, lock, unlock: the vault.
 *
 * These read passphrases: nothing here asks the proxy (I1).
 */
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/key_file.h"
#include "cli/output.h"
#include "cli/passphrase.h"
#include "cli/secret_input.h"
#include "cli/settings_file.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"

/* With "--quiet" there is nothing to print. */
static void
answer(const struct invocation *inv, struct json_object **data,
    struct json_object *object)
{
	if (invocation_option(inv, "quiet") == NULL)
		*data = object;
	else
		json_object_put(object);
}

static bool
make_vault(struct invocation *inv, uint32_t flags,
    const struct secret *passphrase, struct err *err)
{
	struct attachment attachment;
	bool ok;

	ok = daemon_attach(inv, &attachment, err) &&
	    passphrase_send(inv, IPC_INIT_VAULT, flags, passphrase, err);
	daemon_detach(&attachment);
	return ok;
}

static bool
init_with_key_file(struct invocation *inv, const char *path,
    char absolute[PATH_MAX], struct err *err)
{
	if (!key_file_make(path, absolute, PATH_MAX, err) ||
	    !key_file_link(inv->home, absolute, err))
		return false;
	if (make_vault(inv, VAULT_WITH_KEY_FILE, NULL, err))
		return true;
	key_file_unlink(inv->home);
	return false;
}

static bool
init_with_passphrase(struct invocation *inv, struct err *err)
{
	AUTO_WIPE struct secret *passphrase = secret_input_new_passphrase(inv,
	    "passphrase-fd", err);

	if (passphrase == NULL)
		return false;
	/* Of a vault that was removed: the daemon would look for its key. */
	key_file_unlink(inv->home);
	return make_vault(inv, 0, passphrase, err);
}

static bool
make_settings(struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int folder = invocation_settings_folder(inv, err);

	return folder != -1 && settings_file_make(folder, err);
}

static bool
run_init(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *key_file = invocation_option(inv, "key-file");
	char absolute[PATH_MAX] = "";
	struct json_object *object;

	if (invocation_home(inv, HOME_MAKE, err) == -1)
		return false;
	if (faccessat(inv->home, "vault/vault", F_OK, 0) == 0)
		return err_set(err, ERR_VAULT_EXISTS, "%.100s",
		    inv->home_path);
	if (!make_settings(inv, err) ||
	    (key_file != NULL ?
	    !init_with_key_file(inv, key_file, absolute, err) :
	    !init_with_passphrase(inv, err)))
		return false;
	object = json_object_new_object();
	field_set_text(object, "home", inv->home_path);
	field_set_text(object, "keyFile", *absolute != '\0' ? absolute : NULL);
	answer(inv, data, object);
	return true;
}

static void
print_init(struct json_object *data)
{
	const char *key_file = json_text_string(data, "keyFile");

	printf("made an empty vault in %s\n",
	    output_clean(json_text_string(data, "home")));
	if (key_file != NULL)
		printf("whoever reads %s can open it\n",
		    output_clean(key_file));
}

static struct json_object *
lock_state(bool is_locked)
{
	struct json_object *object = json_object_new_object();

	field_set_flag(object, "locked", is_locked);
	return object;
}

static bool
run_lock(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct call_ask ask = { .server = BROKER, .type = IPC_LOCK };

	if (!daemon_is_needed(inv, err) ||
	    !call_ask(inv->home, &ask, NULL, err))
		return false;
	*data = lock_state(true);
	return true;
}

static bool
unlock(struct invocation *inv, const struct ipc_vault_status *vault,
    struct err *err)
{
	uint32_t flags = invocation_option(inv, "accept-rollback") != NULL ?
	    ACCEPT_ROLLBACK : 0;
	AUTO_WIPE struct secret *passphrase = NULL;

	if (vault->with_key_file)
		return passphrase_send(inv, IPC_UNLOCK,
		    flags | VAULT_WITH_KEY_FILE, NULL, err);
	passphrase = secret_input_passphrase(inv, "passphrase-fd",
	    "Passphrase", err);
	return passphrase != NULL &&
	    passphrase_send(inv, IPC_UNLOCK, flags, passphrase, err);
}

static bool
run_unlock(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct ipc_vault_status vault;

	if (!daemon_is_needed(inv, err) ||
	    !vault_view_usable(inv->home, &vault, err))
		return false;
	if (vault.locked && !unlock(inv, &vault, err))
		return false;
	answer(inv, data, lock_state(false));
	return true;
}

static void
print_lock(struct json_object *data)
{
	bool is_locked = false;

	json_text_bool(data, "locked", &is_locked);
	puts(is_locked ? "locked: no request gets a key now" : "unlocked");
}

static const struct command_option init_options[] = {
	{ "key-file", "F", "open the vault with the bytes in F, made if "
	    "absent, instead of a passphrase" },
	{ "passphrase-fd", "N", "read the passphrase from descriptor N" },
	{ "quiet", NULL, "say nothing on success" },
	{ NULL, NULL, NULL },
};

static const struct command_option unlock_options[] = {
	{ "passphrase-fd", "N", "read the passphrase from descriptor N" },
	{ "accept-rollback", NULL, "the vault or the audit log was restored "
	    "on purpose" },
	{ "quiet", NULL, "say nothing on success" },
	{ NULL, NULL, NULL },
};

const struct command vault_commands[] = {
	{ .name = "init", .help = "Makes the home and an empty vault.",
	    .options = init_options, .run = run_init, .print = print_init },
	{ .name = "lock", .help = "Locks the vault: no request gets a key.",
	    .run = run_lock, .print = print_lock },
	{ .name = "unlock", .help = "Opens the vault.",
	    .options = unlock_options, .run = run_unlock,
	    .print = print_lock },
	{ .name = NULL },
};
