/* SPDX-License-Identifier: ISC */
#include "proxy/attempts.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/agent_connection.h"
#include "proxy/central_check.h"
#include "proxy/clock.h"
#include "proxy/health.h"
#include "proxy/kept_answer.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/request_steps.h"
#include "proxy/retry_after.h"
#include "proxy/routing.h"
#include "proxy/run_account.h"
#include "proxy/target_wish.h"
#include "proxy/translation.h"

#define REASON_MAX 160		/* bytes, with the NUL */

/* An answer, or an error; and what is needed to say it to the client. */
struct attempts_first {
	struct kept_answer *answer;	/* NULL: the error */
	struct err err;
	struct translation *translation;
	struct usage usage;
	bool is_stream;
	char model[SPLICE_MODEL_MAX];
};

static bool
is_retryable_status(int status)
{
	return status == 408 || status == 429 || status >= 500;
}

/* What the target did, or what kept us from it; not what it was asked. */
static bool
is_retryable_error(enum err_code code)
{
	static const enum err_code codes[] = { ERR_UPSTREAM_UNREACHABLE,
		ERR_UPSTREAM_TLS, ERR_UPSTREAM_TIMEOUT, ERR_UPSTREAM_BROKEN,
		ERR_EGRESS_UNAVAILABLE };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* --- what it says about the targets --- */

static void
note_good(struct request *r)
{
	health_answered(&r->proxy->health, r->target.ref, clock_mono_ms());
	r->attempts.is_probe = false;
}

static void
note_bad(struct request *r, int64_t retry_after_ms)
{
	const struct settings *s = &r->proxy->settings;

	health_failed(&r->proxy->health, r->target.ref,
	    &(struct health_rules) { s->n_circuit_failures, s->circuit_wait_ms,
	    s->circuit_wait_max_ms },
	    &(struct health_failure) { .now_ms = clock_mono_ms(),
	    .retry_after_ms = retry_after_ms, .chance = (uint32_t)(r->id >> 8),
	    .was_probe = r->attempts.is_probe });
	r->attempts.is_probe = false;
}

/* It was not the target's doing, nor was it in its favour. */
static void
note_nothing(struct request *r)
{
	if (r->attempts.is_probe)
		health_unprobe(&r->proxy->health, r->target.ref);
	r->attempts.is_probe = false;
}

static void
note_status(struct request *r, int status, const char *lines, size_t len)
{
	if (is_retryable_status(status))
		note_bad(r, retry_after_ms(lines, len, clock_utc_ms()));
	else if (status < 400)
		note_good(r);
	else
		note_nothing(r);
}

static void
note_error(struct request *r, enum err_code code)
{
	if (is_retryable_error(code) && code != ERR_EGRESS_UNAVAILABLE)
		note_bad(r, 0);
	else
		note_nothing(r);
}

/* --- what the run record says --- */

static void
add_note(struct request *r, const char *what)
{
	char *note = r->attempts.note;
	const struct model_ref *ref = r->target.ref;
	size_t len = strlen(note);

	snprintf(note + len, ATTEMPTS_NOTE_MAX - len, "%s%s/%.100s: %s",
	    len > 0 ? "; " : "", ref->provider, ref->model, what);
}

static void
explain(char reason[REASON_MAX], const struct kept_answer *k,
    const struct err *err)
{
	if (k == NULL)
		snprintf(reason, REASON_MAX, "%s", err_sentence(err->code));
	else
		snprintf(reason, REASON_MAX, k->status < 400 ?
		    "an error inside its answer %d" : "it answered %d",
		    k->status);
}

/* --- the turns --- */

static const struct provider *
find_provider(const struct request *r, const char *id, struct err *err)
{
	struct target_wish wish = target_wish_now(r->proxy, r->routing);

	return target_provider(&wish, id, err);
}

/* What belongs to one attempt is given back. */
static void
reset(struct request *r)
{
	run_account_put_by(r);
	request_give_back(r);
	r->below = NULL;
	exchange_free(r->exchange);
	r->exchange = NULL;
	answer_close(&r->answer);
	r->answer = (struct answer) { .has_begun = false };
	translation_free(r->translation);
	r->translation = NULL;
	free(r->opened);
	r->opened = NULL;
	r->path.rest = r->attempts.path_rest;
	r->attempt = ATTEMPT_FIRST;
	r->http_status = 0;
	r->usage = (struct usage) { 0 };
	r->error[0] = '\0';
}

/* The turn of 'ref'; what became of the one before has been kept. */
static void
give_turn(struct request *r, const struct model_ref *ref)
{
	struct err err;

	reset(r);
	r->target.ref = ref;
	r->attempts.is_substituted = ref != r->attempts.primary;
	r->attempts.is_probe = health_ask(&r->proxy->health, ref,
	    clock_mono_ms()) == HEALTH_PROBE;
	r->provider = find_provider(r, ref->provider, &err);
	if (r->provider != NULL)
		request_step_prepare(r);
	else
		request_fail(r, &err);
}

static void
first_free(struct attempts_first *first)
{
	if (first == NULL)
		return;
	kept_answer_free(first->answer);
	translation_free(first->translation);
	free(first);
}

/* The primary's own answer or error goes to the client after all. */
static void
send_first(struct request *r)
{
	struct attempts *a = &r->attempts;
	struct attempts_first *first = a->first;
	struct kept_answer *answer = first->answer;
	struct err err = first->err;

	if (answer != NULL && answer->is_cut) {
		/* Half a body is nobody's answer; what is known is its status. */
		err_set(&err, ERR_UPSTREAM_BROKEN, "%.64s answered %d, at "
		    "length", a->primary->provider, answer->status);
		kept_answer_free(answer);
		answer = NULL;
	}
	reset(r);
	a->is_settled = true;
	a->is_substituted = false;
	r->target.ref = a->primary;
	r->provider = routing_provider(r->routing, a->primary->provider);
	r->translation = first->translation;
	r->usage = first->usage;
	r->body = (struct spliced) { .is_stream = first->is_stream };
	memcpy(r->body.model, first->model, sizeof r->body.model);
	first->answer = NULL;
	first->translation = NULL;
	first_free(first);
	a->first = NULL;
	if (answer != NULL)
		answer_replay(r, answer);
	else
		request_fail(r, &err);
}

static void
on_checked(void *arg, enum central_outcome outcome)
{
	struct request *r = arg;
	struct attempts *a = &r->attempts;
	char what[REASON_MAX];

	central_check_free(a->check);
	a->check = NULL;
	if (outcome == CENTRAL_ALLOWED) {
		give_turn(r, a->substitute);
		return;
	}
	snprintf(what, sizeof what, "%s was not tried: the check says %s",
	    a->substitute->provider, central_outcome_name(outcome));
	add_note(r, what);
	send_first(r);
}

/* A revocation at the central server stops the stand-in, too. */
static void
check_central(struct request *r, const struct provider *central)
{
	struct attempts *a = &r->attempts;

	event_del(r->timer);
	r->state = REQUEST_CHECKING;
	a->check = central_check_start(&(struct central_question) {
		.proxy = r->proxy,
		.central = central,
		.token = r->tokens.digests[r->token],
		.request = r->id,
		.uid = agent_connection_uid(r->connection),
		.model = a->first->model,
		.checked = on_checked,
		.arg = r,
	});
	if (a->check == NULL)
		on_checked(r, CENTRAL_UNREACHABLE);
}

/* Keeps what the primary came to; one of 'answer' and 'err' is there. */
static bool
keep_first(struct request *r, struct kept_answer *answer,
    const struct err *err)
{
	struct attempts_first *first = calloc(1, sizeof *first);

	if (first == NULL)
		return false;
	first->answer = answer;
	if (err != NULL)
		first->err = *err;
	first->translation = r->translation;
	r->translation = NULL;
	first->usage = r->usage;
	first->is_stream = r->body.is_stream;
	memcpy(first->model, r->body.model, sizeof first->model);
	r->attempts.first = first;
	return true;
}

static void
after_primary(struct request *r)
{
	const struct provider *primary = r->provider;

	exchange_free(r->exchange);
	r->exchange = NULL;
	if (primary->is_central)
		check_central(r, primary);
	else
		give_turn(r, r->attempts.substitute);
}

static void
after_substitute(struct request *r)
{
	struct attempts *a = &r->attempts;

	if (a->first != NULL) {
		send_first(r);
		return;
	}
	/* It had been passed over; now it is its turn, and its word counts. */
	a->substitute = NULL;
	give_turn(r, a->primary);
}

/* --- entrances --- */

/* Passed over only in favour of one that is well, and never when central. */
static bool
is_passed_over(struct request *r)
{
	struct attempts *a = &r->attempts;
	struct health_table *health = &r->proxy->health;
	int64_t now_ms = clock_mono_ms();
	enum health_word word = health_ask(health, a->primary, now_ms);
	struct err ignored;

	a->is_probe = word == HEALTH_PROBE;
	return word == HEALTH_SHUN && a->substitute != NULL &&
	    !r->provider->is_central &&
	    health_is_well(health, a->substitute, now_ms) &&
	    find_provider(r, a->substitute->provider, &ignored) != NULL;
}

void
attempts_plan(struct request *r)
{
	struct attempts *a = &r->attempts;

	a->primary = r->target.ref;
	a->path_rest = r->path.rest;
	a->is_settled = r->path.kind != PATH_RUN;
	if (a->is_settled)
		return;
	/* Never the primary itself: plan_choice.c. */
	a->substitute = r->target.failover;
	if (!is_passed_over(r))
		return;
	add_note(r, "its circuit is open");
	a->is_substituted = true;
	r->target.ref = a->substitute;
	r->provider = routing_provider(r->routing, r->target.ref->provider);
}

void
attempts_find_stand_in(struct request *r)
{
	struct attempts *a = &r->attempts;
	const char *provider;

	if (a->is_settled || a->is_substituted || !r->provider->is_central)
		return;
	provider = failovers_find(routing_failovers(r->routing),
	    r->body.model);
	if (provider == NULL || strcmp(provider, r->provider->id) == 0 ||
	    strlen(r->body.model) >= sizeof a->stand_in.model)
		return;
	snprintf(a->stand_in.provider, sizeof a->stand_in.provider, "%s",
	    provider);
	snprintf(a->stand_in.model, sizeof a->stand_in.model, "%.199s",
	    r->body.model);
	a->substitute = &a->stand_in;
}

bool
attempts_is_failure(const struct request *r, int status)
{
	return r->attempts.is_substituted ? status >= 400 :
	    is_retryable_status(status);
}

bool
attempts_want_hold(const struct request *r, int status)
{
	const struct attempts *a = &r->attempts;

	return !a->is_settled && a->substitute != NULL &&
	    (status < 400 || attempts_is_failure(r, status));
}

void
attempts_pass(struct request *r, int status, const char *lines, size_t len)
{
	if (r->attempts.is_settled)
		return;
	r->attempts.is_settled = true;
	note_status(r, status, lines, len);
}

void
attempts_fail(struct request *r, struct kept_answer *k)
{
	struct attempts *a = &r->attempts;
	char reason[REASON_MAX];

	kept_answer_usage(k, &r->usage);
	if (k->status < 400)
		note_bad(r, 0);
	else
		note_status(r, k->status, k->lines, k->lines_len);
	explain(reason, k, NULL);
	add_note(r, reason);
	if (a->is_substituted) {
		kept_answer_free(k);
		after_substitute(r);
	} else if (keep_first(r, k, NULL))
		after_primary(r);
	else {
		a->is_settled = true;
		answer_replay(r, k);
	}
}

bool
attempts_recover(struct request *r, const struct err *err)
{
	struct attempts *a = &r->attempts;
	char reason[REASON_MAX];

	if (a->is_settled || a->primary == NULL)
		return false;
	note_error(r, err->code);
	if (r->answer.held != NULL)
		kept_answer_usage(r->answer.held, &r->usage);
	explain(reason, NULL, err);
	if (a->is_substituted) {
		add_note(r, reason);
		after_substitute(r);
		return true;
	}
	/* One that has a 404 to tell answers with that. */
	if (a->substitute == NULL || !is_retryable_error(err->code) ||
	    r->answer.saved != NULL || !keep_first(r, NULL, err))
		return false;
	add_note(r, reason);
	after_primary(r);
	return true;
}

void
attempts_close(struct request *r)
{
	note_nothing(r);
	central_check_free(r->attempts.check);
	first_free(r->attempts.first);
}
