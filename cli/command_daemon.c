/* SPDX-License-Identifier: ISC */
/* up, down, reload: the daemon. */
#include <json-c/json.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/again.h"
#include "cli/call.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/status.h"
#include "cli/terminal.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"

/*
 * Runs one of our commands that asks for a passphrase in an image of its own:
 * this one will read what the proxy says (I1).
 */
static bool
run_aside(const char *name)
{
	struct again again = { .n_words = 0 };
	struct err ignored;
	int status;

	again_add(&again, name);
	again_add(&again, "--quiet");
	return again_run(&again, &status, &ignored) && status == EX_OK;
}

static bool
make_vault_if_none(struct invocation *inv, struct err *err)
{
	int home = invocation_home(inv, HOME_MAKE, err);

	if (home == -1)
		return false;
	if (faccessat(home, "vault/vault", F_OK, 0) == 0)
		return true;
	return (terminal_is_there() && run_aside("init")) ||
	    err_set(err, ERR_NO_VAULT, "%.100s", inv->home_path);
}

static void
unlock_if_asked(const struct invocation *inv)
{
	struct ipc_vault_status vault;
	struct err ignored;

	if (vault_view_status(inv->home, &vault, &ignored) && vault.exists &&
	    vault.locked && !vault.with_key_file && terminal_is_there() &&
	    invocation_option(inv, "locked") == NULL)
		run_aside("unlock");
}

static bool
run_up(struct invocation *inv, struct json_object **data, struct err *err)
{
	if (!make_vault_if_none(inv, err))
		return false;
	if (invocation_option(inv, "foreground") != NULL)
		return daemon_become(inv, err);
	if (!daemon_start(inv, err))
		return false;
	unlock_if_asked(inv);
	*data = status_collect(inv);
	return true;
}

static bool
run_down(struct invocation *inv, struct json_object **data, struct err *err)
{
	int home = invocation_home(inv, HOME_EXISTS, err);
	bool is_stopped = home != -1 && daemon_end(home, err);

	if (!is_stopped && err->code != ERR_NOT_RUNNING)
		return false;
	*data = json_object_new_object();
	field_set_flag(*data, "wasRunning", is_stopped);
	return true;
}

static void
print_down(struct json_object *data)
{
	bool was_running = false;

	json_text_bool(data, "wasRunning", &was_running);
	puts(was_running ? "stopped" : "cofferdamd was not running");
}

static bool
run_reload(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct call_ask ask = { .server = SUPERVISOR,
	    .type = IPC_RELOAD_REQUEST };

	if (!daemon_is_needed(inv, err) ||
	    !call_ask(inv->home, &ask, NULL, err))
		return false;
	return question_reload(inv->home, data, err);
}

static void
print_reload(struct json_object *data)
{
	struct json_object *problems = json_text_array(data, "problems");
	size_t n = problems != NULL ? json_object_array_length(problems) : 0;

	puts("reloaded");
	for (size_t i = 0; i < n; i++)
		printf("    %s\n", output_clean(json_object_get_string(
		    json_object_array_get_idx(problems, i))));
}

static const struct command_option up_options[] = {
	{ "foreground", NULL, "stay, and write the log to standard error" },
	{ "listen", "ADDR:PORT...", "instead of the setting; may be repeated; "
	    "port 0: any" },
	{ "locked", NULL, "do not ask for the passphrase" },
	{ NULL, NULL, NULL },
};

const struct command daemon_commands[] = {
	{ .name = "up", .help = "Starts the daemon; makes the vault if there "
	    "is none.",
	    .options = up_options, .run = run_up,
	    .print = status_print_start },
	{ .name = "down", .help = "Stops the daemon, after 10 s at most.",
	    .run = run_down, .print = print_down },
	{ .name = "reload",
	    .help = "Reads settings, routes and providers again.",
	    .run = run_reload, .print = print_reload },
	{ .name = NULL },
};
