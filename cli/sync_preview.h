/* SPDX-License-Identifier: ISC */
/*
 * sync_preview: what a sync would change, as the syncer writes it.
 *
 * It writes to a memory file of ours, which goes to standard output unread: no
 * process that might hold a key one day parses what a control plane sent (I1).
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;

/* Shows it, with --json as the data of the envelope; writes nothing else. */
bool sync_preview(struct invocation *, struct err *);
