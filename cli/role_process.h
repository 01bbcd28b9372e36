/* SPDX-License-Identifier: ISC */
/*
 * role_process: a role's real executable, started by the command for a moment,
 * with the command in the supervisor's place.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc.h"

struct err;

#define ROLE_PROCESS_TIMEOUT_MS 5000	/* for each message */

/* In the working folder: an empty one, to be handed in place of the home's. */
#define ROLE_PROCESS_STAND_IN "home"

struct role_process {
	enum role role;
	int pid;		/* 0: none */
	int channel;		/* -1: none */
	char folder[32];	/* the one that it works in; "": none */
};

/* ERR_START_FAILED; role_process_end() in any case. */
bool role_process_start(struct role_process *, enum role, struct err *);
/* Ends it and removes its working folder. */
void role_process_end(struct role_process *);

bool role_process_send(struct role_process *, enum ipc_type, const void *body,
    struct err *);
/* Ours, which waits that long for a packet, and theirs.  ERR_START_FAILED. */
bool role_process_pair(int pair[2], uint64_t limit_ms, struct err *);

/* Takes over 'fd'; -1 sends nothing. */
bool role_process_hand(struct role_process *, const struct ipc_hand *, int fd,
    struct err *);

/*
 * The next message but for log lines, of which a bad one is kept for the error:
 * ERR_TIMED_OUT, ERR_START_FAILED.  Good until the next call.
 */
bool role_process_next(struct role_process *, struct ipc_message *,
    struct err *);
