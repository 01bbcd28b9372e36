/* SPDX-License-Identifier: ISC */
/*
 * syncer_sandbox: one transfer over descriptors that it is handed, and the
 * files of one folder (Landlock).  No socket, no connection of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/confine/sandbox.h"
#include "syncer/syncer.h"

static const struct sandbox_rule rules[] = {
	{ "connect", "libcurl calls it on a descriptor that is connected",
	    EINPROGRESS, { { 0 } } },
	{ "socket", "libcurl looks whether there is IPv6", EACCES, { { 0 } } },
	{ "getsockopt", "how a connection went", 0, { { 0 } } },
	{ "setsockopt", "TCP's timing", 0,
	    { { SANDBOX_EQUALS, 1, IPPROTO_TCP } } },
	{ "setsockopt", "keep-alive", 0, { { SANDBOX_EQUALS, 1, SOL_SOCKET },
	    { SANDBOX_EQUALS, 2, SO_KEEPALIVE } } },
	{ "getpeername", "where the descriptor leads", 0, { { 0 } } },
	{ "getsockname", "where the descriptor leads", 0, { { 0 } } },
	{ "sendto", "to the connected peer; never opens a connection", 0,
	    { { SANDBOX_EQUALS, 4, 0 },
	    { SANDBOX_WITHOUT, 3, MSG_FASTOPEN } } },
	{ "recvfrom", "from the connected peer", 0,
	    { { SANDBOX_EQUALS, 4, 0 } } },
	{ "shutdown", "of kept connections that the peer has closed", 0,
	    { { 0 } } },
	{ "fcntl", "non-blocking descriptors, and no other flag", 0,
	    { { SANDBOX_EQUALS, 1, F_SETFL },
	    { SANDBOX_EQUALS, 2, O_RDWR | O_NONBLOCK } } },
	{ "ioctl", "non-blocking descriptors", 0,
	    { { SANDBOX_EQUALS, 1, FIONBIO } } },
	{ "openat", "files of cloud/, by Landlock", 0, { { 0 } } },
	{ "fstat", "their owner, mode and length", 0, { { 0 } } },
	{ "newfstatat", "their owner, mode and length", 0, { { 0 } } },
	{ "flock", "one sync at a time", 0, { { 0 } } },
	{ "fchmod", "a new file is ours alone", 0,
	    { { SANDBOX_EQUALS, 1, 0600 } } },
	{ "fchmod", "in a system install the folder keeps it", 0,
	    { { SANDBOX_EQUALS, 1, 0644 } } },
	{ "fsync", "a new file is on the disk", 0, { { 0 } } },
	{ "fdatasync", "which run records are sent is on the disk", 0,
	    { { 0 } } },
	{ "renameat", "before it takes its place", 0, { { 0 } } },
	{ "getdents64", "what an earlier run left", 0, { { 0 } } },
	{ "unlinkat", "goes", 0, { { 0 } } },
	{ "geteuid", "whose files are ours", 0, { { 0 } } },
	{ NULL, NULL, 0, { { 0 } } },
};

const struct sandbox syncer_sandbox = {
	.name = "syncer",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = 64,
	.memory_len = 1ULL << 30,
	.file_len = 16 << 20,
};
