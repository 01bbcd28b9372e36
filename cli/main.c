/* SPDX-License-Identifier: ISC */
/*
 * cofferdam: the user's command.
 *
 * It talks to the daemon's processes over their sockets in run/, and to nobody
 * else.  What it reads from the proxy may have come from the cloud; an image
 * that has done so never reads a secret (again.h).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/fields.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "common/errors.h"

/* Keys and passphrases pass through here: no core, no debugger. */
static void
shut_eyes(void)
{
	struct rlimit none = { 0, 0 };

	umask(077);
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &none);
}

static bool
show_version(const struct invocation *inv, struct err *err)
{
	struct json_object *data;
	bool ok;

	if (inv->form == OUTPUT_TEXT)
		return puts("cofferdam " PACKAGE_VERSION) != EOF;
	data = json_object_new_object();
	field_set_text(data, "version", PACKAGE_VERSION);
	ok = output_data(inv, data, err);
	json_object_put(data);
	return ok;
}

static bool
run(struct invocation *inv, struct err *err)
{
	struct json_object *data = NULL;
	bool ok = inv->command->run(inv, &data, err);

	if (ok && data != NULL && inv->form == OUTPUT_JSON)
		ok = output_data(inv, data, err);
	else if (ok && data != NULL)
		inv->command->print(data);
	json_object_put(data);
	return ok;
}

static bool
obey(struct invocation *inv, struct err *err)
{
	if (inv->wants_version)
		return show_version(inv, err);
	if (inv->wants_help && inv->noun != NULL)
		help_print_all(inv->noun);
	else if (inv->wants_help && inv->command == NULL)
		help_print_overview();
	else if (inv->wants_help)
		help_print(inv->command);
	else
		return run(inv, err);
	return true;
}

int
main(int argc, char *argv[])
{
	struct invocation inv;
	struct err err = { .code = ERR_NONE };

	shut_eyes();
	if (!invocation_parse(&inv, argc, argv, &err) || !obey(&inv, &err)) {
		output_error(&inv, &err);
		inv.exit_status = err_exit_status(err.code);
	}
	invocation_close(&inv);
	return inv.exit_status;
}
