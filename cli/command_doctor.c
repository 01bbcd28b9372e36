/* SPDX-License-Identifier: ISC */
/* doctor: do the walls hold here, and what else is to be known? */
#include <json-c/json.h>

#include "cli/command.h"
#include "cli/demonstration_view.h"
#include "cli/doctor.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/reach.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/settings.h"

static bool
check(struct invocation *inv, const struct settings *settings,
    struct json_object *data, struct err *err)
{
	struct json_object *credentials;

	if (inv->home == -1)
		return err_set(err, ERR_NOT_RUNNING, "no home");
	if (!vault_view_credentials(inv->home, &credentials, err))
		return false;
	reach_providers(settings, credentials, data);
	json_object_put(credentials);
	return true;
}

static bool
run_doctor(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct settings settings;
	bool is_good;

	*data = json_object_new_object();
	field_set_true(*data, "ok");
	doctor_read(inv, &settings, *data);
	is_good = demonstration_view(&settings, *data);
	if (!is_good) {
		field_set_false(*data, "ok");
		inv->exit_status = err_exit_status(ERR_CONFINE_FAILED);
	}
	doctor_add_agents(*data);
	doctor_add_risks(inv, &settings, *data);
	return invocation_option(inv, "check") == NULL ||
	    check(inv, &settings, *data, err);
}

static const struct command_option options[] = {
	{ "check", NULL, "also tries to reach each provider that has a key" },
	{ NULL, NULL, NULL },
};

const struct command doctor_commands[] = {
	{ .name = "doctor", .help = "Tries on this machine what each process "
	    "must not be able to do.",
	    .options = options, .run = run_doctor, .print = doctor_print },
	{ .name = NULL },
};
