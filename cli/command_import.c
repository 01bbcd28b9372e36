/* SPDX-License-Identifier: ISC */
/*
 * import thomas: takes over the home of another gateway.  This image sees no
 * secret; command_import_secrets.c has those that do.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/thomas_home.h"
#include "common/errors.h"
#include "common/json/json_text.h"

/* What would be pinned where: the step's state does not matter. */
static void
add_pins(struct json_object *data, struct json_object *plan)
{
	struct json_object *pins = field_set_array(data, "pins");

	for (size_t i = 0; i < json_object_array_length(plan); i++) {
		struct json_object *s = json_object_array_get_idx(plan, i), *o;
		const char *pin = json_text_string(s, "pin");

		if (pin == NULL)
			continue;
		o = field_append_object(pins);
		field_set_text(o, "provider", json_text_string(s, "id"));
		field_set_text(o, "pin", pin);
	}
}

static void
show_pins(struct json_object *data)
{
	struct json_object *pins = json_text_array(data, "pins");

	for (size_t i = 0; i < json_object_array_length(pins); i++) {
		struct json_object *p = json_object_array_get_idx(pins, i);

		fprintf(stderr, "the key for %s will go to %s and nowhere "
		    "else\n", output_clean(json_text_string(p, "provider")),
		    output_clean(json_text_string(p, "pin")));
	}
}

static bool
approve(struct json_object *data, struct err *err)
{
	if (json_object_array_length(json_text_array(data, "pins")) == 0 ||
	    !terminal_is_there())
		return true;
	show_pins(data);
	return terminal_confirm("Is that right?") ||
	    err_set(err, ERR_APPROVAL_NEEDED, "you did not approve it");
}

static int64_t
count(struct json_object *plan, const char *state)
{
	int64_t n = 0;

	for (size_t i = 0; i < json_object_array_length(plan); i++) {
		const char *is = json_text_string(
		    json_object_array_get_idx(plan, i), "state");

		n += is != NULL && strcmp(is, state) == 0;
	}
	return n;
}

static bool
run_import(struct invocation *inv, struct json_object **data, struct err *err)
{
	bool is_dry = invocation_option(inv, "dry-run") != NULL;
	struct thomas_home h;
	bool ok;

	ok = thomas_home_find(&h, inv, err) && daemon_is_needed(inv, err) &&
	    thomas_home_plan(&h, inv, err);
	if (!ok) {
		thomas_home_close(&h);
		return false;
	}
	*data = json_object_new_object();
	field_set_text(*data, "home", h.path);
	field_set_flag(*data, "dryRun", is_dry);
	add_pins(*data, h.plan);
	ok = is_dry || approve(*data, err);
	if (ok && !is_dry)
		thomas_home_take(&h);
	field_set_number(*data, "done", count(h.plan, "done"));
	field_set_number(*data, "kept", count(h.plan, "kept"));
	field_set_number(*data, "skipped", count(h.plan, "skipped"));
	field_set_number(*data, "failed", count(h.plan, "failed"));
	if (count(h.plan, "failed") > 0)
		inv->exit_status = err_exit_status(ERR_FILE_DAMAGED);
	json_object_object_add(*data, "steps", json_object_get(h.plan));
	thomas_home_close(&h);
	return ok;
}

static void
print_import(struct json_object *data)
{
	struct json_object *steps = json_text_array(data, "steps");
	struct output_table table = { .n_columns = 4 };

	output_table_add(&table, (const char *const[]) { "WHAT", "ID", "STATE",
	    "WHY, OR WHERE ITS KEY GOES" });
	for (size_t i = 0; i < json_object_array_length(steps); i++) {
		struct json_object *s = json_object_array_get_idx(steps, i);
		const char *state = json_text_string(s, "state");
		const char *why = json_text_string(s, "reason");

		output_table_add(&table, (const char *const[]) {
		    json_text_string(s, "kind"), json_text_string(s, "id"),
		    state != NULL ? state : "to do",
		    why != NULL ? why : json_text_string(s, "pin") });
	}
	output_table_print(&table);
}

static const struct command_option options[] = {
	{ "home", "D", "instead of $THOMAS_HOME or ~/.thomas" },
	{ "dry-run", NULL, "show what would be done, and do nothing" },
	{ NULL, NULL, NULL },
};

const struct command import_commands[] = {
	{ .name = "import thomas", .help = "Takes over routes, providers, "
	    "policies, prices, agents and keys of a thomas home.",
	    .options = options, .run = run_import, .print = print_import },
	{ .name = NULL },
};
