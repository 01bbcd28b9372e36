/* SPDX-License-Identifier: ISC */
/* explain: why something went where it went. */
#include <json-c/json.h>

#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/invocation.h"
#include "cli/warning.h"
#include "common/errors.h"

static const struct {
	const char *option;
	struct json_object *(*explain)(struct invocation *, const char *id,
	    struct err *);
} subjects[] = {
	{ "run", explain_run },
	{ "agent", explain_agent },
	{ "request", explain_request },
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

static bool
run_explain(struct invocation *inv, struct json_object **data, struct err *err)
{
	size_t found = SUBJECTS;

	for (size_t i = 0; i < SUBJECTS; i++) {
		if (invocation_option(inv, subjects[i].option) == NULL)
			continue;
		if (found != SUBJECTS)
			return err_set(err, ERR_USAGE,
			    "--run, --agent or --request, not two of them");
		found = i;
	}
	if (found == SUBJECTS)
		return err_set(err, ERR_USAGE,
		    "--run, --agent or --request is needed");
	*data = subjects[found].explain(inv,
	    invocation_option(inv, subjects[found].option), err);
	return *data != NULL;
}

static void
print_explain(struct json_object *data)
{
	explanation_print(data);
	warning_print(data);
}

static const struct command_option explain_options[] = {
	{ "run", "ID", "a run; the start of its id is enough if no other "
	    "starts so" },
	{ "agent", "A", "where an agent's requests go now" },
	{ "request", "ID", "one request, as x-cofferdam-request-id names it" },
	{ NULL, NULL, NULL },
};

const struct command explain_commands[] = {
	{ .name = "explain", .help = "Tells why a request went where it went, "
	    "and what it took.",
	    .options = explain_options, .run = run_explain,
	    .print = print_explain },
	{ .name = NULL },
};
