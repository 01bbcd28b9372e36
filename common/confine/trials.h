/* SPDX-License-Identifier: ISC */
/*
 * trials: what a role in an attacker's hands would try, each one system call
 * that is really made.
 *
 * For the demonstration (common/process/demonstration.h): a confined process
 * makes one and is seen to die, or tells the errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_messages.h"

struct err;

struct trial {
	const char *name;	/* "connect_to_a_port" */
	long call;
	unsigned long arguments[6];
	unsigned for_whom;	/* enum role_set: who may, by design */
	/* Anybody may, where there are no walls: tests/confinement. */
	enum { FOR_SOME, FOR_ANYBODY } without_walls;
};

extern const struct trial trials[];
extern const size_t n_trials;

/*
 * Before confinement: a port to connect to, a file in the working folder, which
 * is the caller's to clean.  ERR_START_FAILED.
 */
bool trials_prepare(struct err *);

/* Makes the call; 0 when it succeeded, else its errno. */
int trial_make(const struct trial *);

/* Has anybody come to the port since the last call? */
bool trials_port_was_reached(void);
