/* SPDX-License-Identifier: ISC */
#include "broker/cloud_entry.h"

#include <string.h>

#include "broker/broker.h"
#include "broker/changes.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

#define TOKEN_MIN 8	/* bytes */

static struct credential *
cloud_credential(const struct broker *b)
{
	struct credential *c;

	LIST_FOREACH(c, &b->vault.credentials, next)
		if ((c->flags & CREDENTIAL_IS_CLOUD) != 0)
			return c;
	return NULL;
}

static bool
is_open(const struct broker *b, struct err *err)
{
	if (b->vault_error.code != ERR_NONE) {
		*err = b->vault_error;
		return false;
	}
	if (b->vault.image == NULL && vault_is_locked(&b->vault))
		return err_set(err, ERR_NO_VAULT, "vault/vault");
	return !vault_is_locked(&b->vault) ||
	    err_set(err, ERR_VAULT_LOCKED, "vault");
}

void
cloud_entry_syncer_came(struct broker *b)
{
	b->login.is_under_way = false;
	channel_permit_nothing(b->syncer);
	channel_permit(b->syncer, IPC_SYNC_REQUEST);
	channel_permit(b->syncer, IPC_LOGIN_REQUEST);
	channel_permit(b->syncer, IPC_SYNCED);
}

/* The one endpoint that the syncer may reach. */
static bool
open_way(struct broker *b, const char *pin, struct err *err)
{
	struct ipc_endpoint endpoint = { .role = SYNCER };
	struct url url;

	if (!url_parse(&url, pin, strlen(pin), err))
		return false;
	if (b->connector == NULL)
		return err_set(err, ERR_CLOUD_UNREACHABLE, "no connector");
	endpoint.port = url.port;
	return channel_send(b->connector, &(struct ipc_outgoing) {
	    .type = IPC_ENDPOINT, .body = &endpoint, .tail = url.host,
	    .tail_len = strlen(url.host), .fd = -1 });
}

static bool
grant_sync(struct broker *b, const struct credential *c, struct err *err)
{
	struct ipc_sync_granted granted = { .url_len =
	    (uint32_t)strlen(c->pin) };
	AUTO_WIPE struct secret *token = vault_open_key(&b->vault, c, err);
	AUTO_WIPE struct secret *tail = NULL;

	if (token == NULL)
		return false;
	granted.token_len = (uint32_t)secret_len(token);
	tail = secret_new(granted.url_len + granted.token_len, err);
	if (tail == NULL || !open_way(b, c->pin, err))
		return false;
	memcpy(secret_bytes(tail), c->pin, granted.url_len);
	memcpy(secret_bytes(tail) + granted.url_len, secret_peek(token),
	    granted.token_len);
	return channel_send(b->syncer, &(struct ipc_outgoing) {
	    .type = IPC_SYNC_GRANTED, .body = &granted,
	    .tail = secret_peek(tail), .tail_len = secret_len(tail),
	    .fd = -1 });
}

static void
deny(struct broker *b, const struct err *err)
{
	struct ipc_denied denied = { .code = err->code,
	    .os = (uint32_t)err->os };

	if (b->syncer != NULL)
		channel_send(b->syncer, &(struct ipc_outgoing) {
		    .type = IPC_DENIED, .body = &denied, .tail = err->about,
		    .tail_len = strlen(err->about), .fd = -1 });
}

/* I4 holds for the control plane's token too: the record first. */
static void
on_sync_recorded(void *waiter, const struct err *outcome)
{
	struct broker *b = waiter;
	const struct credential *c = cloud_credential(b);
	struct err err = *outcome;

	if (err.code == ERR_NONE && c == NULL)
		err_set(&err, ERR_CLOUD_NOT_LOGGED_IN, "cloud");
	if (b->syncer == NULL)
		return;
	if (err.code != ERR_NONE || !grant_sync(b, c, &err))
		deny(b, &err);
}

static void
forbid_asking(struct channel *syncer)
{
	channel_forbid(syncer, IPC_SYNC_REQUEST);
	channel_forbid(syncer, IPC_LOGIN_REQUEST);
}

/* SYNC_REQUEST from the syncer; answered by SYNC_GRANTED or DENIED. */
void
on_sync_request(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct audit_record r = { .event = AUDIT_SYNC,
	    .uid = IPC_UID_UNKNOWN };
	struct broker *b = self;
	struct err err = { 0 };

	(void)msg;
	forbid_asking(channel);
	if (b->vault.image == NULL)
		err_set(&err, ERR_CLOUD_NOT_LOGGED_IN, "no vault");
	else if (vault_is_locked(&b->vault))
		err_set(&err, ERR_VAULT_LOCKED, "vault");
	else if (cloud_credential(b) == NULL)
		err_set(&err, ERR_CLOUD_NOT_LOGGED_IN, "cloud");
	else
		audit_append_and_wait(b->audit, &r, on_sync_recorded, b, &err);
	if (err.code != ERR_NONE)
		deny(b, &err);
}

/* SYNCED from the syncer: how it went, for the log. */
void
on_synced(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_synced *synced = msg->body;
	struct broker *b = self;
	struct audit_record r = { .event = b->login.is_under_way ?
	    AUDIT_LOGIN_END : AUDIT_SYNC_END, .uid = IPC_UID_UNKNOWN,
	    .code = err_code_from_wire(synced->code),
	    .http_status = synced->http_status };

	channel_forbid(channel, IPC_SYNCED);
	audit_append(b->audit, &r);
}

