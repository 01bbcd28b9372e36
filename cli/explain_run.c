/* SPDX-License-Identifier: ISC */
/* explain_run: one task of an agent, call by call. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explanation.h"
#include "cli/fields.h"
#include "cli/run_call.h"
#include "cli/run_files.h"
#include "cli/run_group.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define IDS_MAX 6		/* that are named when a prefix is not enough */
#define CALLS_SHOWN 1000

/* Ids that begin like what was asked for. */
struct id_search {
	const char *wanted;
	bool is_exact;
	char ids[IDS_MAX][65];
	size_t n;
};

static void
take_id(struct id_search *s, const char *id, size_t len)
{
	size_t wanted_len = strlen(s->wanted);

	if (len >= sizeof s->ids[0] || len < wanted_len ||
	    memcmp(id, s->wanted, wanted_len) != 0)
		return;
	s->is_exact = s->is_exact || len == wanted_len;
	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->ids[i]) == len &&
		    memcmp(s->ids[i], id, len) == 0)
			return;
	if (s->n < IDS_MAX)
		snprintf(s->ids[s->n++], sizeof s->ids[0], "%.*s", (int)len,
		    id);
}

static bool
on_id_line(const char *line, size_t len, void *arg)
{
	struct id_search *s = arg;
	struct json_object *record = NULL;
	struct run_call call;
	size_t id_len;
	const char *id = run_line_text(line, len, "runId", &id_len);

	if (id != NULL)
		take_id(s, id, id_len);
	else if (run_call_parse(&call, line, len, &record))
		take_id(s, call.run_id, strlen(call.run_id));
	json_object_put(record);
	return !s->is_exact;
}

static bool
choose_id(struct id_search *s, struct err *err)
{
	char names[120] = "";
	size_t len = 0;

	if (s->is_exact || s->n == 1)
		return true;
	if (s->n == 0)
		return err_set(err, ERR_RUN_NOT_FOUND, "%.64s", s->wanted);
	for (size_t i = 0; i < s->n && len < sizeof names; i++)
		len += (size_t)snprintf(names + len, sizeof names - len,
		    "%s%s", i > 0 ? ", " : "", s->ids[i]);
	return err_set(err, ERR_AMBIGUOUS, "%s", names);
}

/* The calls of one run, newest first. */
struct gathering {
	const char *id;
	struct run_group *group;
	struct json_object *records;
};

static bool
on_call_line(const char *line, size_t len, void *arg)
{
	struct gathering *g = arg;
	struct json_object *record = NULL;
	struct run_call call;
	size_t id_len;
	const char *id = run_line_text(line, len, "runId", &id_len);

	if (id != NULL && (id_len != strlen(g->id) ||
	    memcmp(id, g->id, id_len) != 0))
		return true;
	if (run_call_parse(&call, line, len, &record) &&
	    strcmp(call.run_id, g->id) == 0) {
		run_group_add(g->group, &call);
		if (json_object_array_length(g->records) < CALLS_SHOWN)
			json_object_array_add(g->records,
			    json_object_get(record));
	}
	json_object_put(record);
	return true;
}

