/* SPDX-License-Identifier: ISC */
#include "broker/broker.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "broker/changes.h"
#include "broker/cloud_entry.h"
#include "broker/granting.h"
#include "broker/seal.h"
#include "broker/unlocking.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/commands.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/waiver.h"

#define SWEEP_S 5

static uint64_t
read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t
broker_now_ms(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

uint64_t
broker_now_s(void)
{
	return read_clock(CLOCK_REALTIME) / 1000;
}

void
broker_record(struct broker *b, enum audit_event event, const char *provider,
    const char *agent, const struct err *outcome)
{
	struct channel_caller by = b->asker != NULL ? *b->asker :
	    channel_caller_now();
	struct audit_record r = { .event = event, .uid = by.uid,
	    .pid = by.pid };

	strncpy(r.provider, provider, sizeof r.provider - 1);
	strncpy(r.agent, agent, sizeof r.agent - 1);
	if (outcome != NULL) {
		r.code = outcome->code;
		memcpy(r.about, outcome->about, sizeof r.about);
	}
	audit_append(b->audit, &r);
}

static void
want_segment(uint32_t number, void *arg)
{
	struct ipc_audit_wanted wanted = { .number = number };

	(void)arg;
	channel_send_body(process_supervisor(), IPC_AUDIT_WANTED, &wanted);
}

/* The vault is to know the log that was accepted, not the one that is lost. */
static void
anchor_anew(struct broker *b)
{
	uint64_t lost = audit_lost_seq(b->audit);

	if (b->lost_seq == lost || vault_is_locked(&b->vault) ||
	    audit_last(b->audit).seq <= lost)
		return;
	b->lost_seq = lost;
	changes_store(b, NULL, 0, "");
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct broker *b = arg;

	(void)fd;
	(void)what;
	egresses_give_up_old(b);
	anchor_anew(b);
	egresses_kill_idle(b, process_settings()->egress_idle_ms);
}

void *
broker_open(struct err *err)
{
	struct timeval often = { SWEEP_S, 0 };
	struct broker *b = calloc(1, sizeof *b);

	if (b == NULL) {
		err_set(err, ERR_NO_MEMORY, "broker");
		return NULL;
	}
	vault_init(&b->vault);
	LIST_INIT(&b->egresses);
	LIST_INIT(&b->grants);
	STAILQ_INIT(&b->changes);
	b->sweep = event_new(process_base(), -1, EV_PERSIST, on_sweep, b);
	if (b->sweep == NULL || event_add(b->sweep, &often) == -1 ||
	    !digest_open(err) || !seal_start(err))
		return NULL;
	b->audit = audit_new(process_base(),
	    process_settings()->audit_segment_len, want_segment, b, err);
	return b->audit != NULL ? b : NULL;
}

/* err->os tells the kernel's refusal from a file that is too long. */
static bool
read_whole(int fd, uint8_t *bytes, size_t max, size_t *len, struct err *err)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, bytes + *len, max - *len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_set_os(err, ERR_FILE_FAILED, "vault");
		if (n == 0)
			return true;
		*len += (size_t)n;
		if (*len == max)
			return err_set(err, ERR_FILE_DAMAGED, "too long");
	}
}

/* False when the kernel would not: what stands in the file is not known then. */
static bool
read_vault(struct broker *b, int fd, struct err *err)
{
	uint8_t *image = malloc(VAULT_IMAGE_MAX + 1);
	size_t len;

	if (image == NULL)
		return err_set(err, ERR_NO_MEMORY, "vault/vault");
	if (!read_whole(fd, image, VAULT_IMAGE_MAX + 1, &len, err)) {
		free(image);
		if (err->os != 0)
			return false;
		err_set(&b->vault_error, ERR_VAULT_DAMAGED, "vault/vault");
	} else
		vault_load(&b->vault, image, len, &b->vault_error);
	if (b->vault_error.code != ERR_NONE)
		log_err("vault", &b->vault_error);
	return true;
}

