/* SPDX-License-Identifier: ISC */
/*
 * policy: which target an agent has, by what it spent or called today, where
 * the cloud does not bind it.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/known.h"
#include "cli/output.h"
#include "cli/policy_entry.h"
#include "cli/question.h"
#include "cli/routing_file.h"
#include "cli/target_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

/* What the policy comes to now; nulls where no daemon can tell. */
static void
add_current(struct json_object *row, struct json_object *target)
{
	const char *source = json_text_string(target, "source");
	const char *policy = json_text_string(target, "policyId");

	field_copy_as(row, "currentSpendDay", target, "spendDay");
	field_copy_as(row, "currentCallsDay", target, "callsDay");
	field_copy_as(row, "currentEffective", target, "effective");
	field_copy_as(row, "currentReason", target, "reason");
	if (source == NULL)
		field_set_null(row, "inForce");
	else
		field_set_flag(row, "inForce", policy != NULL &&
		    strcmp(source, "local") == 0);
}

static bool
run_show(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *root, *rows, *targets, *policies;

	if (!routing_file_read(inv, "policies.json", &root, err))
		return false;
	policies = routing_file_map(root, "policies");
	targets = target_view_of(inv, policies);
	*data = json_object_new_object();
	rows = field_set_array(*data, "policies");
	json_object_object_foreach(policies, agent, entry) {
		struct json_object *row = policy_view(entry);

		field_set_text(row, "agent", agent);
		add_current(row, target_view_find(targets, agent));
		json_object_array_add(rows, row);
	}
	json_object_put(targets);
	json_object_put(root);
	return true;
}

static void
print_step(struct json_object *step)
{
	double spend = 0;
	int64_t calls = 0;
	char fallback[TARGET_TEXT_MAX];

	target_view_format(json_text_object(step, "fallback"), fallback);
	if (json_text_number(step, "triggerSpendDay", &spend))
		printf("    from $%.2f a day    %s\n", spend,
		    output_clean(fallback));
	else if (json_text_int(step, "triggerCallsDay", &calls))
		printf("    from %lld calls a day  %s\n", (long long)calls,
		    output_clean(fallback));
}

static void
print_policy(struct json_object *row)
{
	struct json_object *cascade = json_text_array(row, "cascade");
	struct json_object *failover = json_text_object(row, "failoverTo");
	const char *reason = json_text_string(row, "currentReason");
	char text[TARGET_TEXT_MAX];

	target_view_format(json_text_object(row, "primary"), text);
	printf("%s  %s\n", output_clean(json_text_string(row, "agent")),
	    output_clean(text));
	for (size_t i = 0; cascade != NULL &&
	    i < json_object_array_length(cascade); i++)
		print_step(json_object_array_get_idx(cascade, i));
	if (failover != NULL) {
		target_view_format(failover, text);
		printf("    when it fails      %s\n", output_clean(text));
	}
	if (reason != NULL) {
		target_view_format(json_text_object(row, "currentEffective"),
		    text);
		printf("    now                %s: %s\n", output_clean(text),
		    output_clean(reason));
	}
}

static void
print_show(struct json_object *data)
{
	struct json_object *rows = json_text_array(data, "policies");
	size_t n = json_object_array_length(rows);

	for (size_t i = 0; i < n; i++)
		print_policy(json_object_array_get_idx(rows, i));
	if (n == 0)
		puts("no policies; cofferdam policy set <agent> --primary "
		    "<provider/model>");
}

/* Every target of it, and what looks like a mistake. */
static bool
check_policy(struct invocation *inv, const struct policy *p,
    struct json_object *data, struct err *err)
{
	if (!known_target(inv, &p->primary, data, err))
		return false;
	for (size_t i = 0; i < p->n_steps; i++)
		if (!known_target(inv, &p->steps[i].fallback, data, err))
			return false;
	if (p->has_failover && !known_target(inv, &p->failover, data, err))
		return false;
	if (p->has_failover && routing_target_equals(&p->failover,
	    &p->primary))
		warning_add(data, "the failover is the primary target itself");
	return true;
}

/* The entry before, to be freed; NULL: none. */
static bool
change(struct invocation *inv, struct json_object *entry,
    struct json_object **previous, struct err *err)
{
	struct json_object *policies;
	struct routing_file f;
	bool ok;

