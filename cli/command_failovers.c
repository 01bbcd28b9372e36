/* SPDX-License-Identifier: ISC */
/* failovers: who stands in for the central server's models. */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "common/json/json_text.h"

static bool
run_failovers(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	return daemon_is_needed(inv, err) &&
	    question_ask(inv->home, QUESTION_FAILOVERS, "", data, err);
}

static void
print_failovers(struct json_object *data)
{
	struct json_object *all = json_text_array(data, "failovers");
	size_t n = all != NULL ? json_object_array_length(all) : 0;
	struct output_table table = { .n_columns = 4 };

	if (n == 0) {
		puts("nobody stands in for a model of a central server; see: "
		    "cofferdam providers register --help");
		return;
	}
	output_table_add(&table, (const char *const []) { "central model",
	    "provider", "last check", "outcome" });
	for (size_t i = 0; i < n; i++) {
		struct json_object *f = json_object_array_get_idx(all, i);
		struct json_object *last = json_text_object(f, "lastCheck");

		output_table_add(&table, (const char *const []) {
		    json_text_string(f, "central"),
		    json_text_string(f, "provider"),
		    json_text_string(last, "at"),
		    json_text_string(last, "outcome") });
	}
	output_table_print(&table);
}

const struct command failovers_commands[] = {
	{ .name = "failovers",
	    .help = "Shows who stands in for a central server's models.",
	    .run = run_failovers, .print = print_failovers },
	{ .name = NULL },
};
