/* SPDX-License-Identifier: ISC */
/*
 * agents: who may call.  A token is shown once, when it is made, and never
 * leaves locked memory but for that; nothing here asks the proxy (I1).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/new_token.h"
#include "cli/output.h"
#include "cli/parcel.h"
#include "cli/secret_input.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"

static bool
run_list(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *agents;

	if (!daemon_is_needed(inv, err) ||
	    !vault_view_agents(inv->home, &agents, err))
		return false;
	*data = json_object_new_object();
	json_object_object_add(*data, "agents", agents);
	return true;
}

static void
print_list(struct json_object *data)
{
	struct json_object *agents = json_text_array(data, "agents");
	struct output_table table = { .n_columns = 4 };

	output_table_add(&table, (const char *const[]) { "AGENT", "DIALECT",
	    "SINCE", "LAST CALL" });
	for (size_t i = 0; i < json_object_array_length(agents); i++) {
		struct json_object *a = json_object_array_get_idx(agents, i);

		output_table_add(&table, (const char *const[]) {
		    json_text_string(a, "id"), json_text_string(a, "dialect"),
		    json_text_string(a, "createdAt"),
		    json_text_string(a, "lastUsedAt") });
	}
	output_table_print(&table);
}

/* Who the token is for, as it goes to the broker. */
static bool
send_agent(struct invocation *inv, const struct ipc_add_agent *agent,
    const struct secret *token, struct err *err)
{
	struct call_ask ask = { .server = BROKER, .type = IPC_ADD_AGENT,
	    .body = agent, .tail = secret_peek(token),
	    .tail_len = secret_len(token) };

	return call_ask(inv->home, &ask, NULL, err);
}

/*
 * The answer is put together in locked memory and written past stdio: no copy
 * of the token stays behind.
 */
static bool
show_token(const struct invocation *inv, const struct secret *token,
    struct err *err)
{
	const char *id = inv->operands[0];
	char head[OUTPUT_HEAD_MAX];
	struct parcel *p = parcel_new(err);
	bool ok = p != NULL;

	if (ok && inv->form == OUTPUT_JSON) {
		output_head(inv, head);
		ok = parcel_add(p, head, strlen(head), err) &&
		    parcel_add(p, "{\"agent\":\"", 10, err) &&
		    parcel_add(p, id, strlen(id), err) &&
		    parcel_add(p, "\",\"token\":\"", 11, err) &&
		    parcel_add(p, secret_peek(token), secret_len(token),
		    err) && parcel_add(p, "\"}}\n", 4, err);
	} else if (ok)
		ok = parcel_add(p, secret_peek(token), secret_len(token),
		    err) && parcel_add(p, "\n", 1, err);
	ok = ok && output_raw(parcel_bytes(p), parcel_len(p), err);
	parcel_free(p);
	if (ok && inv->form == OUTPUT_TEXT && isatty(STDOUT_FILENO))
		fprintf(stderr, "This is the token of %s; it is not shown "
		    "again.\n", id);
	return ok;
}

static bool
make_agent(struct invocation *inv, const struct ipc_add_agent *agent,
    struct err *err)
{
	AUTO_WIPE struct secret *token = new_token_new(err);

	return token != NULL && send_agent(inv, agent, token, err) &&
	    show_token(inv, token, err);
}

static bool
bring_agent(struct invocation *inv, const struct ipc_add_agent *agent,
    struct json_object **data, struct err *err)
{
	struct secret_input_key input = { .fd = STDIN_FILENO,
	    .label = "Token", .least = NEW_TOKEN_MIN,
	    .max = NEW_TOKEN_MAX, .code = ERR_TOKEN_INVALID };
	AUTO_WIPE struct secret *token = secret_input_key(&input, err);

	if (token == NULL || !send_agent(inv, agent, token, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "agent", inv->operands[0]);
	field_set_null(*data, "token");
	return true;
}

static bool
run_add(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *dialect = invocation_option(inv, "dialect");
	struct ipc_add_agent agent = { .flags = 0 };

	if (!ipc_name_set(&agent.agent, inv->operands[0], err))
		return false;
	if (dialect != NULL)
		agent.dialect = vault_view_dialect(dialect);
	if (dialect != NULL && agent.dialect == DIALECT_NONE)
		return err_set(err, ERR_USAGE,
		    "--dialect is anthropic, openai or responses");
	if (!daemon_is_needed(inv, err))
		return false;
	return invocation_option(inv, "token-stdin") != NULL ?
	    bring_agent(inv, &agent, data, err) : make_agent(inv, &agent, err);
}

/* Sets what stays as it is when the agent gets another token. */
static bool
find_agent(struct invocation *inv, struct ipc_add_agent *agent,
    struct err *err)
{
	struct json_object *agents, *found = NULL;
	const char *dialect;

	if (!vault_view_agents(inv->home, &agents, err))
		return false;
	found = vault_view_find(agents, inv->operands[0], "");
	dialect = json_text_string(found, "dialect");
	agent->dialect = dialect != NULL ? vault_view_dialect(dialect) :
	    DIALECT_NONE;
	json_object_put(agents);
	return found != NULL ||
	    err_set(err, ERR_AGENT_NOT_FOUND, "%s", inv->operands[0]);
}

static bool
run_token(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct ipc_add_agent agent = { .flags = AGENT_REPLACE };

	(void)data;
	return ipc_name_set(&agent.agent, inv->operands[0], err) &&
	    daemon_is_needed(inv, err) && find_agent(inv, &agent, err) &&
	    make_agent(inv, &agent, err);
}

static bool
run_remove(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct ipc_name_pair pair = { .first.len = 0 };
	struct call_ask ask = { .server = BROKER, .type = IPC_REMOVE_AGENT,
	    .body = &pair };
	struct call_end end;

	if (!ipc_name_set(&pair.first, inv->operands[0], err) ||
	    !daemon_is_needed(inv, err) ||
	    !call_ask(inv->home, &ask, &end, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "agent", inv->operands[0]);
	field_set_flag(*data, "removed", end.value);
	return true;
}

static void
print_add(struct json_object *data)
{
	printf("%s may call with that token\n",
	    output_clean(json_text_string(data, "agent")));
}

static void
print_remove(struct json_object *data)
{
	bool is_removed = false;

	json_text_bool(data, "removed", &is_removed);
	printf("%s %s\n", output_clean(json_text_string(data, "agent")),
	    is_removed ? "may no longer call" : "was not known");
}

static const struct command_option add_options[] = {
	{ "dialect", "D", "anthropic, openai or responses; for display" },
	{ "token-stdin", NULL, "take this token, of 16 characters or more, "
	    "instead of a new one" },
	{ NULL, NULL, NULL },
};

const struct command agents_commands[] = {
	{ .name = "agents", .envelope = "agents list",
	    .help = "The same as agents list.",
	    .visibility = COMMAND_HIDDEN, .run = run_list,
	    .print = print_list },
	{ .name = "agents list", .help = "Lists who may call.",
	    .run = run_list, .print = print_list },
	{ .name = "agents add", .operands = "<id>", .help = "Lets an agent "
	    "call; shows its token, once.",
	    .options = add_options, .least = 1, .most = 1, .run = run_add,
	    .print = print_add },
	{ .name = "agents token", .operands = "<id>", .help = "Gives an "
	    "agent another token, shown once.",
	    .least = 1, .most = 1, .run = run_token },
	{ .name = "agents remove", .operands = "<id>", .help = "Lets an agent "
	    "call no more.",
	    .least = 1, .most = 1, .run = run_remove, .print = print_remove },
	{ .name = NULL },
};
