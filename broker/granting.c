/* SPDX-License-Identifier: ISC */
#include "broker/granting.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/grant.h"
#include "common/crypto/ticket.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/settings.h"

struct waiting_grant {
	LIST_ENTRY(waiting_grant) next;
	struct broker *b;
	struct grant_ask ask;
	struct grant_note note;
	char credential_agent[IPC_NAME_TEXT];	/* whose credential it is */
	bool is_recorded;
	struct egress *egress;		/* NULL until asked for */
	struct event *deadline;
};

static void
waiting_free(struct waiting_grant *g)
{
	LIST_REMOVE(g, next);
	g->b->n_grants--;
	audit_cancel(g->b->audit, g);
	event_free(g->deadline);
	free(g);
}

static void
send_denied(struct broker *b, uint64_t request, const struct err *err)
{
	struct ipc_denied denied = { .request = request, .code = err->code,
	    .os = (uint32_t)err->os };

	if (b->proxy != NULL)
		channel_send(b->proxy, &(struct ipc_outgoing) {
		    .type = IPC_DENIED, .body = &denied, .tail = err->about,
		    .tail_len = strlen(err->about), .fd = -1 });
}

static void
record_use(struct audit_record *r, const struct grant_ask *ask,
    const char *agent)
{
	size_t path_len = strcspn(ask->path, "?");

	r->request = ask->request.request;
	r->uid = ask->request.uid;
	r->pid = ask->request.pid;
	memcpy(r->method, ask->request.method, sizeof r->method);
	memcpy(r->provider, ask->provider, sizeof r->provider);
	strncpy(r->agent, agent, sizeof r->agent - 1);
	if (path_len >= sizeof r->path)
		path_len = sizeof r->path - 1;
	memcpy(r->path, ask->path, path_len);
}

/* A refusal that needs no record to be safe: the record follows. */
static void
refuse(struct broker *b, const struct grant_ask *ask, const char *agent,
    const struct err *err)
{
	struct audit_record r = { .event = AUDIT_DENIED, .code = err->code };

	record_use(&r, ask, agent);
	audit_append(b->audit, &r);
	send_denied(b, ask->request.request, err);
}

/* Was recorded as begun, and is not going to happen. */
static void
give_up(struct waiting_grant *g, const struct err *err)
{
	if (g->is_recorded) {
		struct audit_record r = { .event = AUDIT_END,
		    .code = err->code };

		record_use(&r, &g->ask, g->note.agent);
		audit_append(g->b->audit, &r);
	}
	send_denied(g->b, g->ask.request.request, err);
	waiting_free(g);
}

/*
 * What was right when it was asked may not be any more: the agent removed, the
 * pin moved.  The credential, still the same one; NULL with *err.
 */
static struct credential *
still_granted(const struct waiting_grant *g, struct err *err)
{
	struct grant_parties parties;

	if (!grant_may_use(&g->b->vault, process_settings()->users, &g->ask,
	    &parties, err))
		return NULL;
	if (strcmp(parties.agent->id, g->note.agent) == 0 &&
	    strcmp(parties.credential->agent, g->credential_agent) == 0)
		return parties.credential;
	err_set(err, ERR_EGRESS_UNAVAILABLE, "%s: was changed",
	    g->ask.provider);
	return NULL;
}

static void
issue(struct waiting_grant *g)
{
	struct broker *b = g->b;
	struct ipc_granted ticket = {
		.request = g->ask.request.request,
		.expires_ms = broker_now_ms() + TICKET_LIFETIME_MS,
		.egress = g->egress->number,
	};
	struct err err = { 0 };
	struct credential *c = still_granted(g, &err);

	if (c != NULL)
		ticket.sequence = egresses_note(g->egress, &g->note, &err);
	if (ticket.sequence == 0) {
		give_up(g, &err);
		return;
	}
	c->used_s = broker_now_s();
	ticket_sign(&ticket, secret_peek(g->egress->mac_key),
	    g->ask.request.method, g->ask.path, g->ask.path_len);
	if (b->proxy != NULL)
		channel_send_body(b->proxy, IPC_GRANTED, &ticket);
	waiting_free(g);
}

