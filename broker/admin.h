/* SPDX-License-Identifier: ISC */
/*
 * admin: what the user's command may do to the vault, over broker.sock.
 *
 * The caller is the user or root (checked at connecting); his words are checked
 * like everybody's.  Every change is audited and answered when it is stored.
 */
#pragma once

struct broker;
struct channel;

/*
 * Moves the pin of all of a provider's credentials; the egresses that served
 * the old one are killed.  Answers 'asker' (may be NULL) with DONE.
 */
void admin_move_pin(struct broker *, struct channel *asker,
    const char *provider, const char *pin);
