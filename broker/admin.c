/* SPDX-License-Identifier: ISC */
#include "broker/admin.h"

#include <stdio.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/changes.h"
#include "broker/unlocking.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"

static void
answer(struct channel *cli, const struct err *err)
{
	channel_send_done(cli, err, 0, "");
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

static bool
is_visible(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] <= ' ' || bytes[i] >= 0x7f)
			return false;
	return true;
}

/* The canonical base URL at the tail's start: canonical or refused. */
static bool
take_url(const struct ipc_message *msg, size_t *at, size_t len,
    struct url *url, struct err *err)
{
	const uint8_t *text = ipc_take(msg, at, len, IPC_TEXT, err);

	if (text == NULL || !url_parse(url, (const char *)text, len, err))
		return false;
	return (strlen(url->text) == len &&
	    memcmp(url->text, text, len) == 0) ||
	    err_set(err, ERR_URL_INVALID, "not canonical: %.100s", url->text);
}

/* What an egress will accept: else it would die of it at every start. */
static bool
is_header_name(const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '-' && name[i] != '_')
			return false;
	return true;
}

static bool
take_header(const struct ipc_message *msg, size_t *at, size_t len,
    struct credential *c, struct err *err)
{
	const uint8_t *text = ipc_take(msg, at, len, IPC_TEXT, err);

	if (text == NULL)
		return false;
	if (len >= sizeof c->header || (c->scheme == AUTH_HEADER && len == 0) ||
	    !is_header_name(text, len))
		return err_set(err, ERR_USAGE, "header name");
	memcpy(c->header, text, len);
	return true;
}

static bool
take_key(const struct ipc_message *msg, size_t *at, size_t len,
    const struct credential *c, struct secret **key, struct err *err)
{
	const uint8_t *bytes = ipc_take(msg, at, len, IPC_BYTES, err);

	*key = NULL;
	if (bytes == NULL)
		return false;
	if (c->scheme == AUTH_NOTHING)
		return len == 0 || err_set(err, ERR_KEY_INVALID, "not wanted");
	if (len < 8 || len > SECRET_MAX || !is_visible(bytes, len))
		return err_set(err, ERR_KEY_INVALID, "%zu bytes", len);
	*key = secret_new(len, err);
	if (*key != NULL)
		memcpy(secret_bytes(*key), bytes, len);
	return *key != NULL;
}

static bool
parse_credential(const struct ipc_message *msg, struct credential *c,
    struct secret **key, struct err *err)
{
	const struct ipc_add_credential *body = msg->body;
	struct url url;
	size_t at = 0;

	*key = NULL;
	*c = (struct credential) { .scheme = body->scheme, .uid = body->uid,
	    .flags = body->flags & (CREDENTIAL_IS_CLOUD |
	    CREDENTIAL_IS_CENTRAL),
	    .created_s = broker_now_s() };
	if (!ipc_name_get(&body->provider, c->provider, err) ||
	    (body->agent.len != 0 &&
	    !ipc_name_get(&body->agent, c->agent, err)))
		return false;
	if (c->scheme >= AUTH_SCHEMES)
		return err_set(err, ERR_USAGE, "scheme");
	if (!take_url(msg, &at, body->url_len, &url, err) ||
	    !take_header(msg, &at, body->header_len, c, err) ||
	    !take_key(msg, &at, body->key_len, c, key, err))
		return false;
	memcpy(c->pin, url.text, sizeof c->pin);
	return true;
}

static bool
add(struct broker *b, const struct ipc_message *msg, struct credential *c,
    uint64_t *replaced, struct err *err)
{
	struct credential *old;
	struct secret *key;
	bool ok = is_open(b, err) && parse_credential(msg, c, &key, err);

	if (!ok)
		return false;
	old = vault_find_exact(&b->vault, c->provider, c->agent);
	*replaced = old != NULL;
	/* I2: only `trust` moves a pin. */
	if (old != NULL && strcmp(old->pin, c->pin) != 0 &&
	    (c->flags & CREDENTIAL_IS_CLOUD) == 0)
		ok = err_set(err, ERR_ORIGIN_CHANGED, "%.150s", old->pin);
	ok = ok && vault_put(&b->vault, c, key, err) != NULL;
	secret_free(key);
	return ok;
}

