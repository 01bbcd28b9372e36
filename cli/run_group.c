/* SPDX-License-Identifier: ISC */
#include "cli/run_group.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/run_call.h"

#define TEXT_MAX 65		/* run ids and agents, with the NUL */
#define MOMENT_MAX 40

struct used_model {
	char *provider, *model;
	uint64_t first_ms;
	int64_t n_calls, n_priced;
	double spend;
};

struct run_group {
	char id[TEXT_MAX], agent[TEXT_MAX];
	char started[MOMENT_MAX], ended[MOMENT_MAX];
	uint64_t started_ms, ended_ms;
	int64_t n_calls, n_errors, n_priced, failovers;
	int64_t input, output, cache_read, cache_write, reasoning;
	double spend;
	struct used_model *models;
	size_t n_models;
};

struct run_group *
run_group_new(void)
{
	return calloc(1, sizeof(struct run_group));
}

void
run_group_free(struct run_group *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n_models; i++) {
		free(g->models[i].provider);
		free(g->models[i].model);
	}
	free(g->models);
	free(g);
}

static bool
is_model(const struct used_model *m, const char *provider, const char *model)
{
	return m->provider != NULL && m->model != NULL &&
	    strcmp(m->provider, provider) == 0 && strcmp(m->model, model) == 0;
}

static struct used_model *
find_model(struct run_group *g, const struct run_call *c)
{
	const char *provider = c->provider != NULL ? c->provider : "";
	const char *model = c->model != NULL ? c->model : "";
	struct used_model *more;

	for (size_t i = 0; i < g->n_models; i++)
		if (is_model(&g->models[i], provider, model))
			return &g->models[i];
	more = realloc(g->models, (g->n_models + 1) * sizeof *more);
	if (more == NULL)
		return NULL;
	g->models = more;
	more[g->n_models] = (struct used_model) { .provider = strdup(provider),
	    .model = strdup(model), .first_ms = c->started_ms };
	return &more[g->n_models++];
}

static void
add_model(struct run_group *g, const struct run_call *c)
{
	struct used_model *m = find_model(g, c);

	if (m == NULL)
		return;
	m->n_calls++;
	m->n_priced += c->has_cost;
	m->spend += c->has_cost ? c->cost : 0;
	if (c->started_ms < m->first_ms)
		m->first_ms = c->started_ms;
}

void
run_group_add(struct run_group *g, const struct run_call *c)
{
	if (g->n_calls == 0 || c->started_ms < g->started_ms) {
		g->started_ms = c->started_ms;
		snprintf(g->started, sizeof g->started, "%s", c->started);
	}
	if (g->n_calls == 0 || c->ended_ms > g->ended_ms) {
		g->ended_ms = c->ended_ms;
		snprintf(g->ended, sizeof g->ended, "%s", c->ended);
	}
	if (g->n_calls == 0) {
		snprintf(g->id, sizeof g->id, "%s", c->run_id);
		snprintf(g->agent, sizeof g->agent, "%s", c->agent);
	}
	g->n_calls++;
	g->n_errors += c->is_failed;
	g->n_priced += c->has_cost;
	g->spend += c->has_cost ? c->cost : 0;
	g->failovers += c->failovers;
	g->input += c->input;
	g->output += c->output;
	g->cache_read += c->cache_read;
	g->cache_write += c->cache_write;
	g->reasoning += c->reasoning;
	add_model(g, c);
}

uint64_t
run_group_ended_ms(const struct run_group *g)
{
	return g->ended_ms;
}

/* In the order of their first use. */
static int
compare_models(const void *a, const void *b)
{
	const struct used_model *x = a, *y = b;

	return (x->first_ms > y->first_ms) - (x->first_ms < y->first_ms);
}

static void
set_spend(struct json_object *row, const char *name, double spend,
    int64_t n_priced)
{
	json_object_object_add(row, name,
	    n_priced > 0 ? json_object_new_double(spend) : NULL);
}

static void
add_models(struct json_object *row, const struct run_group *g)
{
	struct json_object *all = field_set_array(row, "modelsUsed");

	qsort(g->models, g->n_models, sizeof *g->models, compare_models);
	for (size_t i = 0; i < g->n_models; i++) {
		const struct used_model *m = &g->models[i];
		struct json_object *o = field_append_object(all), *ref;

		ref = field_set_object(o, "ref");
		field_set_text(ref, "provider", m->provider);
		field_set_text(ref, "model", m->model);
		field_set_number(o, "calls", m->n_calls);
		set_spend(o, "spend", m->spend, m->n_priced);
	}
}

struct json_object *
run_group_row(const struct run_group *g)
{
	struct json_object *row = json_object_new_object(), *tokens;

	field_set_text(row, "runId", g->id);
	field_set_text(row, "agent", g->agent);
	field_set_text(row, "startedAt", g->started);
	field_set_text(row, "endedAt", g->ended);
	field_set_number(row, "durationMs", g->ended_ms > g->started_ms ?
	    (int64_t)(g->ended_ms - g->started_ms) : 0);
	field_set_text(row, "status", g->n_errors > 0 ? "error" : "ok");
	field_set_number(row, "modelCalls", g->n_calls);
	tokens = field_set_object(row, "tokens");
	field_set_number(tokens, "input", g->input);
	field_set_number(tokens, "output", g->output);
	field_set_number(tokens, "cacheRead", g->cache_read);
	field_set_number(tokens, "cacheWrite", g->cache_write);
	field_set_number(tokens, "reasoning", g->reasoning);
	set_spend(row, "spend", g->spend, g->n_priced);
	field_set_number(row, "unpricedCalls", g->n_calls - g->n_priced);
	field_set_number(row, "errors", g->n_errors);
	field_set_number(row, "failovers", g->failovers);
	add_models(row, g);
	return row;
}

struct json_object *
run_call_row(const struct run_call *c)
{
	struct run_group *g = run_group_new();
	struct json_object *row;

	if (g == NULL)
		return json_object_new_object();
	run_group_add(g, c);
	row = run_group_row(g);
	run_group_free(g);
	field_set_text(row, "requestId", c->request_id);
	field_set_number(row, "httpStatus", c->http_status);
	field_set_text(row, "errorMessage", c->error);
	return row;
}
