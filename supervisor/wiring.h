/* SPDX-License-Identifier: ISC */
/*
 * wiring: who may talk to whom, and who is handed what.
 *
 * The one place that makes a channel possible: two roles that do not stand in
 * the table of pairs have no way to reach each other.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_messages.h"

struct child;
struct supervisor;

/* May these two have a channel to each other? */
bool wiring_connects(enum role, enum role);

/*
 * Called when 'started' has just been forked: settings, pairs to all peers that
 * are there, the descriptors of its role, and the order to confine itself.
 */
void wiring_connect(struct supervisor *, struct child *started);

/* The folder as it is found in the home now: another disk may hang there. */
void wiring_reopen_audit(struct supervisor *);

/* The broker gets the newest audit segment to append to, and to read. */
void wiring_hand_audit(struct supervisor *);

/* The broker gets the file that opens the vault, if there is one. */
void wiring_hand_key_file(struct supervisor *);