void
on_add_credential(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	struct credential c;
	uint64_t replaced = 0;
	struct err err = { 0 };

	if (!add(b, msg, &c, &replaced, &err)) {
		answer(cli, &err);
		return;
	}
	egresses_kill(b, c.provider, c.agent);
	broker_record(b, AUDIT_ADD, c.provider, c.agent, NULL);
	changes_store(b, cli, replaced, c.pin);
}

/* The entry of old with the new key: what it may be used for stays as it is. */
static bool
rotate(struct broker *b, const struct ipc_message *msg, struct credential *c,
    struct err *err)
{
	const struct ipc_name_pair *body = msg->body;
	char provider[IPC_NAME_TEXT], agent[IPC_NAME_TEXT] = "";
	const struct credential *old;
	struct secret *key = NULL;
	size_t at = 0;
	bool ok;

	if (!is_open(b, err) || !ipc_name_get(&body->first, provider, err) ||
	    (body->second.len != 0 && !ipc_name_get(&body->second, agent, err)))
		return false;
	old = vault_find_exact(&b->vault, provider, agent);
	if (old == NULL || (old->flags & CREDENTIAL_IS_CLOUD) != 0)
		return err_set(err, ERR_NO_CREDENTIAL, "%s%s%s", provider,
		    agent[0] != '\0' ? " for " : "", agent);
	if (old->scheme == AUTH_NOTHING)
		return err_set(err, ERR_KEY_INVALID, "%s wants none", provider);
	*c = *old;
	c->created_s = broker_now_s();
	c->used_s = 0;
	c->has_reflected = false;
	ok = take_key(msg, &at, msg->tail_len, c, &key, err) &&
	    vault_put(&b->vault, c, key, err) != NULL;
	secret_free(key);
	return ok;
}

/* ROTATE_KEY from the user's command; DONE has the pin. */
void
on_rotate_key(struct channel *cli, const struct ipc_message *msg, void *self)
{
	struct broker *b = self;
	struct credential c;
	struct err err = { 0 };

	if (!rotate(b, msg, &c, &err)) {
		answer(cli, &err);
		return;
	}
	egresses_retire(b, c.provider, c.agent);
	broker_record(b, AUDIT_ROTATE, c.provider, c.agent, NULL);
	changes_store(b, cli, 1, c.pin);
}

void
on_remove_credential(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_name_pair *body = msg->body;
	struct broker *b = self;
	char provider[IPC_NAME_TEXT], agent[IPC_NAME_TEXT] = "";
	struct credential *c;
	struct err err = { 0 };

	if (!is_open(b, &err) ||
	    !ipc_name_get(&body->first, provider, &err) ||
	    (body->second.len != 0 &&
	    !ipc_name_get(&body->second, agent, &err))) {
		answer(cli, &err);
		return;
	}
	c = vault_find_exact(&b->vault, provider, agent);
	if (c == NULL) {
		answer(cli, &err);	/* value 0: there was none */
		return;
	}
	vault_remove(&b->vault, c);
	egresses_kill(b, provider, agent);
	broker_record(b, AUDIT_REMOVE, provider, agent, NULL);
	changes_store(b, cli, 1, "");
}

