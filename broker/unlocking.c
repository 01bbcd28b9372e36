/* SPDX-License-Identifier: ISC */
#include "broker/unlocking.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "broker/admin.h"
#include "broker/broker.h"
#include "broker/changes.h"
#include "broker/seal.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/channel.h"
#include "common/scoped.h"
#include "common/secret.h"

#define UNLOCK_DEADLINE_S 60	/* scrypt on a slow and busy machine */
#define KEY_FILE_DEADLINE_S 5	/* only opened and handed over */

struct unlocking {
	struct broker *b;
	struct unlock_wish wish;
	struct channel_caller asker;	/* who he was, even when he has gone */
	struct vault_wrapping wrapping;	/* what the key is derived with */
	struct event *deadline;
};

/* Who guesses passphrases leaves a trace of each. */
static void
record_refusal(struct unlocking *u, const struct err *err)
{
	static const enum audit_event events[] = {
		[UNLOCK_TO_OPEN] = AUDIT_UNLOCK,
		[UNLOCK_TO_CREATE] = AUDIT_INIT,
		[UNLOCK_TO_CHANGE_OLD] = AUDIT_PASSWD,
		[UNLOCK_TO_CHANGE_NEW] = AUDIT_PASSWD,
		[UNLOCK_TO_TRUST] = AUDIT_PIN,
	};

	broker_record(u->b, events[u->wish.purpose], u->wish.provider, "", err);
}

static void
finish(struct unlocking *u, const struct err *err)
{
	struct broker *b = u->b;

	b->asker = &u->asker;
	if (err != NULL && err->code != ERR_NONE)
		record_refusal(u, err);
	b->asker = NULL;
	if (u->wish.asker != NULL && err != NULL)
		channel_send_done(u->wish.asker, err, 0, "");
	b->unlocking = NULL;
	channel_free(b->kdf);
	b->kdf = NULL;
	secret_free(u->wish.passphrase);
	secret_free(u->wish.new_passphrase);
	if (u->deadline != NULL)
		event_free(u->deadline);
	free(u);
}

/* The audit log and the vault know of each other: both must be of one age. */
static bool
is_not_rolled_back(const struct broker *b, struct err *err)
{
	struct audit_last last = audit_last(b->audit);
	bool vault_is_old = last.generation > b->vault.generation;
	uint64_t seq = b->vault.anchor.seq;
	uint8_t hash[32];

	if (vault_is_old || last.seq < seq)
		return err_set(err, ERR_VAULT_ROLLED_BACK,
		    "%s is the older one",
		    vault_is_old ? "the vault" : "the audit log");
	if (seq == 0)
		return true;
	switch (audit_find(b->audit, seq, hash)) {
	case AUDIT_REMOVED:	/* by retention: what is left goes on from it */
		return true;
	case AUDIT_FOUND:
		if (memcmp(hash, b->vault.anchor.hash, sizeof hash) == 0)
			return true;
		break;
	case AUDIT_ABSENT:
		break;
	}
	return err_set(err, ERR_VAULT_ROLLED_BACK,
	    "the audit log's record %llu is not the one that was written",
	    (unsigned long long)seq);
}

/* Recorded, and stored: the next unlock need not be told again. */
static void
accept_roll_back(struct broker *b, const struct err *what)
{
	uint64_t seen = audit_last(b->audit).generation;

	/* Never a number again that the log has seen. */
	if (b->vault.generation < seen)
		b->vault.generation = seen;
	broker_record(b, AUDIT_GAP, "", "", what);
	broker_unlocked(b);
	changes_store(b, NULL, 0, "");
}

static bool
open_with(struct broker *b, const struct secret *kek, uint32_t flags,
    struct err *err)
{
	if (!vault_unlock(&b->vault, kek, err))
		return false;
	if (is_not_rolled_back(b, err))
		broker_unlocked(b);
	else if ((flags & ACCEPT_ROLLBACK) != 0) {
		accept_roll_back(b, err);
		*err = (struct err) { 0 };
	} else
		vault_lock(&b->vault);
	return err->code == ERR_NONE;
}

static struct secret *
key_file_kek(const struct secret *file, const struct vault_wrapping *w,
    struct err *err)
{
	return seal_derive(file, "key file 1", w->salt, sizeof w->salt, err);
}

