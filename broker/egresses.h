/* SPDX-License-Identifier: ISC */
/*
 * egresses: the processes that hold one key each, as the broker knows them.
 *
 * One for each credential in use.  It is asked for, numbered and started by
 * the supervisor; provisioned by us; and killed at once when its key is locked
 * away, removed or pinned elsewhere, or has been idle.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/ipc.h"

struct broker;
struct channel;
struct credential;
struct err;
struct outstanding;
struct secret;

enum egress_state { EGRESS_ASKED, EGRESS_STARTING, EGRESS_SERVING };

#define EGRESS_RING 1024	/* buckets for what is outstanding */
#define EGRESS_OUTSTANDING_MAX 16384
/*
 * A ticket that the proxy did not use has no outcome.  It cannot be told from a
 * stream that lasts, until none would.
 */
#define EGRESS_OUTSTANDING_MS (24 * UINT64_C(3600000))
LIST_HEAD(outstanding_list, outstanding);

struct egress {
	LIST_ENTRY(egress) next;
	char provider[IPC_NAME_TEXT], agent[IPC_NAME_TEXT];
	enum egress_state state;
	uint64_t serial;		/* of our asking */
	uint32_t number;		/* 0 until started */
	uint32_t sequence;		/* of the last ticket */
	struct channel *channel;
	struct secret *mac_key;
	uint64_t used_ms;
	unsigned n_outstanding;
	bool is_retired;		/* its key is another now */
	struct outstanding_list outstanding[EGRESS_RING];
};

LIST_HEAD(egress_list, egress);

/* Who was granted what, until the egress says how it ended. */
struct grant_note {
	uint64_t request;
	char provider[IPC_NAME_TEXT], agent[IPC_NAME_TEXT];
	uint32_t uid, pid;
};

/*
 * The egress for a credential, asked for if there is none: in the place of the
 * one that has been idle longest when there are IPC_EGRESSES_MAX.  NULL with
 * ERR_TOO_MANY_EGRESSES when none is idle, or ERR_EGRESS_UNAVAILABLE.
 */
struct egress *egresses_want(struct broker *, const struct credential *,
    struct err *);
struct egress *egresses_find(struct broker *, uint32_t number);

/* Kills those of a provider ("" for agent: all of its), or all with NULL. */
void egresses_kill(struct broker *, const char *provider, const char *agent);
/*
 * The credential has a new key: who holds the old one gets nothing more to do,
 * and goes when what he has in hand is done.
 */
void egresses_retire(struct broker *, const char *provider,
    const char *agent);
void egresses_kill_idle(struct broker *, uint64_t idle_ms);
/* Takes what has been outstanding for too long for ended, and records that. */
void egresses_give_up_old(struct broker *);

/* Its pair has come: gives it its key, and the connector its endpoint. */
bool egresses_provision(struct broker *, uint32_t number, struct channel *,
    struct err *);
/* The connector is new: it is told all endpoints. */
void egresses_tell_connector(struct broker *);
void egresses_channel_closed(struct broker *, struct channel *);

/*
 * Notes a grant under the next sequence number, which it returns; 0 with *err
 * when too many are outstanding.
 */
uint32_t egresses_note(struct egress *, const struct grant_note *,
    struct err *);
