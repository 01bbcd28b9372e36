/* SPDX-License-Identifier: ISC */
/*
 * opening: what the supervisor opens when it starts, while it still may.
 *
 * In this order; each fails with what could not be opened.  supervisor_close()
 * closes it all, half of it too.
 */
#pragma once

#include <stdbool.h>

struct err;
struct supervisor;

/* The home and its folders, with the lock; made, and checked, if need be. */
bool opening_home(struct supervisor *, struct err *);
/* Each role's program as it is now, whatever is installed over it later. */
bool opening_programs(struct supervisor *, struct err *);
/* The listeners for agents, the sockets for the user's command. */
bool opening_sockets(struct supervisor *, struct err *);
