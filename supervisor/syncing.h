/* SPDX-License-Identifier: ISC */
/*
 * syncing: who may start a sync, and who is told how it went.
 *
 * One at a time: the user's command asks for one, or the daemon's own interval.
 */
#pragma once

#include <stdbool.h>

struct channel;
struct child;
struct err;
struct supervisor;

/* The timer of the daemon's own syncs.  ERR_NO_MEMORY. */
bool syncing_open(struct supervisor *, struct err *);
void syncing_close(struct supervisor *);

/* The settings are new: the interval starts anew. */
void syncing_schedule(struct supervisor *);

/* What a syncer that starts is handed beside cloud/, for its task. */
void syncing_hand(struct supervisor *, struct child *syncer);

/*
 * The daemon ends, and serves nobody any more: are run records still being
 * sent?  The first call begins with it, if there are some.
 */
bool syncing_drains(struct supervisor *);

/* 'ended' is a child that is gone: was it the syncer, without a last word? */
void syncing_child_ended(struct supervisor *, const struct child *ended);

/* The command that asked is gone. */
void syncing_forget(struct supervisor *, const struct channel *asker);
