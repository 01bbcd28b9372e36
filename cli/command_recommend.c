/* SPDX-License-Identifier: ISC */
/* recommend: targets for what an agent used, and what they would cost. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/advice.h"
#include "cli/amount.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/known.h"
#include "cli/output.h"
#include "cli/price_file.h"
#include "cli/routing_file.h"
#include "cli/run_call.h"
#include "cli/run_files.h"
#include "cli/target_view.h"
#include "cli/vault_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define DAY_MS UINT64_C(86400000)

struct gathering {
	const char *agent;
	uint64_t since_ms;
	const struct price_list *prices;
	struct advice_history *history;
};

static bool
on_line(const char *line, size_t len, void *arg)
{
	struct gathering *g = arg;
	struct json_object *record = NULL;
	struct run_call call;
	bool goes_on = true;

	if (run_call_parse(&call, line, len, &record)) {
		/* A clock that was set back by less does not end it. */
		goes_on = call.ended_ms + DAY_MS >= g->since_ms;
		if (call.ended_ms >= g->since_ms &&
		    strcmp(call.agent, g->agent) == 0)
			advice_history_add(g->history, &call, g->prices);
	}
	json_object_put(record);
	return goes_on;
}

static bool
gather(struct invocation *inv, struct advice_case *c, struct err *err)
{
	uint64_t now_ms = (uint64_t)time(NULL) * 1000;
	struct gathering g = { .agent = c->agent, .prices = c->prices,
		.since_ms = now_ms - ADVICE_DAYS * DAY_MS,
		.history = &c->history };
	struct run_files files;
	bool ok;

	ok = run_files_open(&files, inv, err) &&
	    run_files_scan(&files, on_line, &g, err);
	run_files_close(&files);
	return ok;
}

static bool
parse_case(struct advice_case *c, const struct invocation *inv,
    struct err *err)
{
	const char *objective = invocation_option(inv, "objective");
	const char *budget = invocation_option(inv, "budget-day");
	struct amount a = { .value = 0 };

	if (objective == NULL)
		objective = invocation_option(inv, "preference");
	c->objective = objective != NULL ? advice_objective_find(objective) :
	    ADVICE_BALANCED;
	if (c->objective == 0)
		return err_set(err, ERR_USAGE,
		    "--objective is quality, balanced or cost");
	if (budget != NULL && (!amount_parse(&a, budget, "--budget-day", err)))
		return false;
	if (budget != NULL && a.value <= 0)
		return err_set(err, ERR_USAGE, "--budget-day: 0 buys nothing");
	c->budget_usd = a.value;
	return true;
}

/* What the agent speaks: as the vault says, else as it is known to. */
static const char *
protocol_of(struct json_object *agents, const char *id)
{
	struct json_object *agent = agents != NULL ?
	    vault_view_find(agents, id, "") : NULL;
	const char *dialect = json_text_string(agent, "dialect");
	const struct client *client = client_find(id);

	return dialect != NULL ? dialect : client != NULL ?
	    vault_view_dialect_name(client->dialect) : NULL;
}

static bool
advise(struct invocation *inv, struct advice_case *c, const char *agent,
    struct json_object *data, struct err *err)
{
	struct json_object *suggestions = json_text_array(data, "suggestions");
	size_t before = json_object_array_length(suggestions);
	struct json_object *policies;

	c->agent = agent;
	c->history = (struct advice_history) { .n_calls = 0 };
	if (!gather(inv, c, err) || !routing_file_read(inv, "policies.json",
	    &policies, err))
		return false;
	c->has_policy = json_text_object(json_text_object(policies,
	    "policies"), agent) != NULL;
	json_object_put(policies);
	advice_give(c, suggestions);
	if (json_object_array_length(suggestions) == before)
		warning_add(data, "no model with a tier and the agent's "
		    "protocol has a price: cofferdam prices set");
	else if (c->history.n_calls == 0)
		warning_add(data, "%s made no calls in the last %d days: "
		    "nothing to estimate from", agent, ADVICE_DAYS);
	return true;
}

static bool
advise_all(struct invocation *inv, struct advice_case *c,
    struct json_object *agents, struct json_object *data, struct err *err)
{
	const char *agent = invocation_option(inv, "agent");
	size_t n = agents != NULL ? json_object_array_length(agents) : 0;

	if (agent != NULL) {
		c->protocol = protocol_of(agents, agent);
		return known_agent(inv, agent, data, err) &&
		    advise(inv, c, agent, data, err);
	}
	for (size_t i = 0; i < n; i++) {
		agent = json_text_string(json_object_array_get_idx(agents, i),
		    "id");
		c->protocol = protocol_of(agents, agent);
		if (!advise(inv, c, agent, data, err))
			return false;
	}
	return true;
}

static bool
run_recommend(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	struct json_object *agents = NULL, *credentials = NULL;
	struct advice_case c = { .agent = NULL };
	struct price_list prices = { .n = 0 };
	struct err ignored;
	bool ok;

	if (!parse_case(&c, inv, err) || !daemon_is_needed(inv, err))
		return false;
	/* Without the vault it is known only to be unknown. */
	vault_view_agents(inv->home, &agents, &ignored);
	vault_view_credentials(inv->home, &credentials, &ignored);
	c.credentials = credentials;
	c.prices = &prices;
	*data = json_object_new_object();
	field_set_array(*data, "suggestions");
	ok = price_file_load(&prices, inv, err) &&
	    advise_all(inv, &c, agents, *data, err);
	price_list_reset(&prices);
	json_object_put(credentials);
	json_object_put(agents);
	return ok;
}

static void
print_recommend(struct json_object *data)
{
	struct json_object *all = json_text_array(data, "suggestions");

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *o = json_object_array_get_idx(all, i);
		char target[TARGET_TEXT_MAX];
		double usd;

		target_view_format(json_text_object(json_text_object(o,
		    "policy"), "primary"), target);
		printf("%s: %s (%s)\n",
		    output_clean(json_text_string(o, "agent")),
		    output_clean(json_text_string(o, "rationale")),
		    output_clean(target));
		if (json_text_number(o, "estimatedSpendDay", &usd))
			printf("    about $%.2f a day\n", usd);
		printf("    %s\n",
		    output_clean(json_text_string(o, "applyCommand")));
	}
	warning_print(data);
}

static const struct command_option recommend_options[] = {
	{ "agent", "A", "for this agent alone" },
	{ "objective", "O", "quality, balanced or cost" },
	{ "preference", "O", "the same as --objective" },
	{ "budget-day", "USD", "what a day may cost before the cheaper model "
	    "takes over" },
	{ NULL, NULL, NULL },
};

const struct command recommend_commands[] = {
	{ .name = "recommend", .help = "Suggests targets for what the agents "
	    "used in the last 7 days.",
	    .options = recommend_options, .run = run_recommend,
	    .print = print_recommend },
	{ .name = NULL },
};
