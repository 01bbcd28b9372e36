/* SPDX-License-Identifier: ISC */
/*
 * cloud: what a login leaves behind: the device token, as an entry of the vault
 * that only the syncer is given, and cloud/identity.json.
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;
struct secret;

#define CLOUD_ENTRY "cloud"	/* the vault's name for the token */

/*
 * Stores the token, pinned to 'url', and the identity; a daemon must be
 * reachable.  'label' may be NULL.
 */
bool cloud_remember(struct invocation *, const char *url, const char *label,
    const struct secret *token, struct err *);

/* Removes the run records that wait to be uploaded. */
bool cloud_drop_queue(struct invocation *, struct err *);

/*
 * Removes the token, the identity, the snapshot and the queue.  *was_logged_in:
 * there was a token or an identity.
 */
bool cloud_forget(struct invocation *, bool *was_logged_in, struct err *);
