/* SPDX-License-Identifier: ISC */
/*
 * privileges: what a supervisor that root started keeps of root's rights.
 *
 * To make its children other users, and to end them: SETUID, SETGID and KILL.
 * Nothing that reads, writes or owns what is not its own, nothing of the
 * network; and no program that it executes gets any of it back.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct err;

/*
 * When all sockets and folders are open.  'group' stays ours: the folder that
 * the syncer fills is looked into by it.  ERR_CONFINE_FAILED.
 */
bool privileges_drop(gid_t group, struct err *);
