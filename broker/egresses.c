/* SPDX-License-Identifier: ISC */
#include "broker/egresses.h"

#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/granting.h"
#include "broker/seal.h"
#include "common/crypto/ticket.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"
#include "common/secret.h"

#define RETIRED_IDLE_MS 1000	/* its last answer is on the way */

struct outstanding {
	LIST_ENTRY(outstanding) next;
	uint32_t sequence;
	uint64_t since_ms;
	struct grant_note note;
};

struct egress *
egresses_find(struct broker *b, uint32_t number)
{
	struct egress *e;

	LIST_FOREACH(e, &b->egresses, next)
		if (e->number == number && number != 0)
			return e;
	return NULL;
}

static struct egress *
find_for(struct broker *b, const struct credential *c)
{
	struct egress *e;

	LIST_FOREACH(e, &b->egresses, next)
		if (!e->is_retired &&
		    strcmp(e->provider, c->provider) == 0 &&
		    strcmp(e->agent, c->agent) == 0)
			return e;
	return NULL;
}

static void
ask_supervisor(struct broker *b, struct egress *e)
{
	struct ipc_egress_wanted wanted = { .serial = ++b->last_serial };
	struct err err;

	e->serial = wanted.serial;
	ipc_name_set(&wanted.provider, e->provider, &err);
	channel_send_body(process_supervisor(), IPC_EGRESS_WANTED, &wanted);
}

/* Shown until another key is stored, or the vault is opened again. */
static void
flag(struct broker *b, const struct grant_note *note)
{
	struct credential *c = vault_find(&b->vault, note->provider,
	    note->agent);

	if (c != NULL)
		c->has_reflected = true;
}

static void
record_end(struct broker *b, const struct grant_note *note,
    const struct ipc_outcome *outcome)
{
	struct audit_record r = { .event = AUDIT_END, .request = note->request,
	    .uid = note->uid, .pid = note->pid,
	    .code = err_code_from_wire(outcome->code),
	    .http_status = outcome->http_status, .sent = outcome->sent,
	    .received = outcome->received };

	memcpy(r.provider, note->provider, sizeof r.provider);
	memcpy(r.agent, note->agent, sizeof r.agent);
	if (r.code == ERR_UPSTREAM_REFLECTED_KEY) {
		struct audit_record seen = r;

		seen.event = AUDIT_REFLECTION;
		audit_append(b->audit, &seen);
		flag(b, note);
	}
	audit_append(b->audit, &r);
}

/* What it had in hand ended with it, somehow: the log says that it ended. */
static void
egress_free(struct broker *b, struct egress *e)
{
	struct ipc_outcome gone = { .code = ERR_EGRESS_UNAVAILABLE };
	struct outstanding *o;

	LIST_REMOVE(e, next);
	for (size_t i = 0; i < EGRESS_RING; i++)
		while ((o = LIST_FIRST(&e->outstanding[i])) != NULL) {
			LIST_REMOVE(o, next);
			record_end(b, &o->note, &gone);
			free(o);
		}
	if (e->state != EGRESS_ASKED)
		broker_record(b, AUDIT_EGRESS_STOP, e->provider, e->agent,
		    NULL);
	granting_egress_gone(b, e);
	channel_free(e->channel);
	secret_free(e->mac_key);
	free(e);
}

static void
kill_one(struct broker *b, struct egress *e)
{
	struct ipc_egress unwanted = { .number = e->number };

	if (e->number != 0)
		channel_send_body(process_supervisor(), IPC_EGRESS_UNWANTED,
		    &unwanted);
	egress_free(b, e);
}

/* The supervisor starts no more; who is idle would be killed soon anyway. */
static bool
make_room(struct broker *b, struct err *err)
{
	struct egress *e, *idlest = NULL;
	unsigned n = 0;

	LIST_FOREACH(e, &b->egresses, next) {
		n++;
		if (e->state == EGRESS_SERVING && e->n_outstanding == 0 &&
		    (idlest == NULL || e->used_ms < idlest->used_ms))
			idlest = e;
	}
	if (n < IPC_EGRESSES_MAX)
		return true;
	if (idlest == NULL)
		return err_set(err, ERR_TOO_MANY_EGRESSES, "%d",
		    IPC_EGRESSES_MAX);
	kill_one(b, idlest);
	return true;
}

