/* SPDX-License-Identifier: ISC */
#include "connector/connector_sandbox.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "common/confine/sandbox.h"

#define ANYHOW { { 0 } }
#define SOCKET(domain, type, protocol) {				\
	{ SANDBOX_EQUALS, 0, domain },					\
	{ SANDBOX_EQUALS, 1, (type) | SOCK_NONBLOCK | SOCK_CLOEXEC },	\
	{ SANDBOX_EQUALS, 2, protocol } }
#define OPTION(level, option) {						\
	{ SANDBOX_EQUALS, 1, level }, { SANDBOX_EQUALS, 2, option } }
#define WITHOUT(argument, flags) {					\
	{ SANDBOX_WITHOUT, argument, flags } }

/* Sockets by exact triples: no MPTCP, no netlink, no raw, no unix. */
static const struct sandbox_rule rules[] = {
	{ "socket", "to a provider", 0,
	    SOCKET(AF_INET, SOCK_STREAM, IPPROTO_TCP) },
	{ "socket", "to a provider", 0,
	    SOCKET(AF_INET6, SOCK_STREAM, IPPROTO_TCP) },
	{ "socket", "to a name server", 0, SOCKET(AF_INET, SOCK_DGRAM, 0) },
	{ "socket", "to a name server", 0, SOCKET(AF_INET6, SOCK_DGRAM, 0) },
	{ "connect", "this is the process that may", 0, ANYHOW },
	{ "getsockopt", "how a connection attempt ended", 0,
	    OPTION(SOL_SOCKET, SO_ERROR) },
	{ "setsockopt", "small writes leave at once", 0,
	    OPTION(IPPROTO_TCP, TCP_NODELAY) },
	{ "setsockopt", "a peer that vanished is noticed", 0,
	    OPTION(SOL_SOCKET, SO_KEEPALIVE) },
	{ "setsockopt", "a peer that vanished is noticed", 0,
	    OPTION(IPPROTO_TCP, TCP_KEEPIDLE) },
	{ "setsockopt", "a peer that vanished is noticed", 0,
	    OPTION(IPPROTO_TCP, TCP_KEEPINTVL) },
	/* Fast open would connect without connect(). */
	{ "sendto", "questions to a name server", 0,
	    WITHOUT(3, MSG_FASTOPEN) },
	{ "recvfrom", "a name server's answers", 0, ANYHOW },
	/* Landlock says which: the folders of resolv.conf and hosts. */
	{ "openat", "resolv.conf and hosts when they have changed", 0,
	    WITHOUT(2, O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE) },
	{ "newfstatat", "the size of a file to read (glibc from 2.33)", 0,
	    ANYHOW },
	{ "fstat", "the size of a file to read (other glibc)", 0, ANYHOW },
	{ "uname", "the host's name: its domain is searched", 0, ANYHOW },
	{ NULL, NULL, 0, ANYHOW },
};

const struct sandbox connector_sandbox = {
	.name = "connector",
	.rules = rules,
	.landlock_floor = 1,
	.network = SANDBOX_CONNECTS,
	.n_files = 8192,
	.memory_len = 512u << 20,
};