void
admin_move_pin(struct broker *b, struct channel *asker, const char *provider,
    const char *pin)
{
	char previous[URL_MAX] = "";
	struct credential *c;
	struct err err = { 0 };

	LIST_FOREACH(c, &b->vault.credentials, next) {
		if (strcmp(c->provider, provider) != 0)
			continue;
		memcpy(previous, c->pin, sizeof previous);
		if (!vault_move_pin(&b->vault, c, pin, &err))
			break;
	}
	if (err.code == ERR_NONE && previous[0] == '\0')
		err_set(&err, ERR_NO_CREDENTIAL, "%s", provider);
	egresses_kill(b, provider, "");
	broker_record(b, AUDIT_PIN, provider, "", &err);
	if (err.code == ERR_NONE)
		changes_store(b, asker, 0, previous);
	else if (asker != NULL)
		answer(asker, &err);
}

/* *n says how many of the provider's credentials were others before. */
static bool
mark(struct broker *b, const char *provider, bool is_central, unsigned *n,
    struct err *err)
{
	struct credential *c;

	*n = 0;
	LIST_FOREACH(c, &b->vault.credentials, next) {
		uint32_t flags = (c->flags & ~CREDENTIAL_IS_CENTRAL) |
		    (is_central ? CREDENTIAL_IS_CENTRAL : 0);

		if (strcmp(c->provider, provider) != 0 || flags == c->flags)
			continue;
		++*n;
		if (!vault_set_flags(&b->vault, c, flags, err))
			return false;
	}
	return true;
}

void
on_mark_central(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_mark_central *body = msg->body;
	struct broker *b = self;
	char provider[IPC_NAME_TEXT];
	unsigned n = 0;
	struct err err = { 0 };

	if (!is_open(b, &err) || !ipc_name_get(&body->provider, provider,
	    &err) || (mark(b, provider, body->is_central != 0, &n, &err) &&
	    n == 0)) {
		answer(cli, &err);
		return;
	}
	if (err.code == ERR_NONE)
		snprintf(err.about, sizeof err.about, "%s",
		    body->is_central != 0 ? "yes" : "no");
	broker_record(b, AUDIT_CENTRAL, provider, "", &err);
	if (err.code == ERR_NONE)
		changes_store(b, cli, n, "");
	else
		answer(cli, &err);
}

static struct secret *
copy_secret(const uint8_t *bytes, size_t len, struct err *err)
{
	struct secret *s = secret_new(len, err);

	if (s != NULL)
		memcpy(secret_bytes(s), bytes, len);
	return s;
}

void
on_trust(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_trust *body = msg->body;
	struct unlock_wish wish = { .purpose = UNLOCK_TO_TRUST, .asker = cli };
	struct broker *b = self;
	const uint8_t *passphrase;
	struct url url;
	struct err err = { 0 };
	size_t at = 0;

	if (!is_open(b, &err) ||
	    !ipc_name_get(&body->provider, wish.provider, &err) ||
	    !take_url(msg, &at, body->url_len, &url, &err) ||
	    (passphrase = ipc_take(msg, &at, body->passphrase_len, IPC_BYTES,
	    &err)) == NULL) {
		answer(cli, &err);
		return;
	}
	if (b->vault.wrapping.kind != WRAP_PASSPHRASE) {
		admin_move_pin(b, cli, wish.provider, url.text);
		return;
	}
	if (body->passphrase_len == 0) {
		err_set(&err, ERR_PASSPHRASE_NEEDED, "%s", wish.provider);
		answer(cli, &err);
		return;
	}
	memcpy(wish.pin, url.text, sizeof wish.pin);
	wish.passphrase = copy_secret(passphrase, body->passphrase_len, &err);
	if (wish.passphrase == NULL)
		answer(cli, &err);
	else
		unlocking_start(b, &wish);
}

void
on_list_credentials(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	const struct credential *c;
	struct err err = { 0 };

	(void)msg;
	if (is_open(b, &err))
		LIST_FOREACH(c, &b->vault.credentials, next) {
			struct ipc_credential_row row = { .scheme = c->scheme,
			    .uid = c->uid, .flags = c->flags |
			    (c->has_reflected ? CREDENTIAL_HAS_REFLECTED : 0),
			    .created_s = c->created_s, .used_s = c->used_s };

			ipc_name_set(&row.provider, c->provider, &err);
			if (c->agent[0] != '\0')
				ipc_name_set(&row.agent, c->agent, &err);
			channel_send(cli, &(struct ipc_outgoing) {
			    .type = IPC_CREDENTIAL_ROW, .body = &row,
			    .tail = c->pin, .tail_len = strlen(c->pin),
			    .fd = -1 });
		}
	answer(cli, &err);
}

