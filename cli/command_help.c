/* SPDX-License-Identifier: ISC */
/* help: what commands there are. */
#include <json-c/json.h>

#include "cli/command.h"
#include "cli/fields.h"
#include "cli/help.h"
#include "cli/invocation.h"

static bool
run_help(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *list, *one;

	(void)inv;
	(void)err;
	*data = json_object_new_object();
	list = json_object_new_array();
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->name != NULL; c++) {
			if (c->visibility != COMMAND_SHOWN)
				continue;
			one = json_object_new_object();
			field_set_text(one, "name", c->name);
			field_set_text(one, "help", c->help);
			json_object_array_add(list, one);
		}
	json_object_object_add(*data, "commands", list);
	return true;
}

static void
print_commands(struct json_object *data)
{
	(void)data;
	help_print_all(NULL);
}

const struct command help_commands[] = {
	{ .name = "help", .help = "Lists every command, a line each.",
	    .run = run_help, .print = print_commands },
	{ .name = NULL },
};
