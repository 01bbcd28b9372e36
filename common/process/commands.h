/* SPDX-License-Identifier: ISC */
/*
 * commands: a socket in run/ on which the user's command calls this process.
 *
 * Who connects is known from the kernel (SO_PEERCRED, SO_PEERGROUPS): root may
 * talk; in a user install the user that we run as, in a system install who is
 * in the administrators' group.  Everybody else is let go before a byte is read.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct commands;
struct dispatcher;
struct err;

#define COMMANDS_CONNECTIONS_MAX 64

/*
 * Takes over 'fd', a bound and listening SOCK_SEQPACKET socket.  'admin' is the
 * group that may talk; 0 in a user install.
 */
struct commands *commands_new(const struct dispatcher *, int fd, gid_t admin,
    struct err *);
void commands_free(struct commands *);

/* To be called from the dispatcher's 'closed' for a channel to the CLI. */
void commands_closed(struct commands *);