static void
on_recorded(void *waiter, const struct err *outcome)
{
	struct waiting_grant *g = waiter;
	struct broker *b = g->b;
	struct credential *c;
	struct err err = *outcome;

	if (err.code != ERR_NONE) {
		give_up(g, &err);
		return;
	}
	g->is_recorded = true;
	c = still_granted(g, &err);
	if (c != NULL)
		g->egress = egresses_want(b, c, &err);
	if (g->egress == NULL)
		give_up(g, &err);
	else if (g->egress->state == EGRESS_SERVING)
		issue(g);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct waiting_grant *g = arg;
	struct err err;

	(void)fd;
	(void)what;
	if (!g->is_recorded)
		err_set(&err, ERR_AUDIT_UNAVAILABLE, "the disk is too slow");
	else
		err_set(&err, ERR_EGRESS_UNAVAILABLE, "%s", g->ask.provider);
	give_up(g, &err);
}

static struct waiting_grant *
wait_for(struct broker *b, const struct grant_ask *ask,
    const struct grant_parties *parties)
{
	/* Before the proxy's own deadline, so that the reason gets through. */
	uint64_t ms = process_settings()->grant_timeout_ms * 4 / 5;
	struct timeval t = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };
	struct waiting_grant *g = b->n_grants < GRANTS_MAX ?
	    calloc(1, sizeof *g) : NULL;

	if (g == NULL)
		return NULL;
	g->b = b;
	g->ask = *ask;
	g->deadline = evtimer_new(process_base(), on_deadline, g);
	if (g->deadline == NULL) {
		free(g);
		return NULL;
	}
	event_add(g->deadline, &t);
	g->note = (struct grant_note) { .request = ask->request.request,
	    .uid = ask->request.uid, .pid = ask->request.pid };
	memcpy(g->note.provider, ask->provider, sizeof g->note.provider);
	memcpy(g->note.agent, parties->agent->id, sizeof g->note.agent);
	memcpy(g->credential_agent, parties->credential->agent,
	    sizeof g->credential_agent);
	LIST_INSERT_HEAD(&b->grants, g, next);
	b->n_grants++;
	return g;
}

/* GRANT_REQUEST from the proxy; answered by GRANTED or DENIED. */
void
on_grant_request(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	struct grant_parties parties = { 0 };
	struct audit_record begin = { .event = AUDIT_BEGIN };
	struct waiting_grant *g;
	struct grant_ask ask;
	struct err err = { 0 };

	(void)channel;
	if (!grant_parse(msg, &ask, &err) ||
	    !grant_may_use(&b->vault, process_settings()->users, &ask,
	    &parties, &err)) {
		refuse(b, &ask, parties.agent != NULL ? parties.agent->id : "",
		    &err);
		return;
	}
	parties.agent->used_s = broker_now_s();
	g = wait_for(b, &ask, &parties);
	if (g == NULL) {
		err_set(&err, ERR_OVERLOADED, "requests that wait for a key");
		refuse(b, &ask, parties.agent->id, &err);
		return;
	}
	record_use(&begin, &ask, parties.agent->id);
	if (!audit_append_and_wait(b->audit, &begin, on_recorded, g, &err))
		give_up(g, &err);
}

void
granting_egress_ready(struct broker *b, struct egress *e)
{
	struct waiting_grant *g, *following;

	for (g = LIST_FIRST(&b->grants); g != NULL; g = following) {
		following = LIST_NEXT(g, next);
		if (g->egress == e && g->is_recorded)
			issue(g);
	}
}

void
granting_egress_gone(struct broker *b, const struct egress *e)
{
	struct waiting_grant *g, *following;
	struct err err;

	for (g = LIST_FIRST(&b->grants); g != NULL; g = following) {
		following = LIST_NEXT(g, next);
		if (g->egress != e)
			continue;
		err_set(&err, vault_is_locked(&b->vault) ? ERR_VAULT_LOCKED :
		    ERR_EGRESS_UNAVAILABLE, "%s", g->ask.provider);
		give_up(g, &err);
	}
}

void
granting_deny_all(struct broker *b, const struct err *err)
{
	struct waiting_grant *g;

	while ((g = LIST_FIRST(&b->grants)) != NULL)
		give_up(g, err);
}
