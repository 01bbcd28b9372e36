/* SPDX-License-Identifier: ISC */
/*
 * cloud: what a login leaves behind: the device token, as an entry of the vault
 * that only the syncer is given, and cloud/identity.json.
 */
#pragma once

#include <stdbool.h>

struct err;
struct secret;

#define CLOUD_ENTRY "cloud"	/* the vault's name for the token */

/* Stores the token, pinned to 'url'; a daemon must be reachable. */
bool cloud_store_token(int home, const char *url, const struct secret *token,
    struct err *);

/* Has the syncer write down where we are logged in; 'label' may be NULL. */
bool cloud_remember(int home, const char *url, const char *label,
    struct err *);

/* Run records that wait to be uploaded go nowhere any more. */
bool cloud_drop_queue(int home, struct err *);

/*
 * Removes the token, and through the processes whose they are the identity, the
 * snapshot and the queue.  *had_token: there was one.
 */
bool cloud_forget(int home, bool *had_token, struct err *);
