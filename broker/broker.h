/* SPDX-License-Identifier: ISC */
/*
 * broker: what this address space knows.
 *
 * Everything hangs on one struct, so that a module's header says what it does
 * and not where its state lives.  Channels are NULL while their peer is away.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "broker/audit.h"
#include "broker/cloud_entry.h"
#include "broker/egresses.h"
#include "broker/vault.h"
#include "common/process/process.h"

struct commands;
struct err;
struct unlocking;
struct waiting_grant;

LIST_HEAD(grant_list, waiting_grant);
STAILQ_HEAD(change_queue, change);

struct broker {
	struct vault vault;
	struct audit *audit;
	struct err vault_error;		/* why the image is not usable */
	struct channel *proxy, *connector, *syncer, *kdf;
	struct commands *commands;
	struct cloud_login login;
	struct egress_list egresses;
	struct grant_list grants;	/* that wait for disk or egress */
	unsigned n_grants;
	struct change_queue changes;	/* that wait for the vault file */
	uint64_t storing;		/* generation under way; 0: none */
	uint8_t *storing_image;
	size_t storing_len;
	struct unlocking *unlocking;	/* NULL: none under way */
	/* Who asked for what is done now, where he did so before; or NULL. */
	const struct channel_caller *asker;
	struct secret *key_file;	/* until used; NULL: none handed */
	bool is_warm;			/* the start is over */
	uint64_t last_serial;
	uint64_t lost_seq;	/* up to which a lost log was told to the vault */
	struct event *sweep;
};

extern const struct sandbox broker_sandbox;

void *broker_open(struct err *);
bool broker_adopt(void *, const struct ipc_hand *, int *fd, struct err *);
bool broker_warm(void *, struct err *);
void broker_stop(void *, uint32_t grace_ms);
void broker_closed(struct channel *, void *);
void broker_close(void *);

/* The vault has just been opened: agents may call, the log can be signed. */
void broker_unlocked(struct broker *);
/* Forgets every key, here and in the egresses. */
void broker_lock(struct broker *);

/* Milliseconds of CLOCK_BOOTTIME; seconds of UTC. */
uint64_t broker_now_ms(void);
uint64_t broker_now_s(void);

/*
 * An audit record about an event of ours, without a request; in the name of
 * whose command is being handled (channel_caller_now()), or b->asker's.
 */
void broker_record(struct broker *, enum audit_event, const char *provider,
    const char *agent, const struct err *outcome);

/* Handlers of the proxy's, the egresses' and the other processes' messages. */
ipc_handler on_who, on_grant_request, on_outcome, on_egress_started,
    on_egress_ready, on_egress_gone, on_derived, on_vault_stored,
    on_audit_reopen, on_sync_request, on_synced, on_login_request,
    on_login_token;

/* Handlers of the user's command. */
ipc_handler on_init_vault, on_unlock, on_lock, on_drop_keys, on_passwd,
    on_add_credential, on_rotate_key,
    on_remove_credential, on_trust, on_mark_central,
    on_list_credentials, on_add_agent, on_remove_agent, on_list_agents,
    on_vault_status_request, on_audit_read, on_login_approve;