	*previous = NULL;
	ok = routing_file_open(&f, inv, "policies.json", err);
	if (ok) {
		policies = routing_file_map(f.root, "policies");
		*previous = json_object_get(json_text_object(policies,
		    inv->operands[0]));
		if (entry != NULL)
			json_object_object_add(policies, inv->operands[0],
			    json_object_get(entry));
		else
			json_object_object_del(policies, inv->operands[0]);
		ok = json_object_equal(*previous, entry) ||
		    routing_file_save(&f, err);
	}
	routing_file_close(&f);
	return ok && question_reload(inv->home, NULL, err);
}

static void
set_view(struct json_object *data, const char *name, struct json_object *entry)
{
	json_object_object_add(data, name,
	    entry != NULL ? policy_view(entry) : NULL);
}

/* A binding of the cloud's counts more: say so. */
static void
warn_of_binding(struct invocation *inv, struct json_object *data)
{
	struct json_object *targets = target_view_of_one(inv,
	    inv->operands[0]);
	struct json_object *target = target_view_find(targets,
	    inv->operands[0]);
	const char *source = json_text_string(target, "source");

	if (source != NULL && strcmp(source, "cloud") == 0)
		warning_add(data, "the cloud binds %s, which counts more; to "
		    "overrule it: cofferdam route %s <provider/model> --pin",
		    inv->operands[0], inv->operands[0]);
	json_object_put(targets);
}

static bool
run_set(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *entry = NULL, *previous = NULL;
	struct policy policy;
	bool ok;

	if (!policy_parse(&policy, inv, err) || !daemon_is_needed(inv, err))
		return false;
	*data = json_object_new_object();
	ok = known_agent(inv, inv->operands[0], *data, err) &&
	    check_policy(inv, &policy, *data, err);
	if (ok) {
		entry = policy_entry(&policy);
		ok = change(inv, entry, &previous, err);
	}
	if (ok) {
		field_set_text(*data, "agent", inv->operands[0]);
		set_view(*data, "policy", entry);
		set_view(*data, "previous", previous);
		warn_of_binding(inv, *data);
	}
	json_object_put(previous);
	json_object_put(entry);
	return ok;
}

static bool
run_clear(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct json_object *previous;
	struct ipc_name name;

	if (!ipc_name_set(&name, inv->operands[0], err) ||
	    !daemon_is_needed(inv, err))
		return false;
	if (!change(inv, NULL, &previous, err)) {
		json_object_put(previous);
		return false;
	}
	*data = json_object_new_object();
	/* None of that name: if nobody knows the agent, it is a mistake. */
	if (previous == NULL &&
	    !known_agent(inv, inv->operands[0], *data, err))
		return false;
	field_set_text(*data, "agent", inv->operands[0]);
	field_set_flag(*data, "removed", previous != NULL);
	set_view(*data, "previous", previous);
	json_object_put(previous);
	return true;
}

static void
print_set(struct json_object *data)
{
	struct json_object *row = json_text_object(data, "policy");

	field_copy(row, data, "agent");
	print_policy(row);
	warning_print(data);
}

static void
print_clear(struct json_object *data)
{
	bool is_removed = false;

	json_text_bool(data, "removed", &is_removed);
	printf("%s %s\n", output_clean(json_text_string(data, "agent")),
	    is_removed ? "has no policy any more" : "had no policy");
}

static const struct command_option set_options[] = {
	{ "primary", "P/M", "the target at the start of a day" },
	{ "at", "USD=P/M...", "the target once that much is spent on a day; may "
	    "be repeated" },
	{ "at-calls", "N=P/M...", "the target after that many calls on a day; "
	    "may be repeated" },
	{ "failover-to", "P/M", "the target when the one in use fails" },
	{ NULL, NULL, NULL },
};

const struct command policy_commands[] = {
	{ .name = "policy", .help = "The same as policy show.",
	    .visibility = COMMAND_HIDDEN, .run = run_show,
	    .print = print_show },
	{ .name = "policy show", .envelope = "policy", .help = "Shows the "
	    "policies and what they come to now.",
	    .run = run_show, .print = print_show },
	{ .name = "policy set", .operands = "<agent>", .help = "Sets an "
	    "agent's target by what it spends or calls on a UTC day.",
	    .options = set_options, .least = 1, .most = 1, .run = run_set,
	    .print = print_set },
	{ .name = "policy clear", .operands = "<agent>", .help = "Removes an "
	    "agent's policy.",
	    .least = 1, .most = 1, .run = run_clear, .print = print_clear },
	{ .name = NULL },
};
