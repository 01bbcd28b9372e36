/* SPDX-License-Identifier: ISC */
#include "proxy/central_check.h"

#include <event2/event.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/model_path.h"
#include "common/url.h"
#include "proxy/broker_link.h"
#include "proxy/clock.h"
#include "proxy/exchange.h"
#include "proxy/providers.h"
#include "proxy/proxy.h"

struct central_check {
	struct central_question question;
	uint8_t token[DIGEST_LEN];
	char model[MODEL_MAX], path[URL_PATH_MAX];
	struct event *timer;
	struct asking asking;
	struct ipc_granted ticket;
	bool is_parked;		/* granted, and the egress is not there yet */
	struct exchange *exchange;
};

const char *
central_outcome_name(enum central_outcome outcome)
{
	static const char *const names[] = {
		[CENTRAL_UNREACHABLE] = "unreachable",
		[CENTRAL_ALLOWED] = "allowed",
		[CENTRAL_FORBIDDEN] = "forbidden",
	};

	return names[outcome];
}

enum central_outcome
central_outcome_of(int status)
{
	return status == 200 || status == 204 ? CENTRAL_ALLOWED :
	    status == 401 || status == 403 ? CENTRAL_FORBIDDEN :
	    CENTRAL_UNREACHABLE;
}

const struct central_known *
central_memory_find(const struct central_memory *m, const char *model)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->known[i].model, model) == 0)
			return &m->known[i];
	return NULL;
}

/* In the place of what is known of it, or of what was asked longest ago. */
static void
remember(struct central_memory *m, const char *model,
    enum central_outcome outcome)
{
	struct central_known *k =
	    (struct central_known *)central_memory_find(m, model);

	if (k == NULL && m->n < CENTRAL_MEMORY_LEN)
		k = &m->known[m->n++];
	if (k == NULL) {
		k = &m->known[0];
		for (size_t i = 1; i < m->n; i++)
			if (m->known[i].at_ms < k->at_ms)
				k = &m->known[i];
	}
	*k = (struct central_known) { .at_ms = clock_utc_ms(),
	    .outcome = outcome };
	snprintf(k->model, sizeof k->model, "%s", model);
}

void
central_check_free(struct central_check *c)
{
	if (c == NULL)
		return;
	returned_grants_add(c->question.proxy, &(struct given_up) {
		.asking = &c->asking,
		.ticket = c->is_parked ? &c->ticket : NULL,
		.method = "HEAD",
		.path = c->path,
	});
	broker_link_forget(&c->asking);
	exchange_free(c->exchange);
	if (c->timer != NULL)
		event_free(c->timer);
	free(c);
}

/* The last thing that happens to a check: its owner frees it. */
static void
end(struct central_check *c, enum central_outcome outcome)
{
	remember(&c->question.proxy->central, c->model, outcome);
	log_info("proxy: central check: %s provider=%s",
	    central_outcome_name(outcome), c->question.central->id);
	c->question.checked(c->question.arg, outcome);
}

static enum exchange_fate
on_frame(void *arg, const struct frame *f)
{
	end(arg, f->type == FRAME_HEAD ? central_outcome_of((int)f->status) :
	    CENTRAL_UNREACHABLE);
	return EXCHANGE_FREED;
}

static enum exchange_fate
on_settled(void *arg)
{
	(void)arg;
	return EXCHANGE_GOES_ON;
}

static void
on_died(void *arg, const struct err *err)
{
	(void)err;
	end(arg, CENTRAL_UNREACHABLE);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	end(arg, CENTRAL_UNREACHABLE);
}

static void
send_head(struct central_check *c)
{
	struct proxy *p = c->question.proxy;
	struct channel *egress = egress_link_find(&p->egresses,
	    c->ticket.egress);
	struct ipc_request request = { .ticket = c->ticket, .method = "HEAD",
	    .path_len = (uint32_t)strlen(c->path) };
	struct err err;

	c->is_parked = egress == NULL;
	if (c->is_parked)
		return;
	c->exchange = exchange_start(&(struct exchange_order) {
		.base = p->base,
		.egress = egress,
		.request = &request,
		.tail = c->path,
		.tail_len = request.path_len,
		.hooks = &(struct exchange_hooks) { on_frame, on_settled,
		    on_died, c },
	}, &err);
	if (c->exchange == NULL)
		end(c, CENTRAL_UNREACHABLE);
}

static void
on_word(struct asking *asking, const struct broker_word *word)
{
	struct central_check *c = (struct central_check *)((char *)asking -
	    offsetof(struct central_check, asking));

	if (word->err.code != ERR_NONE) {
		end(c, CENTRAL_UNREACHABLE);
		return;
	}
	c->ticket = word->granted;
	send_head(c);
}

void
central_check_unpark(struct central_check *c, uint32_t egress)
{
	if (c != NULL && c->is_parked && c->ticket.egress == egress)
		send_head(c);
}

static bool
ask(struct central_check *c, struct err *err)
{
	const struct central_question *q = &c->question;
	struct ipc_grant_request ask = { .request = q->request,
	    .uid = q->uid, .method = "HEAD" };

	memcpy(ask.token, c->token, sizeof ask.token);
	memcpy(ask.origin, q->central->origin, sizeof ask.origin);
	return model_path_format(c->path, sizeof c->path, MODEL_PATH_CHECK,
	    c->model, err) &&
	    ipc_name_set(&ask.provider, q->central->id, err) &&
	    broker_link_ask_grant(q->proxy->broker, &c->asking, &ask, c->path,
	    err);
}

struct central_check *
central_check_start(const struct central_question *q)
{
	uint64_t ms = q->proxy->settings.central_timeout_ms;
	struct timeval timeout = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };
	struct central_check *c = calloc(1, sizeof *c);
	struct err err = { .code = ERR_NONE };

	if (c == NULL)
		return NULL;
	c->question = *q;
	memcpy(c->token, q->token, sizeof c->token);
	snprintf(c->model, sizeof c->model, "%s", q->model);
	c->asking.answered = on_word;
	c->timer = event_new(q->proxy->base, -1, 0, on_timer, c);
	if (c->timer != NULL && event_add(c->timer, &timeout) == 0 &&
	    ask(c, &err))
		return c;
	remember(&q->proxy->central, c->model, CENTRAL_UNREACHABLE);
	log_warning("proxy: central check: cannot be made: %s provider=%s",
	    err.about, q->central->id);
	central_check_free(c);
	return NULL;
}
