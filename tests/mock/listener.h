/* SPDX-License-Identifier: ISC */
/*
 * listener: a port of the kernel's choice on 127.0.0.1, and the same one on
 * ::1 where there is IPv6.
 */
#pragma once

#include "tests/mock/connection.h"

struct listener;

/*
 * Every connection that it accepts belongs to 'home', whose port and list of
 * connections it fills in; 'home' outlives it.  NULL if nothing can be bound.
 */
struct listener *listener_open(struct connection_home *home);

/* Drops the connections as well. */
void listener_close(struct listener *);
