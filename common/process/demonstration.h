/* SPDX-License-Identifier: ISC */
/*
 * demonstration: a role shows on this machine that its walls hold.
 *
 * A process that was started for it, and was handed nothing but folders, makes
 * each attempt (common/confine/trials.h) in a child of its own under the
 * role's own filter, and tells how each one ended.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc.h"

struct err;
struct sandbox;

/* Before the walls: what the attempts are made on, in the working folder. */
bool demonstration_open(struct err *);

/*
 * Behind all walls but the filter, which each child sets for itself.  TRIED
 * goes out on 'channel' for each; ERR_START_FAILED.
 */
bool demonstration_run(const struct sandbox *, enum role, int channel,
    struct err *);
