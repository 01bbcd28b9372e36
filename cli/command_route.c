/* SPDX-License-Identifier: ISC */
/* route: where an agent's requests go when nothing else says so. */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/routing_file.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

static bool
check_agent(struct invocation *inv, struct err *err)
{
	const char *id = inv->operands[0];
	struct json_object *agents;
	struct ipc_name name;
	bool is_known;

	if (!ipc_name_set(&name, id, err) ||
	    !vault_view_agents(inv->home, &agents, err))
		return false;
	is_known = vault_view_find(agents, id, "") != NULL;
	json_object_put(agents);
	return is_known || err_set(err, ERR_AGENT_NOT_FOUND, "%s", id);
}

static bool
write_route(struct invocation *inv, const struct routing_target *target,
    struct json_object **previous, struct err *err)
{
	struct routing_file f;
	bool ok;

	ok = routing_file_open(&f, inv, "routes.json", err);
	if (ok) {
		*previous = routing_file_set_route(f.root, inv->operands[0],
		    target->provider, target->model);
		ok = routing_file_save(&f, err);
	}
	routing_file_close(&f);
	if (ok && question_reload(inv->home, NULL, err))
		return true;
	json_object_put(*previous);
	*previous = NULL;
	return false;
}

static bool
run_route(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *previous = NULL, *current;
	struct question_provider provider;
	struct routing_target target;

	if (!routing_target_parse(&target, inv->operands[1], err) ||
	    !daemon_is_needed(inv, err) || !check_agent(inv, err) ||
	    !question_provider(inv->home, target.provider, &provider, err) ||
	    !write_route(inv, &target, &previous, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "agent", inv->operands[0]);
	json_object_object_add(*data, "previous", previous);
	current = field_set_object(*data, "current");
	field_set_text(current, "provider", target.provider);
	field_set_text(current, "model", target.model);
	return true;
}

static void
print_route(struct json_object *data)
{
	struct json_object *current = json_text_object(data, "current");

	printf("%s uses %s/%s\n", output_clean(json_text_string(data, "agent")),
	    output_clean(json_text_string(current, "provider")),
	    output_clean(json_text_string(current, "model")));
}

const struct command route_commands[] = {
	{ .name = "route", .operands = "<agent> <provider/model>",
	    .help = "Sets an agent's target; model '*': the one it names.",
	    .least = 2, .most = 2, .run = run_route, .print = print_route },
	{ .name = NULL },
};
