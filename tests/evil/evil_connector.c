/* SPDX-License-Identifier: ISC */
/*
 * A connector in an attacker's hands (threats.md 11).  To each CONNECT it gives
 * what script.kind says: a connection to script.port, where somebody listens
 * who wants the key; or a descriptor of another kind; or a flood of them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connector/connector_sandbox.h"
#include "tests/evil/evil.h"

static int
connect_elsewhere(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)atoi(evil.script.port)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    IPPROTO_TCP);
	struct pollfd writable = { fd, POLLOUT, 0 };

	if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1 &&
	    errno != EINPROGRESS)
		evil_tell("cannot connect: %d", errno);
	poll(&writable, 1, 2000);
	return fd;
}

static void
give(int to, uint64_t serial, int fd)
{
	evil_send_message(to, IPC_CONNECTED, &(struct ipc_connect) { serial },
	    sizeof serial, "", 0, fd);
}

static void
received(struct evil_peer *peer, struct ipc_packet *packet)
{
	const char *kind = evil.script.kind;
	const struct ipc_connect *ask;
	struct ipc_message msg;
	struct err err;
	int fd;

	if (!ipc_check(&msg, packet, peer->role, CONNECTOR, &err) ||
	    msg.type != IPC_CONNECT || !evil_is_step("lie"))
		return;
	ask = msg.body;
	if (strcmp(kind, "file") == 0)
		give(peer->fd, ask->serial, evil.file);
	else if (strcmp(kind, "pipe") == 0)
		give(peer->fd, ask->serial, evil.pipe);
	else if (strcmp(kind, "pair") == 0)
		give(peer->fd, ask->serial, peer->fd);
	else {
		fd = connect_elsewhere();
		for (int i = 0; i < (strcmp(kind, "flood") == 0 ? 500 : 1); i++)
			give(peer->fd, ask->serial + (uint64_t)i, fd);
		close(fd);
	}
	evil_tell("lied to %s: %s", role_name(peer->role), kind);
}

int
main(void)
{
	static struct process connector = { .role = CONNECTOR,
	    .sandbox = &connector_sandbox };

	return evil_run(&connector, &(struct evil_hooks) { NULL, received,
	    NULL });
}
