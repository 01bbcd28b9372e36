/* SPDX-License-Identifier: ISC */
/* route: where an agent's requests go when nothing else says so. */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/known.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/route_entry.h"
#include "cli/routing_file.h"
#include "cli/target_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

/*
 * The route as it was and as it has become, to be freed; NULL where there is
 * none.  Without a change the agent's route is taken away.
 */
static bool
write_route(struct invocation *inv, const struct route_change *change,
    struct json_object **previous, struct json_object **current,
    struct err *err)
{
	const char *agent = inv->operands[0];
	struct json_object *routes;
	struct routing_file f;
	bool ok;

	*previous = *current = NULL;
	ok = routing_file_open(&f, inv, "routes.json", err);
	if (ok) {
		routes = routing_file_map(f.root, "routes");
		*previous = json_object_get(json_text_object(routes, agent));
		if (change != NULL)
			*current = route_entry_change(*previous, change);
		if (change != NULL)
			json_object_object_add(routes, agent,
			    json_object_get(*current));
		else
			json_object_object_del(routes, agent);
		ok = json_object_equal(*previous, *current) ||
		    routing_file_save(&f, err);
	}
	routing_file_close(&f);
	return ok && question_reload(inv->home, NULL, err);
}

static void
set_view(struct json_object *data, const char *name, struct json_object *entry)
{
	json_object_object_add(data, name,
	    entry != NULL ? route_entry_view(entry) : NULL);
}

/* What counts more than the route that was set. */
static void
warn_of_others(struct invocation *inv, struct json_object *data)
{
	const char *agent = inv->operands[0];
	struct json_object *targets = target_view_of_one(inv, agent);
	struct json_object *target = target_view_find(targets, agent);
	struct json_object *effective = json_text_object(target, "effective");
	struct json_object *current = json_text_object(data, "current");
	char text[TARGET_TEXT_MAX];

	if (effective != NULL && (
	    !json_object_equal(json_object_object_get(effective, "provider"),
	    json_object_object_get(current, "provider")) ||
	    !json_object_equal(json_object_object_get(effective, "model"),
	    json_object_object_get(current, "model")))) {
		target_view_format(effective, text);
		warning_add(data, "%s still goes to %s (%s); a route counts "
		    "more with --pin", agent, text,
		    json_text_string(target, "reason"));
	}
	json_object_put(targets);
}

static bool
check_change(struct invocation *inv, const struct route_change *change,
    struct json_object *data, struct err *err)
{
	if (!known_agent(inv, inv->operands[0], data, err) ||
	    !known_target(inv, &change->target, data, err))
		return false;
	for (size_t i = 0; i < change->n_aliases; i++)
		if (!change->aliases[i].is_removed &&
		    !known_target(inv, &change->aliases[i].target, data, err))
			return false;
	return true;
}

static bool
run_route(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *previous = NULL, *current = NULL;
	struct route_change change;
	bool ok;

	if (!route_change_parse(&change, inv, err) ||
	    !daemon_is_needed(inv, err))
		return false;
	*data = json_object_new_object();
	ok = check_change(inv, &change, *data, err) &&
	    write_route(inv, &change, &previous, &current, err);
	if (ok) {
		field_set_text(*data, "agent", inv->operands[0]);
		set_view(*data, "previous", previous);
		set_view(*data, "current", current);
		warn_of_others(inv, *data);
	}
	json_object_put(previous);
	json_object_put(current);
	return ok;
}

static bool
run_remove(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *previous = NULL, *none = NULL;
	struct ipc_name name;
	bool ok;

	if (!ipc_name_set(&name, inv->operands[0], err) ||
	    !daemon_is_needed(inv, err))
		return false;
	*data = json_object_new_object();
	ok = write_route(inv, NULL, &previous, &none, err) &&
	    (previous != NULL ||
	    known_agent(inv, inv->operands[0], *data, err));
	if (ok) {
		field_set_text(*data, "agent", inv->operands[0]);
		field_set_flag(*data, "removed", previous != NULL);
		set_view(*data, "previous", previous);
	}
	json_object_put(previous);
	return ok;
}

static void
print_route(struct json_object *data)
{
	struct json_object *current = json_text_object(data, "current");
	struct json_object *aliases = json_text_object(current, "aliases");
	bool is_pinned = false;
	char text[TARGET_TEXT_MAX];

	json_text_bool(current, "pinned", &is_pinned);
	target_view_format(current, text);
	printf("%s uses %s%s\n", output_clean(json_text_string(data, "agent")),
	    output_clean(text), is_pinned ? ", whatever the cloud binds" : "");
	json_object_object_foreach(aliases, pattern, target) {
		target_view_format(target, text);
		printf("    for %s: %s\n", output_clean(pattern),
		    output_clean(text));
	}
	warning_print(data);
}

static void
print_remove(struct json_object *data)
{
	bool is_removed = false;

	json_text_bool(data, "removed", &is_removed);
	printf("%s %s\n", output_clean(json_text_string(data, "agent")),
	    is_removed ? "has no route any more" : "had no route");
	warning_print(data);
}

static const struct command_option route_options[] = {
	{ "model", "PATTERN=P/M...", "another target for the models that match, "
	    "none after the '=' removes it; may be repeated" },
	{ "pin", NULL, "count more than the cloud's binding" },
	{ "unpin", NULL, "count less than it again" },
	{ NULL, NULL, NULL },
};

const struct command route_commands[] = {
	{ .name = "route", .operands = "<agent> <provider/model>",
	    .help = "Sets an agent's target; model '*': the one it names.",
	    .options = route_options, .least = 2, .most = 2, .run = run_route,
	    .print = print_route },
	{ .name = "route remove", .operands = "<agent>",
	    .help = "Removes an agent's route.", .least = 1, .most = 1,
	    .run = run_remove, .print = print_remove },
	{ .name = NULL },
};
