/* SPDX-License-Identifier: ISC */
/* status, models: what runs, and where requests go. */
#include <json-c/json.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/status.h"
#include "cli/target_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"

static bool
run_status(struct invocation *inv, struct json_object **data, struct err *err)
{
	int home = invocation_home(inv, HOME_EXISTS, err);

	if (home == -1 ? err->code != ERR_NOT_RUNNING :
	    !daemon_is_understood(home, err))
		return false;
	*data = status_collect(inv);
	return true;
}

/* 'asked' is what the agent has to name to get there; "*": anything else. */
static void
add_model(struct json_object *models, struct json_object *agent,
    const char *asked, struct json_object *target)
{
	struct json_object *model = field_append_object(models);

	field_set_text(model, "agent", json_text_string(agent, "id"));
	field_set_text(model, "asked", asked);
	field_copy(model, target, "provider");
	field_copy(model, target, "model");
	field_copy(model, agent, "source");
}

static void
add_models(struct json_object *models, struct json_object *agent)
{
	struct json_object *effective = json_text_object(agent, "effective");
	struct json_object *aliases = json_text_array(agent, "aliases");

	for (size_t i = 0; aliases != NULL &&
	    i < json_object_array_length(aliases); i++) {
		struct json_object *a = json_object_array_get_idx(aliases, i);

		add_model(models, agent, json_text_string(a, "pattern"), a);
	}
	if (effective != NULL)
		add_model(models, agent, "*", effective);
}

static bool
run_models(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *agents, *models;

	if (!daemon_is_needed(inv, err))
		return false;
	agents = target_view_of_all(inv->home);
	*data = json_object_new_object();
	models = field_set_array(*data, "models");
	for (size_t i = 0; i < json_object_array_length(agents); i++)
		add_models(models, json_object_array_get_idx(agents, i));
	json_object_put(agents);
	return true;
}

static void
print_models(struct json_object *data)
{
	struct json_object *models = json_text_array(data, "models");
	struct output_table table = { .n_columns = 5 };

	output_table_add(&table, (const char *const[]) { "AGENT", "ASKS FOR",
	    "PROVIDER", "MODEL", "BY" });
	for (size_t i = 0; i < json_object_array_length(models); i++) {
		struct json_object *m = json_object_array_get_idx(models, i);

		output_table_add(&table, (const char *const[]) {
		    json_text_string(m, "agent"),
		    json_text_string(m, "asked"),
		    json_text_string(m, "provider"),
		    json_text_string(m, "model"),
		    json_text_string(m, "source") });
	}
	output_table_print(&table);
}

const struct command status_commands[] = {
	{ .name = "status", .help = "Shows what runs, its walls, the vault, "
	    "the targets.",
	    .run = run_status, .print = status_print },
	{ .name = "models", .help = "Lists the models that agents can ask for, "
	    "and get.",
	    .run = run_models, .print = print_models },
	{ .name = NULL },
};
