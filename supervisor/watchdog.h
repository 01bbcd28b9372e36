/* SPDX-License-Identifier: ISC */
/*
 * watchdog: tells the service manager that we are alive, and every role is.
 *
 * When $WATCHDOG_USEC asks for it: each round a PING goes to every process that
 * runs, and only when each has answered is the manager told.  Our own event
 * loop alone proves nothing about theirs.
 */
#pragma once

#include <stdbool.h>

struct err;
struct supervisor;

/* ERR_NO_MEMORY. */
bool watchdog_open(struct supervisor *, struct err *);
void watchdog_close(struct supervisor *);

/* An answer has come: was it the last one of this round? */
void watchdog_look(struct supervisor *);