static bool
approve(struct broker *b, const struct ipc_message *msg,
    const struct credential *old, struct err *err)
{
	const struct ipc_login_approve *body = msg->body;
	struct url url;
	size_t at = 0;
	const uint8_t *text = ipc_take(msg, &at, msg->tail_len, IPC_TEXT, err);

	if (text == NULL || !is_open(b, err) ||
	    !url_parse(&url, (const char *)text, msg->tail_len, err))
		return false;
	if (strlen(url.text) != msg->tail_len ||
	    memcmp(url.text, text, msg->tail_len) != 0)
		return err_set(err, ERR_URL_INVALID, "not canonical: %.100s",
		    url.text);
	if (old != NULL && (body->flags & LOGIN_REPLACE) == 0)
		return err_set(err, ERR_ALREADY_LOGGED_IN, "%.150s", old->pin);
	memcpy(b->login.url, url.text, sizeof b->login.url);
	b->login.approved_ms = broker_now_ms();
	b->login.approver = channel_caller_now();
	return true;
}

/* LOGIN_APPROVE from the user's command; DONE names where a token goes now. */
void
on_login_approve(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	const struct credential *old = cloud_credential(b);
	struct err err = { 0 };

	if (!approve(b, msg, old, &err))
		old = NULL;
	channel_send_done(cli, &err, old != NULL, old != NULL ? old->pin : "");
}

static void
on_login_recorded(void *waiter, const struct err *outcome)
{
	struct broker *b = waiter;
	struct err err = *outcome;

	if (b->syncer == NULL)
		return;
	if (err.code != ERR_NONE || !open_way(b, b->login.url, &err)) {
		deny(b, &err);
		return;
	}
	b->login.is_under_way = true;
	channel_permit(b->syncer, IPC_LOGIN_TOKEN);
	channel_send(b->syncer, &(struct ipc_outgoing) {
	    .type = IPC_LOGIN_GRANTED, .tail = b->login.url,
	    .tail_len = strlen(b->login.url), .fd = -1 });
}

/* LOGIN_REQUEST from the syncer; answered by LOGIN_GRANTED or DENIED. */
void
on_login_request(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	struct audit_record r = { .event = AUDIT_LOGIN,
	    .uid = b->login.approver.uid, .pid = b->login.approver.pid };
	struct err err = { 0 };
	bool is_approved = b->login.approved_ms != 0 && broker_now_ms() -
	    b->login.approved_ms < CLOUD_ENTRY_APPROVED_MS;

	(void)msg;
	forbid_asking(channel);
	b->login.approved_ms = 0;
	if (!is_approved)
		err_set(&err, ERR_NOT_PERMITTED,
		    "no login that its user has asked for");
	else if (is_open(b, &err))
		audit_append_and_wait(b->audit, &r, on_login_recorded, b,
		    &err);
	if (err.code != ERR_NONE)
		deny(b, &err);
}

static bool
take_token(const struct ipc_message *msg, struct secret **token,
    struct err *err)
{
	bool is_good = msg->tail_len >= TOKEN_MIN &&
	    msg->tail_len <= SECRET_MAX;

	*token = NULL;
	for (size_t i = 0; is_good && i < msg->tail_len; i++)
		is_good = msg->tail[i] > ' ' && msg->tail[i] < 0x7f;
	if (!is_good)
		return err_set(err, ERR_CLOUD_INVALID,
		    "a device token of %zu bytes", msg->tail_len);
	*token = secret_new(msg->tail_len, err);
	if (*token != NULL)
		memcpy(secret_bytes(*token), msg->tail, msg->tail_len);
	return *token != NULL;
}

static bool
store_token(struct broker *b, const struct ipc_message *msg,
    char previous[URL_MAX], struct err *err)
{
	struct credential c = { .provider = CLOUD_ENTRY_NAME,
	    .scheme = AUTH_BEARER, .uid = IPC_UID_UNKNOWN,
	    .flags = CREDENTIAL_IS_CLOUD, .created_s = broker_now_s() };
	AUTO_WIPE struct secret *token = NULL;
	struct credential *old = cloud_credential(b);

	if (!is_open(b, err) || !take_token(msg, &token, err))
		return false;
	memcpy(previous, old != NULL ? old->pin : "", old != NULL ?
	    sizeof old->pin : 1);
	memcpy(c.pin, b->login.url, sizeof c.pin);
	return vault_put(&b->vault, &c, token, err) != NULL;
}

/* LOGIN_TOKEN from the syncer; DONE says when it is on the disk. */
void
on_login_token(struct channel *syncer, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	char previous[URL_MAX] = "";
	struct err err = { 0 };

	channel_forbid(syncer, IPC_LOGIN_TOKEN);
	if (!store_token(b, msg, previous, &err)) {
		channel_send_done(syncer, &err, 0, "");
		return;
	}
	b->asker = &b->login.approver;
	broker_record(b, AUDIT_ADD, CLOUD_ENTRY_NAME, "", NULL);
	b->asker = NULL;
	changes_store(b, syncer, previous[0] != '\0', previous);
}