bool
unlocking_with_key_file(struct broker *b, uint32_t flags, struct err *err)
{
	AUTO_WIPE struct secret *file = b->key_file;
	AUTO_WIPE struct secret *kek = NULL;

	b->key_file = NULL;
	if (file == NULL || b->vault.wrapping.kind != WRAP_KEY_FILE)
		return err_set(err, ERR_WRONG_PASSPHRASE, "key file");
	kek = key_file_kek(file, &b->vault.wrapping, err);
	return kek != NULL && open_with(b, kek, flags, err);
}

static bool
create(struct unlocking *u, const struct secret *kek, struct err *err)
{
	struct broker *b = u->b;

	if (!vault_create(&b->vault, err))
		return false;
	if (!vault_wrap(&b->vault, &u->wrapping, kek, err)) {
		vault_lock(&b->vault);
		return false;
	}
	b->vault.generation = audit_last(b->audit).generation;
	broker_unlocked(b);
	broker_record(b, AUDIT_INIT, "", "", NULL);
	changes_store(b, u->wish.asker, 0, "");
	return true;
}

static void ask_for_key(struct unlocking *);

/* PASSWD, first half done: the old one is right. */
static bool
go_on_with_new(struct unlocking *u, const struct secret *kek, struct err *err)
{
	if (!vault_opens_with(&u->b->vault, kek))
		return err_set(err, ERR_WRONG_PASSPHRASE, "old passphrase");
	u->wish.purpose = UNLOCK_TO_CHANGE_NEW;
	secret_free(u->wish.passphrase);
	u->wish.passphrase = u->wish.new_passphrase;
	u->wish.new_passphrase = NULL;
	if (!vault_new_wrapping(&u->wrapping, WRAP_PASSPHRASE, err))
		return false;
	channel_free(u->b->kdf);
	u->b->kdf = NULL;
	ask_for_key(u);
	return true;
}

static bool
wrap_anew(struct unlocking *u, const struct secret *kek, struct err *err)
{
	if (!vault_wrap(&u->b->vault, &u->wrapping, kek, err))
		return false;
	broker_record(u->b, AUDIT_PASSWD, "", "", NULL);
	changes_store(u->b, u->wish.asker, 0, "");
	return true;
}

static bool
move_pin(struct unlocking *u, const struct secret *kek, struct err *err)
{
	if (!vault_opens_with(&u->b->vault, kek))
		return err_set(err, ERR_WRONG_PASSPHRASE, "vault");
	admin_move_pin(u->b, u->wish.asker, u->wish.provider, u->wish.pin);
	return true;
}

/* The key is there: what it was wanted for.  *u is gone afterwards. */
static void
use_key(struct unlocking *u, const struct secret *kek)
{
	struct broker *b = u->b;
	struct err err = { 0 };
	bool ok = false;

	/* The file may have failed in the meantime, and locked the vault. */
	if (u->wish.purpose >= UNLOCK_TO_CHANGE_OLD &&
	    vault_is_locked(&b->vault)) {
		err_set(&err, ERR_VAULT_LOCKED, "vault");
		finish(u, &err);
		return;
	}
	b->asker = &u->asker;
	switch (u->wish.purpose) {
	case UNLOCK_TO_OPEN:
		ok = open_with(b, kek, u->wish.flags, &err);
		finish(u, &err);
		return;
	case UNLOCK_TO_CREATE:
		ok = create(u, kek, &err);
		break;
	case UNLOCK_TO_CHANGE_OLD:
		if (go_on_with_new(u, kek, &err)) {
			b->asker = NULL;
			return;
		}
		break;
	case UNLOCK_TO_CHANGE_NEW:
		ok = wrap_anew(u, kek, &err);
		break;
	case UNLOCK_TO_TRUST:
		ok = move_pin(u, kek, &err);
		break;
	}
	finish(u, ok ? NULL : &err);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct unlocking *u = arg;
	struct err err;

	(void)fd;
	(void)what;
	if (u->wish.passphrase != NULL)
		err_set(&err, ERR_TIMED_OUT, "deriving the key");
	else
		err_set(&err, ERR_WRONG_PASSPHRASE,
		    "vault/key leads to no key file; see the log");
	finish(u, &err);
}