static void
add_call(struct json_object *o, const struct run_call *c, size_t i, size_t n)
{
	double seconds = c->ended_ms > c->started_ms ?
	    (double)(c->ended_ms - c->started_ms) / 1000 : 0;
	char usd[EXPLANATION_USD_MAX];

	explanation_format_usd(c->cost, c->has_cost, usd);
	explanation_add(o, c->is_failed ? "error" : "route", c->started,
	    "call %zu/%zu: %s/%s, HTTP %lld, %.2f s, %lld in, %lld out, "
	    "cost %s%s%s", i, n, c->provider != NULL ? c->provider : "-",
	    c->model != NULL ? c->model : "-", (long long)c->http_status,
	    seconds, (long long)c->input, (long long)c->output, usd,
	    c->error != NULL ? ": " : "", c->error != NULL ? c->error : "");
	if (c->failed_provider != NULL) {
		explanation_format_usd(c->failed_cost, c->failed_has_cost, usd);
		explanation_add(o, "cost", c->started, "call %zu/%zu: %s/%s, "
		    "which failed, took %lld tokens in, %lld out, cost %s", i,
		    n, c->failed_provider, c->failed_model,
		    (long long)c->failed_input, (long long)c->failed_output,
		    usd);
	}
	if (c->policy_id != NULL)
		explanation_add(o, "policy-applied", c->started,
		    "call %zu/%zu: policy %s (%s)", i, n, c->policy_id,
		    c->policy_source != NULL ? c->policy_source : "-");
	if (c->failover_note != NULL)
		explanation_add(o, "fallback", c->ended, "call %zu/%zu: %s", i,
		    n, c->failover_note);
}

static void
tell(struct json_object *o, struct json_object *row)
{
	struct json_object *tokens = json_text_object(row, "tokens");
	int64_t calls = 0, errors = 0, ms = 0, in = 0, out = 0, unpriced = 0;
	char usd[EXPLANATION_USD_MAX];
	double spend = 0;
	bool is_known = json_text_number(row, "spend", &spend);

	json_text_int(row, "modelCalls", &calls);
	json_text_int(row, "errors", &errors);
	json_text_int(row, "durationMs", &ms);
	json_text_int(row, "unpricedCalls", &unpriced);
	json_text_int(tokens, "input", &in);
	json_text_int(tokens, "output", &out);
	explanation_format_usd(spend, is_known, usd);
	explanation_add(o, "cost", NULL, "%s for %lld tokens in, %lld out", usd,
	    (long long)in, (long long)out);
	explanation_tell(o, "%s made %lld call%s in %.2f s; %lld %s.",
	    json_text_string(row, "agent"), (long long)calls,
	    calls == 1 ? "" : "s", (double)ms / 1000, (long long)errors,
	    errors == 1 && calls == 1 ? "FAILED" : "failed");
	explanation_tell(o, "It took %lld tokens in and %lld out; the cost is "
	    "%s.", (long long)in, (long long)out, usd);
	if (unpriced > 0)
		explanation_tell(o, "%lld call%s no known price: cofferdam "
		    "prices set.", (long long)unpriced,
		    unpriced == 1 ? " has" : "s have");
}

static struct json_object *
explain(const struct gathering *g)
{
	struct json_object *o = explanation_new("run", g->id);
	struct json_object *row = run_group_row(g->group);
	size_t n = json_object_array_length(g->records);

	for (size_t i = 0; i < n; i++) {
		struct run_call call;

		run_call_read(&call, json_object_array_get_idx(g->records,
		    n - 1 - i));
		add_call(o, &call, i + 1, n);
	}
	tell(o, row);
	json_object_object_add(o, "run", row);
	return o;
}

static bool
find(struct run_files *files, struct id_search *s, struct gathering *g,
    struct err *err)
{
	if (!run_files_scan(files, on_id_line, s, err) || !choose_id(s, err))
		return false;
	g->id = s->is_exact ? s->wanted : s->ids[0];
	g->group = run_group_new();
	g->records = json_object_new_array();
	if (g->group == NULL)
		return err_set(err, ERR_NO_MEMORY, "run");
	return run_files_scan(files, on_call_line, g, err);
}

struct json_object *
explain_run(struct invocation *inv, const char *id, struct err *err)
{
	struct id_search search = { .wanted = id };
	struct gathering g = { .id = NULL };
	struct json_object *o = NULL;
	struct run_files files;

	if (run_files_open(&files, inv, err) && (*id != '\0' ||
	    err_set(err, ERR_USAGE, "--run needs an id")) &&
	    find(&files, &search, &g, err))
		o = explain(&g);
	run_files_close(&files);
	run_group_free(g.group);
	json_object_put(g.records);
	return o;
}