struct egress *
egresses_want(struct broker *b, const struct credential *c, struct err *err)
{
	struct egress *e = find_for(b, c);

	if (e != NULL)
		return e;
	if (!make_room(b, err))
		return NULL;
	e = calloc(1, sizeof *e);
	if (e == NULL ||
	    (e->mac_key = secret_new(TICKET_KEY_LEN, err)) == NULL) {
		free(e);
		err_set(err, ERR_EGRESS_UNAVAILABLE, "memory");
		return NULL;
	}
	memcpy(e->provider, c->provider, sizeof e->provider);
	memcpy(e->agent, c->agent, sizeof e->agent);
	e->used_ms = broker_now_ms();
	LIST_INSERT_HEAD(&b->egresses, e, next);
	ask_supervisor(b, e);
	return e;
}

void
egresses_kill(struct broker *b, const char *provider, const char *agent)
{
	struct ipc_name_pair orphans = { 0 };
	struct egress *e, *following;
	struct err err;

	/* Those too that a broker before us provisioned (lock ends them all). */
	if (provider != NULL && ipc_name_set(&orphans.first, provider, &err))
		channel_send_body(process_supervisor(), IPC_ORPHANS_UNWANTED,
		    &orphans);
	for (e = LIST_FIRST(&b->egresses); e != NULL; e = following) {
		following = LIST_NEXT(e, next);
		if (provider == NULL || (strcmp(e->provider, provider) == 0 &&
		    (agent[0] == '\0' || strcmp(e->agent, agent) == 0)))
			kill_one(b, e);
	}
}

void
egresses_retire(struct broker *b, const char *provider, const char *agent)
{
	struct egress *e, *following;

	for (e = LIST_FIRST(&b->egresses); e != NULL; e = following) {
		following = LIST_NEXT(e, next);
		/* Without a channel it has no key yet, and gets the new one. */
		if (e->channel == NULL || strcmp(e->provider, provider) != 0 ||
		    strcmp(e->agent, agent) != 0)
			continue;
		e->is_retired = true;
		if (e->state == EGRESS_SERVING && e->n_outstanding == 0)
			kill_one(b, e);
	}
}

void
egresses_kill_idle(struct broker *b, uint64_t idle_ms)
{
	struct egress *e, *following;
	uint64_t now = broker_now_ms();

	for (e = LIST_FIRST(&b->egresses); e != NULL; e = following) {
		following = LIST_NEXT(e, next);
		if (e->state == EGRESS_SERVING && e->n_outstanding == 0 &&
		    now - e->used_ms > (e->is_retired ? RETIRED_IDLE_MS :
		    idle_ms))
			kill_one(b, e);
	}
}

static void
give_up_old(struct broker *b, struct egress *e, uint64_t before_ms)
{
	struct ipc_outcome unknown = { .code = ERR_TIMED_OUT };
	struct outstanding *o, *following;

	for (size_t i = 0; i < EGRESS_RING; i++)
		for (o = LIST_FIRST(&e->outstanding[i]); o != NULL;
		    o = following) {
			following = LIST_NEXT(o, next);
			if (o->since_ms >= before_ms)
				continue;
			LIST_REMOVE(o, next);
			e->n_outstanding--;
			record_end(b, &o->note, &unknown);
			free(o);
		}
}

void
egresses_give_up_old(struct broker *b)
{
	uint64_t now = broker_now_ms();
	struct egress *e;

	LIST_FOREACH(e, &b->egresses, next)
		if (e->n_outstanding > 0 && now > EGRESS_OUTSTANDING_MS)
			give_up_old(b, e, now - EGRESS_OUTSTANDING_MS);
}

static void
send_endpoint(struct broker *b, uint32_t number, const char *pin)
{
	struct ipc_endpoint endpoint = { .role = EGRESS, .number = number };
	struct url url;
	struct err err;

	if (b->connector == NULL || !url_parse(&url, pin, strlen(pin), &err))
		return;
	endpoint.port = url.port;
	channel_send(b->connector, &(struct ipc_outgoing) {
	    .type = IPC_ENDPOINT, .body = &endpoint, .tail = url.host,
	    .tail_len = strlen(url.host), .fd = -1 });
}

void
egresses_tell_connector(struct broker *b)
{
	const struct credential *c;
	struct egress *e;

	LIST_FOREACH(e, &b->egresses, next) {
		c = vault_find_exact(&b->vault, e->provider, e->agent);
		if (e->number != 0 && c != NULL)
			send_endpoint(b, e->number, c->pin);
	}
}

/* The one moment in which a key leaves the vault: to the one that uses it. */
static bool
send_provision(struct broker *b, struct egress *e, const struct credential *c,
    struct err *err)
{
	struct ipc_provision body = { .number = e->number,
	    .scheme = c->scheme, .url_len = (uint32_t)strlen(c->pin),
	    .header_len = (uint32_t)strlen(c->header) };
	AUTO_WIPE struct secret *key = c->scheme == AUTH_NOTHING ? NULL :
	    vault_open_key(&b->vault, c, err);
	AUTO_WIPE struct secret *tail = NULL;
	size_t tail_len = body.url_len + body.header_len;
	uint8_t *at;
	bool ok;