static void
ask_for_key(struct unlocking *u)
{
	struct timeval t = { u->wish.passphrase != NULL ? UNLOCK_DEADLINE_S :
	    KEY_FILE_DEADLINE_S, 0 };
	struct ipc_locked willing = { .on_purpose = 0 };

	event_add(u->deadline, &t);
	if (u->wish.passphrase != NULL)
		channel_send_body(process_supervisor(), IPC_KDF_WANTED, NULL);
	else	/* it is handed again, and comes in unlocking_key_file_came() */
		channel_send_body(process_supervisor(), IPC_LOCKED, &willing);
}

void
unlocking_start(struct broker *b, struct unlock_wish *wish)
{
	struct unlocking *u = calloc(1, sizeof *u);
	struct err err = { 0 };

	if (u == NULL || b->unlocking != NULL) {
		err_set(&err, ERR_OVERLOADED, "another unlock is under way");
		channel_send_done(wish->asker, &err, 0, "");
		secret_free(wish->passphrase);
		secret_free(wish->new_passphrase);
		free(u);
		return;
	}
	*u = (struct unlocking) { .b = b, .wish = *wish,
	    .asker = channel_caller_now(),
	    .wrapping = b->vault.wrapping };
	b->unlocking = u;
	u->deadline = evtimer_new(process_base(), on_deadline, u);
	if (u->deadline == NULL)
		err_set(&err, ERR_NO_MEMORY, "unlock");
	else if (wish->purpose == UNLOCK_TO_CREATE ||
	    wish->purpose == UNLOCK_TO_CHANGE_NEW)
		vault_new_wrapping(&u->wrapping, wish->passphrase != NULL ?
		    WRAP_PASSPHRASE : WRAP_KEY_FILE, &err);
	if (err.code != ERR_NONE)
		finish(u, &err);
	else
		ask_for_key(u);
}

void
unlocking_key_file_came(struct broker *b)
{
	struct unlocking *u = b->unlocking;
	AUTO_WIPE struct secret *file = b->key_file;
	AUTO_WIPE struct secret *kek = NULL;
	struct err err = { 0 };

	b->key_file = NULL;
	if (u == NULL || u->wish.passphrase != NULL || file == NULL)
		return;
	kek = key_file_kek(file, &u->wrapping, &err);
	if (kek == NULL)
		finish(u, &err);
	else
		use_key(u, kek);
}

void
unlocking_kdf_came(struct broker *b)
{
	struct unlocking *u = b->unlocking;
	struct ipc_derive derive = { 0 };

	if (u == NULL || u->wish.passphrase == NULL) {
		channel_free(b->kdf);
		b->kdf = NULL;
		return;
	}
	derive.log2_n = u->wrapping.log2_n;
	derive.r = u->wrapping.r;
	derive.p = u->wrapping.p;
	memcpy(derive.salt, u->wrapping.salt, sizeof derive.salt);
	channel_send(b->kdf, &(struct ipc_outgoing) { .type = IPC_DERIVE,
	    .body = &derive, .tail = secret_peek(u->wish.passphrase),
	    .tail_len = secret_len(u->wish.passphrase), .fd = -1 });
}

void
unlocking_kdf_gone(struct broker *b)
{
	struct err err;

	if (b->unlocking == NULL)
		return;
	err_set(&err, ERR_START_FAILED, "kdf");
	finish(b->unlocking, &err);
}

/* DERIVED from the process that was started for it. */
void
on_derived(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_derived *derived = msg->body;
	struct broker *b = self;
	AUTO_WIPE struct secret *kek = NULL;
	struct err err = { 0 };

	if (b->unlocking == NULL || channel != b->kdf)
		return;
	kek = secret_new(SEAL_KEY_LEN, &err);
	if (kek == NULL || derived->ok != 1) {
		if (kek != NULL)
			err_set(&err, ERR_NO_MEMORY, "deriving the key");
		finish(b->unlocking, &err);
		return;
	}
	memcpy(secret_bytes(kek), derived->key, sizeof derived->key);
	use_key(b->unlocking, kek);
}

void
unlocking_forget(struct broker *b, const struct channel *asker)
{
	if (b->unlocking != NULL && b->unlocking->wish.asker == asker)
		b->unlocking->wish.asker = NULL;
}

void
unlocking_cancel(struct broker *b, const struct err *why)
{
	if (b->unlocking != NULL)
		finish(b->unlocking, why);
}

void
unlocking_free(struct broker *b)
{
	if (b->unlocking != NULL)
		finish(b->unlocking, NULL);
}
