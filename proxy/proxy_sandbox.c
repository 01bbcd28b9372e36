/* SPDX-License-Identifier: ISC */
#include "proxy/proxy_sandbox.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "proxy/agent_connection.h"

#define ALWAYS { { SANDBOX_ANY, 0, 0 } }

static const struct sandbox_rule rules[] = {
	{ "accept4", "agents and the user's command", 0, ALWAYS },
	{ "getsockname", "the port that a Host header must name", 0, ALWAYS },
	{ "shutdown", "the end of an answer", 0, ALWAYS },
	{ "ioctl", "libevent asks how much there is to read", 0,
	    { { SANDBOX_EQUALS, 1, FIONREAD } } },
	{ "setsockopt", "a reset instead of an end that looks whole", 0,
	    { { SANDBOX_EQUALS, 1, SOL_SOCKET },
	    { SANDBOX_EQUALS, 2, SO_LINGER } } },
	{ "getsockopt", "who calls on the command's socket", 0,
	    { { SANDBOX_EQUALS, 1, SOL_SOCKET },
	    { SANDBOX_EQUALS, 2, SO_PEERCRED } } },
	{ "getsockopt", "is he an administrator", 0,
	    { { SANDBOX_EQUALS, 1, SOL_SOCKET },
	    { SANDBOX_EQUALS, 2, SO_PEERGROUPS } } },
	{ "socketpair", "the pair that carries one request", 0,
	    { { SANDBOX_EQUALS, 0, AF_UNIX }, { SANDBOX_EQUALS, 1,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC } } },
	/* Landlock says where: two folders to read, one to write. */
	{ "openat", "routing, snapshot, run records", 0,
	    { { SANDBOX_WITHOUT, 2, O_TRUNC | O_DIRECTORY } } },
	{ "pread64", "the end of the run records", 0, ALWAYS },
	{ "newfstatat", "size and owner of what was opened", 0, ALWAYS },
	{ "geteuid", "is the file ours?", 0, ALWAYS },
	{ "renameat", "run records are rotated", 0, ALWAYS },
	{ "renameat2", "a full queue goes where nothing is", 0, ALWAYS },
	{ "flock", "nobody takes the queue while a record is written", 0,
	    ALWAYS },
	{ NULL, NULL, 0, ALWAYS },
};

const struct sandbox proxy_sandbox = {
	.name = "proxy",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = DESCRIPTORS_MAX,
	.memory_len = UINT64_C(8) << 30,
	.file_len = UINT64_C(128) << 20,
};
