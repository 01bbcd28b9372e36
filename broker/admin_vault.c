/* SPDX-License-Identifier: ISC */
/* admin_vault: the user's command and the vault as a whole, and the log. */
#include <fcntl.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/changes.h"
#include "broker/unlocking.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/secret.h"

#define PASSPHRASE_MAX 1024

static struct secret *
take_passphrase(const struct ipc_message *msg, size_t *at, size_t len,
    struct err *err)
{
	const uint8_t *bytes = ipc_take(msg, at, len, IPC_BYTES, err);
	struct secret *s;

	if (bytes == NULL)
		return NULL;
	if (len == 0 || len > PASSPHRASE_MAX) {
		err_set(err, ERR_PASSPHRASE_NEEDED, "%zu bytes", len);
		return NULL;
	}
	s = secret_new(len, err);
	if (s != NULL)
		memcpy(secret_bytes(s), bytes, len);
	return s;
}

void
on_init_vault(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_passphrase *body = msg->body;
	struct unlock_wish wish = { .purpose = UNLOCK_TO_CREATE, .asker = cli };
	struct broker *b = self;
	struct err err = { 0 };
	size_t at = 0;

	/* One that was just made is not stored yet. */
	if (b->vault.image != NULL || b->vault_error.code != ERR_NONE ||
	    !vault_is_locked(&b->vault) || b->storing != 0) {
		err_set(&err, ERR_VAULT_EXISTS, "vault/vault");
		channel_send_done(cli, &err, 0, "");
		return;
	}
	if ((body->flags & VAULT_WITH_KEY_FILE) == 0) {
		wish.passphrase = take_passphrase(msg, &at, msg->tail_len,
		    &err);
		if (wish.passphrase == NULL) {
			channel_send_done(cli, &err, 0, "");
			return;
		}
	}
	unlocking_start(b, &wish);
}

void
on_unlock(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_passphrase *body = msg->body;
	struct unlock_wish wish = { .purpose = UNLOCK_TO_OPEN, .asker = cli,
	    .flags = body->flags };
	struct broker *b = self;
	struct err err = b->vault_error;
	size_t at = 0;

	if (err.code == ERR_NONE && b->vault.image == NULL)
		err_set(&err, ERR_NO_VAULT, "vault/vault");
	/* What is stored is about to be another one. */
	if (err.code == ERR_NONE && b->storing != 0)
		err_set(&err, ERR_OVERLOADED, "a change is being stored");
	if (err.code != ERR_NONE || !vault_is_locked(&b->vault)) {
		channel_send_done(cli, &err, 0, "");
		return;
	}
	if (b->vault.wrapping.kind == WRAP_PASSPHRASE) {
		wish.passphrase = take_passphrase(msg, &at, msg->tail_len,
		    &err);
		if (wish.passphrase == NULL) {
			channel_send_done(cli, &err, 0, "");
			return;
		}
	}
	unlocking_start(b, &wish);
}

static void
lock_on_purpose(struct broker *b, const char *about)
{
	struct ipc_locked locked = { .on_purpose = 1 };
	struct err why;

	/* "lock" has the last word: no unlock under way comes after it. */
	err_set(&why, ERR_VAULT_LOCKED, "vault");
	unlocking_cancel(b, &why);
	if (!vault_is_locked(&b->vault)) {
		broker_record(b, AUDIT_LOCK, "", "", NULL);
		audit_checkpoint(b->audit);
		broker_lock(b);
	}
	log_info("broker: locked %s", about);
	channel_send_body(process_supervisor(), IPC_LOCKED, &locked);
}

void
on_lock(struct channel *cli, const struct ipc_message *msg, void *self)
{
	(void)msg;
	lock_on_purpose(self, "by command");
	channel_send_done(cli, &(struct err) { 0 }, 0, "");
}

/* DROP_KEYS from the supervisor: it was signalled to. */
void
on_drop_keys(struct channel *supervisor, const struct ipc_message *msg,
    void *self)
{
	(void)supervisor;
	(void)msg;
	lock_on_purpose(self, "by a signal");
}

/*
 * With a passphrase the old one is asked for.  A vault that a key file opens
 * gets a passphrase instead of it; the file is then good for nothing.
 */
void
on_passwd(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_passwd *body = msg->body;
	struct unlock_wish wish = { .purpose = UNLOCK_TO_CHANGE_OLD,
	    .asker = cli };
	struct broker *b = self;
	struct err err = { 0 };
	size_t at = 0;

	if (vault_is_locked(&b->vault))
		err_set(&err, b->vault.image == NULL ? ERR_NO_VAULT :
		    ERR_VAULT_LOCKED, "vault");
	else if (b->vault.wrapping.kind == WRAP_KEY_FILE) {
		wish.purpose = UNLOCK_TO_CHANGE_NEW;
		at = body->old_len <= msg->tail_len ? body->old_len : 0;
		wish.passphrase = take_passphrase(msg, &at, body->new_len,
		    &err);
	} else {
		wish.passphrase = take_passphrase(msg, &at, body->old_len,
		    &err);
		if (wish.passphrase != NULL)
			wish.new_passphrase = take_passphrase(msg, &at,
			    body->new_len, &err);
	}
	if (err.code == ERR_NONE) {
		unlocking_start(b, &wish);
		return;
	}
	secret_free(wish.passphrase);
	channel_send_done(cli, &err, 0, "");
}

void
on_vault_status_request(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;
	struct err audit;
	struct ipc_vault_status status = {
		.exists = b->vault.image != NULL ||
		    b->vault_error.code != ERR_NONE,
		.locked = vault_is_locked(&b->vault),
		.n_credentials = (uint32_t)b->vault.n_credentials,
		.n_agents = (uint32_t)b->vault.n_agents,
		.generation = b->vault.generation,
		.audit_seq = audit_last(b->audit).seq,
		.with_key_file = b->vault.wrapping.kind == WRAP_KEY_FILE,
		.vault_code = b->vault_error.code,
	};

	(void)msg;
	audit_state(b->audit, &audit);
	status.audit_code = audit.code;
	status.audit_os = (uint32_t)audit.os;
	memcpy(status.audit_about, audit.about, sizeof status.audit_about);
	channel_send_body(cli, IPC_VAULT_STATUS, &status);
	channel_send_done(cli, &(struct err) { 0 }, 0, "");
}

/* Read-only descriptors, oldest first; that it was read is recorded too. */
void
on_audit_read(struct channel *cli, const struct ipc_message *msg, void *self)
{
	struct broker *b = self;
	size_t n = audit_n_segments(b->audit);
	uint8_t hash[DIGEST_LEN];
	char head[DIGEST_HEX];

	(void)msg;
	for (size_t i = 0; i < n; i++) {
		struct ipc_audit_segment segment = {
		    .n_left = (uint32_t)(n - 1 - i) };
		int fd = audit_segment(b->audit, i, &segment.number,
		    &segment.len);
		int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

		if (copy != -1)
			channel_send(cli, &(struct ipc_outgoing) {
			    .type = IPC_AUDIT_SEGMENT, .body = &segment,
			    .fd = copy });
	}
	/* How far it goes, as we know it: the files may have been cut since. */
	audit_head(b->audit, hash);
	digest_hex(hash, sizeof hash, head);
	channel_send_done(cli, &(struct err) { 0 }, audit_last(b->audit).seq,
	    head);
	broker_record(b, AUDIT_READ, "", "", NULL);
}
