/* SPDX-License-Identifier: ISC */
/*
 * parked: answers in the place of a process that was given up.
 *
 * Its listening sockets are the supervisor's as well, and whoever calls there
 * would wait for ever (I6).  While it is parked each caller gets one fixed
 * answer that says what to do: an agent an HTTP answer, a command an error.
 * What a caller says is thrown away unseen, whatever it is.
 */
#pragma once

#include <stdbool.h>

struct child;
struct err;
struct supervisor;

/* ERR_NO_MEMORY. */
bool parked_open(struct supervisor *, struct err *);
void parked_close(struct supervisor *);

/* A child's state has changed: answers for it from now on, or no more. */
void parked_look(struct supervisor *, const struct child *);
