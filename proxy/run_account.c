/* SPDX-License-Identifier: ISC */
#include "proxy/run_account.h"

#include <stdio.h>
#include <string.h>

#include "proxy/clock.h"
#include "proxy/kept_answer.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/run_log.h"
#include "proxy/run_meter.h"
#include "proxy/run_queue.h"
#include "proxy/translation.h"

/* A plan is named with its leg, also when it is a policy: so are records. */
static struct usage_holder
holder_of(const struct request *r)
{
	return (struct usage_holder) { .agent = r->agent,
	    .plan = target_policy_id(&r->target), .leg = r->target.ref };
}

void
run_account_begin(struct request *r)
{
	struct proxy *p = r->proxy;

	if (r->path.kind != PATH_RUN)
		return;
	r->metered = holder_of(r);
	r->is_metered = day_usage_begin(
	    run_meter_day(p->meter, clock_utc_ms()), &r->metered);
}

static bool
is_usage_known(const struct usage *u)
{
	return (u->input | u->output | u->cache_read | u->cache_write |
	    u->reasoning) != 0;
}

/*
 * By the model that answered, else by the one that was asked for.  A call to
 * which the provider gave no answer that could cost anything cost nothing.
 */
static struct usage_cost
cost_of(const struct request *r)
{
	const struct price_list *prices = routing_prices(r->routing);
	const struct usage *u = &r->usage;
	const struct price *price;

	if (!is_usage_known(u))
		return (struct usage_cost) { .is_priced = r->http_status < 200 ||
		    r->http_status >= 300 };
	price = price_list_find(prices, r->provider->id, u->model);
	if (price == NULL)
		price = price_list_find(prices, r->provider->id,
		    r->body.model);
	if (price == NULL)
		return (struct usage_cost) { .is_priced = false };
	return (struct usage_cost) { true, price_cost(price,
	    &(struct price_usage) { .input = u->input, .output = u->output,
	    .cache_read = u->cache_read, .cache_write = u->cache_write,
	    .counts = r->provider->protocol == PROTOCOL_ANTHROPIC ?
	    INPUT_WITHOUT_CACHE : INPUT_WITH_CACHE }) };
}

static struct usage_cost
sum(const struct usage_cost *a, const struct usage_cost *b)
{
	return (struct usage_cost) { a->is_priced && b->is_priced,
	    a->usd + b->usd };
}

/* As far as it is known; what is held back has not been looked into. */
static void
note_held(struct request *r)
{
	if (r->answer.held != NULL)
		kept_answer_usage(r->answer.held, &r->usage);
}

void
run_account_put_by(struct request *r)
{
	struct run_spent *s = &r->attempts.spent;

	note_held(r);
	*s = (struct run_spent) { .usage = r->usage };
	if (!is_usage_known(&r->usage) || r->provider == NULL)
		return;
	s->cost = cost_of(r);
	snprintf(s->provider, sizeof s->provider, "%s", r->provider->id);
	snprintf(s->model, sizeof s->model, "%.199s", r->body.model);
}

/* Milliseconds since the request began; -1 for a moment that never came. */
static int64_t
since_start(const struct request *r, int64_t at_ms)
{
	return at_ms == 0 ? -1 : at_ms > r->started_ms ?
	    at_ms - r->started_ms : 0;
}

static void
write_record(const struct request *r, int64_t ended_ms,
    const struct usage_cost *cost)
{
	char line[RUN_RECORD_MAX];
	size_t len = run_record_format(&(struct run_record) {
		.run_id = r->run_id[0] != '\0' ? r->run_id : r->id_text,
		.request_id = r->id_text,
		.agent = r->agent,
		.provider = r->provider->id,
		.model = r->body.model[0] != '\0' ? r->body.model :
		    r->usage.model,
		.target_model = r->target.ref->model,
		.policy_id = target_policy_id(&r->target),
		.policy_source = target_policy_source(&r->target),
		.error = r->error[0] != '\0' ? r->error : NULL,
		.n_failovers = r->attempts.is_substituted,
		.failover_note = r->attempts.note[0] != '\0' ?
		    r->attempts.note : NULL,
		.losses = r->translation != NULL ?
		    translation_losses(r->translation) : "",
		.started_ms = r->started_ms,
		.ended_ms = ended_ms,
		.grant_ms = since_start(r, r->granted_ms),
		.first_byte_ms = since_start(r, r->answered_ms),
		.dialect = r->path.dialect,
		.http_status = r->http_status,
		.is_streamed = r->body.is_stream,
		.usage = r->usage,
		.spent = &r->attempts.spent,
		.cost = *cost,
	}, line);

	run_log_add(r->proxy->runs, line, len);
	if (r->proxy->settings.uploads_runs)
		run_queue_add(r->proxy->queue, line, len);
}

void
run_account_end(struct request *r)
{
	struct proxy *p = r->proxy;
	struct usage_holder ended = holder_of(r);
	int64_t now_ms = clock_utc_ms();
	struct usage_cost cost;

	if (r->path.kind != PATH_RUN || r->provider == NULL)
		return;
	note_held(r);
	cost = cost_of(r);
	if (r->attempts.spent.provider[0] != '\0')
		cost = sum(&cost, &r->attempts.spent.cost);
	/* The day turns before the record is written, or it counted twice. */
	if (r->is_metered)
		day_usage_end(run_meter_day(p->meter, now_ms), &r->metered,
		    &ended, &cost);
	if (p->runs != NULL)
		write_record(r, now_ms, &cost);
}