static bool
put_agent(struct broker *b, const struct ipc_message *msg, uint64_t *replaced,
    struct agent *a, struct err *err)
{
	const struct ipc_add_agent *body = msg->body;
	const struct agent *old, *same;

	*a = (struct agent) { .dialect = body->dialect,
	    .created_s = broker_now_s() };
	if (!is_open(b, err) || !ipc_name_get(&body->agent, a->id, err))
		return false;
	if (msg->tail_len < 16 || msg->tail_len > 512 ||
	    !is_visible(msg->tail, msg->tail_len))
		return err_set(err, ERR_TOKEN_INVALID, "%zu bytes",
		    msg->tail_len);
	if (body->dialect >= DIALECTS)
		return err_set(err, ERR_USAGE, "dialect");
	digest_sha256(msg->tail, msg->tail_len, a->token);
	old = vault_find_agent(&b->vault, a->id);
	same = vault_find_token(&b->vault, a->token);
	*replaced = old != NULL;
	if ((body->flags & AGENT_REPLACE) != 0) {
		if (old == NULL)
			return err_set(err, ERR_AGENT_NOT_FOUND, "%s", a->id);
		a->dialect = old->dialect;
		a->created_s = old->created_s;
	} else if (old != NULL && old != same)
		return err_set(err, ERR_AGENT_EXISTS, "%s", a->id);
	if (same != NULL && same != old)
		return err_set(err, ERR_TOKEN_INVALID,
		    "another agent has this token");
	return vault_put_agent(&b->vault, a, err) != NULL;
}

static void
tell_proxy(struct broker *b)
{
	if (b->proxy != NULL)
		channel_send_body(b->proxy, IPC_AGENTS_CHANGED, NULL);
}

void
on_add_agent(struct channel *cli, const struct ipc_message *msg, void *self)
{
	struct broker *b = self;
	uint64_t replaced = 0;
	struct agent a;
	struct err err = { 0 };

	if (!put_agent(b, msg, &replaced, &a, &err)) {
		answer(cli, &err);
		return;
	}
	tell_proxy(b);
	broker_record(b, AUDIT_AGENT_ADD, "", a.id, NULL);
	changes_store(b, cli, replaced, a.id);
}

void
on_remove_agent(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_name_pair *body = msg->body;
	struct broker *b = self;
	char id[IPC_NAME_TEXT];
	struct agent *a;
	struct err err = { 0 };

	if (!is_open(b, &err) || !ipc_name_get(&body->first, id, &err)) {
		answer(cli, &err);
		return;
	}
	a = vault_find_agent(&b->vault, id);
	if (a == NULL) {
		answer(cli, &err);	/* value 0: there was none */
		return;
	}
	vault_remove_agent(&b->vault, a);
	tell_proxy(b);
	broker_record(b, AUDIT_AGENT_REMOVE, "", id, NULL);
	changes_store(b, cli, 1, "");
}

void
on_list_agents(struct channel *cli, const struct ipc_message *msg, void *self)
{
	struct broker *b = self;
	const struct agent *a;
	struct err err = { 0 };

	(void)msg;
	if (is_open(b, &err))
		LIST_FOREACH(a, &b->vault.agents, next) {
			struct ipc_agent_row row = { .dialect = a->dialect,
			    .created_s = a->created_s, .used_s = a->used_s };

			ipc_name_set(&row.agent, a->id, &err);
			channel_send_body(cli, IPC_AGENT_ROW, &row);
		}
	answer(cli, &err);
}
