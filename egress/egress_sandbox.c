/* SPDX-License-Identifier: ISC */
#include "egress/egress_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "common/confine/sandbox.h"

#define ANYHOW { { 0 } }
#define OPTION(level, option) {						\
	{ SANDBOX_EQUALS, 1, level }, { SANDBOX_EQUALS, 2, option } }
/* To where the descriptor leads, and without opening a connection. */
#define NOWHERE_ELSE {							\
	{ SANDBOX_WITHOUT, 3, MSG_FASTOPEN },				\
	{ SANDBOX_EQUALS, 4, 0 }, { SANDBOX_EQUALS, 5, 0 } }

static const struct sandbox_rule rules[] = {
	/* Never made: libcurl is told what the kernel would say. */
	{ "connect", "handed descriptors are connected; libcurl asks anyway",
	    EINPROGRESS, ANYHOW },
	{ "socket", "libcurl tries whether there is IPv6", EACCES, ANYHOW },
	{ "sendto", "to the upstream, frames to the proxy", 0, NOWHERE_ELSE },
	{ "recvfrom", "from the upstream, bodies from the proxy", 0, ANYHOW },
	{ "shutdown", "of kept connections that the peer has closed", 0,
	    ANYHOW },
	{ "getsockopt", "what a handed descriptor is", 0,
	    OPTION(SOL_SOCKET, SO_TYPE) },
	{ "getsockopt", "libcurl: how connecting ended", 0,
	    OPTION(SOL_SOCKET, SO_ERROR) },
	{ "getpeername", "where a handed descriptor leads", 0, ANYHOW },
	{ "getsockname", "libcurl notes it", 0, ANYHOW },
	{ "setsockopt", "libcurl: small writes leave at once", 0,
	    OPTION(IPPROTO_TCP, TCP_NODELAY) },
	{ "fcntl", "libcurl makes descriptors non-blocking", 0,
	    { { SANDBOX_EQUALS, 1, F_SETFL },
	    { SANDBOX_EQUALS, 2, O_RDWR | O_NONBLOCK } } },
	{ NULL, NULL, 0, ANYHOW },
};

const struct sandbox egress_sandbox = {
	.name = "egress",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = 4096,
	.memory_len = 1u << 30,
};
