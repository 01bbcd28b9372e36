/* SPDX-License-Identifier: ISC */
/*
 * daemon: starts cofferdamd, for good or for one command.
 *
 * The daemon inherits nothing of the caller but the descriptors meant for it.
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;

/*
 * Starts it in a session of its own, its words going to log/cofferdamd.log, and
 * waits until it serves.  What it could not do is the error.
 */
bool daemon_start(struct invocation *, struct err *);

/* Becomes it; returns only with false. */
bool daemon_become(struct invocation *, struct err *);

/*
 * What a command needs of a daemon: the one that runs, else one of its own,
 * which ends when the command calls daemon_detach() or dies.
 */
struct attachment {
	int hold;		/* its end of file ends the daemon; -1: none */
	int pid;		/* of the daemon that is ours, else 0 */
};
bool daemon_attach(struct invocation *, struct attachment *, struct err *);
/* Waits for the end of one that is ours. */
void daemon_detach(struct attachment *);

/*
 * Ends the one that runs and waits until the home is free.  One of another
 * version, which does not understand the request, gets SIGTERM.
 */
bool daemon_end(int home, struct err *);

/* Does one run that serves agents, not just one command?  It has a proxy. */
bool daemon_serves(int home);

/* ERR_NOT_RUNNING unless one does; ERR_OTHER_VERSION. */
bool daemon_is_needed(struct invocation *, struct err *);

/* false with ERR_OTHER_VERSION when one runs that does not speak as we do. */
bool daemon_is_understood(int home, struct err *);
