/* SPDX-License-Identifier: ISC */
/*
 * listener: the sockets that others call us on.  Bound here, served elsewhere.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct err;

#define LISTENER_TEXT 64	/* "[::1]:51168", with the NUL */
#define LISTENER_BACKLOG 1024

struct listener {
	int fd;
	char address[LISTENER_TEXT];	/* as bound, the port the kernel chose */
};

#define LISTENERS_MAX 8

/*
 * Binds every address of a blank-separated list; loopback addresses only.
 * An IPv6 one on a machine without IPv6 is left out if another is left.
 * Returns how many, or 0 with ERR_LISTEN_FAILED naming the address.
 */
size_t listener_open_all(const char *list, struct listener[LISTENERS_MAX],
    struct err *);

/*
 * A SOCK_SEQPACKET unix socket 'name' in the folder, for our own command; a
 * left-over of an earlier run is replaced (the caller holds the home's lock).
 * Ours alone, or of the group 'admin' too unless that is 0.
 * -1 with ERR_LISTEN_FAILED.
 */
int listener_open_commands(int folder, const char *name, gid_t admin,
    struct err *);