static bool
read_key_file(struct broker *b, int fd, struct err *err)
{
	struct secret *file = secret_new(4096, err);
	size_t len = 0;

	if (file == NULL)
		return false;
	if (!read_whole(fd, secret_bytes(file), 4096, &len, err) || len < 32) {
		secret_free(file);
		if (err->os != 0)
			return false;
		return err_set(err, ERR_WRONG_PASSPHRASE,
		    "the key file has %zu bytes, 32 to 4095 are wanted", len);
	}
	secret_shorten(file, len);
	secret_free(b->key_file);
	b->key_file = file;
	/* At the start it waits for the vault; else it has no other use. */
	if (b->is_warm)
		unlocking_key_file_came(b);
	return true;
}

/* A peer that is back: who was there before is forgotten. */
static void
replace(struct channel **old, struct channel *new)
{
	channel_free(*old);
	*old = new;
}

/* What it asked for is of no use to another one. */
static void
forget_proxy(struct broker *b)
{
	struct err err;

	err_set(&err, ERR_CANCELLED, "the proxy is gone");
	granting_deny_all(b, &err);
}

/* For the proxy that is there, as soon as there is a key to derive from. */
static void
tell_carrier_key(struct broker *b)
{
	struct ipc_carrier_key body;
	struct secret *key;
	struct err err;

	if (b->proxy == NULL || vault_is_locked(&b->vault))
		return;
	key = seal_derive(b->vault.master, "cofferdam carriers 1", "", 0,
	    &err);
	if (key == NULL) {
		log_err("vault", &err);
		return;
	}
	memcpy(body.key, secret_peek(key), sizeof body.key);
	channel_send_body(b->proxy, IPC_CARRIER_KEY, &body);
	secret_wipe(&body, sizeof body);
	secret_free(key);
}

static bool
adopt_channel(struct broker *b, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct channel *c = process_adopt_channel(hand, fd, err);

	if (c == NULL)
		return false;
	switch (hand->role) {
	case PROXY:
		forget_proxy(b);
		replace(&b->proxy, c);
		tell_carrier_key(b);
		return true;
	case CONNECTOR:
		replace(&b->connector, c);
		egresses_tell_connector(b);
		return true;
	case SYNCER:
		changes_forget(b, b->syncer);
		replace(&b->syncer, c);
		cloud_entry_syncer_came(b);
		return true;
	case KDF:
		replace(&b->kdf, c);
		unlocking_kdf_came(b);
		return true;
	case EGRESS:
		return egresses_provision(b, hand->number, c, err);
	default:
		channel_free(c);
		return err_set(err, ERR_IPC_BROKEN, "channel");
	}
}

bool
broker_adopt(void *self, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct broker *b = self;

	switch (hand->kind) {
	case HAND_CHANNEL:
		return adopt_channel(b, hand, fd, err);
	case HAND_COMMANDS:
		b->commands = commands_new(process_dispatcher(), take_fd(fd),
		    hand->number, err);
		return b->commands != NULL;
	case HAND_VAULT:
		return read_vault(b, *fd, err);
	case HAND_KEY_FILE:
		return read_key_file(b, *fd, err);
	case HAND_AUDIT_FOLDER:
		audit_take_folder(b->audit, take_fd(fd));
		return true;
	case HAND_AUDIT_READ:
		audit_take_segment(b->audit, take_fd(fd), hand->number);
		return true;
	case HAND_AUDIT_LOG:
		audit_take_log(b->audit, take_fd(fd), hand->number);
		return audit_was_read(b->audit, err);
	default:
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	}
}

/* Which walls are not there by leave: whoever audits must see it. */
static void
record_waivers(struct broker *b)
{
	const char *list = process_settings()->waive;
	struct err what = { 0 };

	for (size_t i = 0; settings_word(list, i, what.about, WAIVER_TEXT); i++)
		broker_record(b, AUDIT_WAIVER, "", "", &what);
}

