/* SPDX-License-Identifier: ISC */
/*
 * unlocking: from a passphrase or a key file to an open vault.
 *
 * A passphrase goes to a process that is started for it alone, which answers
 * with the key that scrypt makes of it.  One at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/url.h"

struct broker;
struct channel;
struct err;
struct ipc_hand;
struct secret;

enum unlock_purpose {
	UNLOCK_TO_OPEN,		/* UNLOCK */
	UNLOCK_TO_CREATE,	/* INIT_VAULT */
	UNLOCK_TO_CHANGE_OLD,	/* PASSWD: the old one is checked */
	UNLOCK_TO_CHANGE_NEW,	/* PASSWD: the new one wraps */
	UNLOCK_TO_TRUST,	/* TRUST: the pin is moved */
};

/* What is to be done once the key is known; zero-filled by the caller. */
struct unlock_wish {
	enum unlock_purpose purpose;
	uint32_t flags;		/* of UNLOCK: ACCEPT_ROLLBACK */
	struct channel *asker;
	struct secret *passphrase;	/* taken over; NULL: the key file */
	struct secret *new_passphrase;	/* taken over; of PASSWD */
	char provider[65];		/* of TRUST */
	char pin[URL_MAX];
};

/* Starts; answers the asker with DONE itself, also when it cannot start. */
void unlocking_start(struct broker *, struct unlock_wish *);

/* The channel to the process that derives the key. */
void unlocking_kdf_came(struct broker *);
void unlocking_kdf_gone(struct broker *);
/* The key file has been handed (b->key_file), late. */
void unlocking_key_file_came(struct broker *);
void unlocking_forget(struct broker *, const struct channel *asker);
/* What is under way is not to be; its asker is told why. */
void unlocking_cancel(struct broker *, const struct err *why);
void unlocking_free(struct broker *);

/* At start: opens the vault with the key file that was handed, if any. */
bool unlocking_with_key_file(struct broker *, uint32_t flags, struct err *);
