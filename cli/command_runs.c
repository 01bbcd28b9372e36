/* SPDX-License-Identifier: ISC */
/* runs: what the agents did, task by task or call by call. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/known.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/run_files.h"
#include "cli/run_list.h"
#include "cli/target_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

#define LIMIT 20		/* unless --limit says otherwise */

static bool
parse_wish(struct run_wish *wish, const struct invocation *inv,
    struct err *err)
{
	const char *since = invocation_option(inv, "since");
	unsigned limit = LIMIT;
	struct ipc_name name;
	uint64_t since_s = 0;

	if (!invocation_number(inv, "limit", RUN_LIST_MAX, &limit, err))
		return false;
	if (limit == 0)
		return err_set(err, ERR_USAGE, "--limit: 0 shows nothing");
	*wish = (struct run_wish) {
		.kind = invocation_option(inv, "per-call") != NULL ?
		    RUN_LIST_CALLS : RUN_LIST_RUNS,
		.agent = invocation_option(inv, "agent"),
		.limit = limit,
	};
	if (wish->agent != NULL && !ipc_name_set(&name, wish->agent, err))
		return false;
	if (since != NULL && !moment_parse_since(since, (uint64_t)time(NULL),
	    &since_s, err))
		return false;
	wish->since_ms = since_s * 1000;
	return true;
}

static bool
gather(struct invocation *inv, struct run_list *list, struct json_object *data,
    struct err *err)
{
	struct run_files files;
	unsigned long n_bad;
	bool ok;

	ok = run_files_open(&files, inv, err) &&
	    run_files_scan(&files, run_list_take, list, err);
	n_bad = files.n_bad + run_list_bad(list);
	run_files_close(&files);
	if (!ok)
		return false;
	json_object_object_add(data, "runs", run_list_rows(list));
	field_set_number(data, "skippedLines", (int64_t)n_bad);
	if (n_bad > 0)
		warning_add(data, "%lu lines of the run records are damaged "
		    "and were left out", n_bad);
	return true;
}

static bool
run_runs(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct run_list *list;
	struct run_wish wish;
	bool ok;

	if (!parse_wish(&wish, inv, err))
		return false;
	list = run_list_new(&wish);
	if (list == NULL)
		return err_set(err, ERR_NO_MEMORY, "runs");
	*data = json_object_new_object();
	ok = gather(inv, list, *data, err);
	/* No call of it: a name that nobody knows is a mistake. */
	if (ok && wish.agent != NULL && !run_list_knows_agent(list))
		ok = known_agent_or_offline(inv, wish.agent, err);
	run_list_free(list);
	return ok;
}

static void
format_spend(struct json_object *row, char text[32])
{
	double spend;

	snprintf(text, 32, "-");
	if (json_text_number(row, "spend", &spend))
		snprintf(text, 32, "$%.4f", spend);
}

static void
format_models(struct json_object *row, char *text, size_t size)
{
	struct json_object *used = json_text_array(row, "modelsUsed");
	char target[TARGET_TEXT_MAX];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; used != NULL && len < size &&
	    i < json_object_array_length(used); i++) {
		target_view_format(json_text_object(
		    json_object_array_get_idx(used, i), "ref"), target);
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    len > 0 ? ", " : "", target);
	}
}

static void
add_row(struct output_table *table, struct json_object *row)
{
	struct json_object *tokens = json_text_object(row, "tokens");
	const char *started = json_text_string(row, "startedAt");
	int64_t calls = 0, input = 0, output = 0, ms = 0;
	char counts[48], n[24], seconds[32], spend[32], models[600], when[20];

	json_text_int(row, "modelCalls", &calls);
	json_text_int(tokens, "input", &input);
	json_text_int(tokens, "output", &output);
	json_text_int(row, "durationMs", &ms);
	snprintf(when, sizeof when, "%.19s", started != NULL ? started : "");
	snprintf(n, sizeof n, "%lld", (long long)calls);
	snprintf(counts, sizeof counts, "%lld/%lld", (long long)input,
	    (long long)output);
	snprintf(seconds, sizeof seconds, "%.1fs", (double)ms / 1000);
	format_spend(row, spend);
	format_models(row, models, sizeof models);
	output_table_add(table, (const char *const[]) {
	    json_text_string(row, "runId"), json_text_string(row, "agent"),
	    when, json_text_string(row, "status"), n, counts, spend, models });
}

static void
print_runs(struct json_object *data)
{
	struct json_object *rows = json_text_array(data, "runs");
	struct output_table table = { .n_columns = 8 };

	output_table_add(&table, (const char *const[]) { "RUN", "AGENT",
	    "STARTED (UTC)", "STATUS", "CALLS", "TOKENS IN/OUT", "SPEND",
	    "MODELS" });
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		add_row(&table, json_object_array_get_idx(rows, i));
	output_table_print(&table);
	warning_print(data);
}

static const struct command_option runs_options[] = {
	{ "agent", "A", "runs of this agent" },
	{ "since", "T", "what ended after a time, or in the last 10m, 2h, 1d" },
	{ "limit", "N", "the newest N, 1 to 10000; 20 if not given" },
	{ "per-call", NULL, "one row for each call" },
	{ NULL, NULL, NULL },
};

const struct command runs_commands[] = {
	{ .name = "runs", .help = "Lists what the agents did, newest first.",
	    .options = runs_options, .run = run_runs, .print = print_runs },
	{ .name = NULL },
};