bool
broker_warm(void *self, struct err *err)
{
	struct broker *b = self;
	struct err why = { 0 };

	if (!audit_start_thread(b->audit, err))
		return false;
	audit_set_vault(b->audit, audit_last(b->audit).generation, NULL);
	broker_record(b, AUDIT_START, "", "", NULL);
	record_waivers(b);
	if (b->key_file != NULL && b->vault.image != NULL &&
	    !unlocking_with_key_file(b, 0, &why)) {
		log_err("vault", &why);
		broker_record(b, AUDIT_UNLOCK, "", "", &why);
	}
	secret_free(b->key_file);
	b->key_file = NULL;
	b->is_warm = true;
	return true;
}

void
broker_unlocked(struct broker *b)
{
	struct ipc_audit_public public;
	struct err err;

	audit_set_vault(b->audit, b->vault.generation, b->vault.signing);
	broker_record(b, AUDIT_UNLOCK, "", "", NULL);
	if (seal_public_key(b->vault.signing, public.key, &err))
		channel_send_body(process_supervisor(), IPC_AUDIT_PUBLIC,
		    &public);
	if (b->proxy != NULL)
		channel_send_body(b->proxy, IPC_AGENTS_CHANGED, NULL);
	tell_carrier_key(b);
}

void
broker_lock(struct broker *b)
{
	struct err locked;

	err_set(&locked, ERR_VAULT_LOCKED, "vault");
	vault_lock(&b->vault);
	audit_set_vault(b->audit, b->vault.generation, NULL);
	changes_refuse(b, &locked);
	egresses_kill(b, NULL, NULL);
	granting_deny_all(b, &locked);
	if (b->proxy != NULL)
		channel_send_body(b->proxy, IPC_AGENTS_CHANGED, NULL);
}

void
broker_stop(void *self, uint32_t grace_ms)
{
	struct broker *b = self;

	(void)grace_ms;
	broker_record(b, AUDIT_STOP, "", "", NULL);
	process_end(EX_OK);
}

void
broker_closed(struct channel *channel, void *self)
{
	struct broker *b = self;

	if (channel_peer(channel) == CLI) {
		changes_forget(b, channel);
		unlocking_forget(b, channel);
		commands_closed(b->commands);
	} else if (channel == b->proxy) {
		b->proxy = NULL;
		forget_proxy(b);
	} else if (channel == b->connector)
		b->connector = NULL;
	else if (channel == b->syncer) {
		b->syncer = NULL;
		changes_forget(b, channel);
		audit_cancel(b->audit, b);
	} else if (channel == b->kdf) {
		b->kdf = NULL;
		unlocking_kdf_gone(b);
	} else if (channel_peer(channel) == EGRESS)
		egresses_channel_closed(b, channel);
}

void
broker_close(void *self)
{
	struct broker *b = self;

	unlocking_free(b);
	audit_finish(b->audit);
	vault_lock(&b->vault);
	secret_free(b->key_file);
	audit_free(b->audit);
}

/* WHO from the proxy: whose token is this? */
void
on_who(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_who *who = msg->body;
	struct ipc_who_is answer = { .serial = who->serial };
	struct broker *b = self;
	const struct agent *a = NULL;
	struct err err;

	if (vault_is_locked(&b->vault))
		answer.code = b->vault.image == NULL ? ERR_NO_VAULT :
		    ERR_VAULT_LOCKED;
	else if ((a = vault_find_token(&b->vault, who->token)) == NULL)
		answer.code = ERR_UNAUTHENTICATED;
	else
		ipc_name_set(&answer.agent, a->id, &err);
	channel_send_body(channel, IPC_WHO_IS, &answer);
}

/* AUDIT_REOPEN: the administrator takes the log as it is now. */
void
on_audit_reopen(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct broker *b = self;

	(void)channel;
	(void)msg;
	audit_accept(b->audit);
}
