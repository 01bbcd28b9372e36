/* SPDX-License-Identifier: ISC */
/* sync_call: has the supervisor start a syncer, and hears how it went. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

struct err;

struct sync_wish {
	struct ipc_sync_start start;
	const char *url;	/* of SYNC_REMEMBER; NULL: none */
	const char *label;	/* NULL: none */
};

struct sync_end {
	struct ipc_sync_result result;
	bool is_there;		/* else nothing had to be done */
	char text[161];		/* the redact rules' version */
};

/* false with the syncer's own error, too; a daemon must be reachable. */
bool sync_call(int home, const struct sync_wish *, struct sync_end *,
    struct err *);