	if (key == NULL && c->scheme != AUTH_NOTHING)
		return false;
	body.key_len = key != NULL ? (uint32_t)secret_len(key) : 0;
	tail_len += body.key_len;
	tail = secret_new(tail_len, err);
	if (tail == NULL)
		return false;
	at = secret_bytes(tail);
	memcpy(at, c->pin, body.url_len);
	memcpy(at + body.url_len, c->header, body.header_len);
	if (key != NULL)
		memcpy(at + body.url_len + body.header_len,
		    secret_peek(key), body.key_len);
	memcpy(body.mac_key, secret_peek(e->mac_key), sizeof body.mac_key);
	ok = channel_send(e->channel, &(struct ipc_outgoing) {
	    .type = IPC_PROVISION, .body = &body, .tail = secret_peek(tail),
	    .tail_len = tail_len, .fd = -1 });
	secret_wipe(&body, sizeof body);
	return ok || err_set(err, ERR_EGRESS_UNAVAILABLE, "gone");
}

bool
egresses_provision(struct broker *b, uint32_t number, struct channel *channel,
    struct err *err)
{
	struct egress *e = egresses_find(b, number);
	const struct credential *c = e == NULL ? NULL :
	    vault_find_exact(&b->vault, e->provider, e->agent);

	if (c == NULL || vault_is_locked(&b->vault)) {
		/* Its key is gone since it was asked for. */
		channel_free(channel);
		return true;
	}
	e->channel = channel;
	send_endpoint(b, number, c->pin);
	broker_record(b, AUDIT_EGRESS_START, e->provider, e->agent, NULL);
	return seal_random(secret_bytes(e->mac_key), TICKET_KEY_LEN, err) &&
	    send_provision(b, e, c, err);
}

void
egresses_channel_closed(struct broker *b, struct channel *channel)
{
	struct egress *e;

	LIST_FOREACH(e, &b->egresses, next)
		if (e->channel == channel) {
			e->channel = NULL;
			/* Alive, it would hold a key that no lock reaches. */
			kill_one(b, e);
			return;
		}
}

uint32_t
egresses_note(struct egress *e, const struct grant_note *note,
    struct err *err)
{
	struct outstanding *o = e->n_outstanding < EGRESS_OUTSTANDING_MAX ?
	    calloc(1, sizeof *o) : NULL;

	if (o == NULL) {
		err_set(err, ERR_OVERLOADED, "%s", e->provider);
		return 0;
	}
	e->used_ms = broker_now_ms();
	o->sequence = ++e->sequence;
	o->since_ms = e->used_ms;
	o->note = *note;
	LIST_INSERT_HEAD(&e->outstanding[e->sequence % EGRESS_RING], o, next);
	e->n_outstanding++;
	return e->sequence;
}

/* OUTCOME from an egress: the closing record of what was granted there. */
void
on_outcome(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_outcome *outcome = msg->body;
	struct broker *b = self;
	struct egress *e = egresses_find(b, channel_number(channel));
	struct outstanding *o;

	if (e == NULL || e->channel != channel)
		return;
	LIST_FOREACH(o, &e->outstanding[outcome->sequence % EGRESS_RING], next)
		if (o->sequence == outcome->sequence &&
		    o->note.request == outcome->request) {
			LIST_REMOVE(o, next);
			e->n_outstanding--;
			e->used_ms = broker_now_ms();
			record_end(b, &o->note, outcome);
			free(o);
			return;
		}
}

/* EGRESS_STARTED from the supervisor: the number, or that there is none. */
void
on_egress_started(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_egress_started *started = msg->body;
	struct broker *b = self;
	struct egress *e;

	(void)channel;
	LIST_FOREACH(e, &b->egresses, next)
		if (e->serial == started->serial)
			break;
	if (e == NULL)
		return;		/* killed since: its pair will not be taken */
	e->number = started->number;
	e->state = EGRESS_STARTING;
	if (e->number == 0)
		egress_free(b, e);
}

/* EGRESS_READY from the supervisor: it has its key and is confined. */
void
on_egress_ready(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_egress *ready = msg->body;
	struct broker *b = self;
	struct egress *e = egresses_find(b, ready->number);

	(void)channel;
	if (e == NULL)
		return;
	e->state = EGRESS_SERVING;
	granting_egress_ready(b, e);
}

void
on_egress_gone(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_egress *gone = msg->body;
	struct broker *b = self;
	struct egress *e = egresses_find(b, gone->number);

	(void)channel;
	if (e != NULL)
		egress_free(b, e);
}
