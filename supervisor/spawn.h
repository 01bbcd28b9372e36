/* SPDX-License-Identifier: ISC */
/*
 * spawn: a child's process, from fork to exec.
 *
 * Executed afresh from the descriptor of its program, as its own user, with an
 * empty environment and one channel to us.
 */
#pragma once

#include <stdbool.h>

struct child;
struct err;

/*
 * Sets pid, pidfd and channel of the child.  On failure ERR_START_FAILED, and
 * some of them may be set: the caller undoes it.
 */
bool spawn_child(struct child *, struct err *);

/* What whoever started us has set for his signals is nothing to us. */
void spawn_default_signals(void);
