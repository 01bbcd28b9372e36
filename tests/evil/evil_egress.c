/* SPDX-License-Identifier: ISC */
/*
 * An egress in an attacker's hands (threats.md 10).  It has its key: that is
 * accepted.  Step "connect": a hundred connections, which must all lead to the
 * one endpoint.  Step "outcomes": the end of requests that never were.  Step
 * "frames": answers that no egress of ours would give; script.kind says which.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/frame.h"
#include "common/scoped.h"
#include "egress/egress_sandbox.h"
#include "tests/evil/evil.h"

#define N_CONNECTIONS 100

static unsigned n_connected, n_elsewhere, n_not;
static uint16_t wanted_port;

static void
look_where_it_leads(int fd)
{
	struct sockaddr_in6 peer = { 0 };
	socklen_t len = sizeof peer;

	n_connected++;
	if (getpeername(fd, (struct sockaddr *)&peer, &len) == -1 ||
	    ntohs(peer.sin6_port) != wanted_port)
		n_elsewhere++;
}

static void
tell_connections(void)
{
	evil_tell("connected %u elsewhere %u not %u", n_connected,
	    n_elsewhere, n_not);
	evil_tell("finished");
}

static void
ask_for_connections(void)
{
	int connector = evil_find(CONNECTOR)->fd;

	for (uint64_t i = 0; i < N_CONNECTIONS; i++)
		evil_send_message(connector, IPC_CONNECT,
		    &(struct ipc_connect) { i }, 8, "", 0, -1);
	evil_later(1500, tell_connections);
}

static void
send_outcomes(void)
{
	struct ipc_outcome o;

	for (int i = 0; i < 500; i++) {
		evil_random(&o, sizeof o);
		if (i % 2)
			o.sequence = (uint32_t)i;
		evil_send_message(evil_find(BROKER)->fd, IPC_OUTCOME, &o,
		    sizeof o, "", 0, -1);
	}
	evil_tell("finished");
}

/* Word, then so many bytes of 'fill'. */
static void
put_frame(int fd, uint8_t type, size_t said, size_t real, char fill)
{
	static char bytes[FRAME_LEN_MAX];

	frame_encode_word((uint8_t *)bytes, FRAME_NONE, said & 0xffffff);
	bytes[3] = (char)type;
	memset(bytes + FRAME_WORD_LEN, fill, real);
	send(fd, bytes, FRAME_WORD_LEN + real, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
answer_with_nonsense(int pair)
{
	const char *kind = evil.script.kind;
	static const char head[] = "\x0e\0\0\x01\xc8\0\0\0a: b\nc: d\n";
	uint8_t noise[4096];

	if (strcmp(kind, "data-first") == 0)
		put_frame(pair, FRAME_DATA, 5, 5, 'x');
	else if (strcmp(kind, "huge") == 0)
		put_frame(pair, FRAME_HEAD, 0xffffff, 1000, 'x');
	else if (strcmp(kind, "type") == 0)
		put_frame(pair, 99, 4, 4, 'x');
	else if (strcmp(kind, "status") == 0)
		put_frame(pair, FRAME_HEAD, 4, 4, '\xff');
	else if (strcmp(kind, "lines") == 0)
		put_frame(pair, FRAME_HEAD, 100, 100, '\r');
	else if (strcmp(kind, "twice") == 0) {
		send(pair, head, sizeof head - 1, MSG_NOSIGNAL);
		send(pair, head, sizeof head - 1, MSG_NOSIGNAL);
	} else if (strcmp(kind, "cut") == 0) {
		send(pair, head, sizeof head - 1, MSG_NOSIGNAL);
		put_frame(pair, FRAME_DATA, 500, 20, '{');
	} else if (strcmp(kind, "random") == 0) {
		evil_random(noise, sizeof noise);
		send(pair, noise, sizeof noise, MSG_NOSIGNAL);
	}
	close(pair);
	evil_tell("finished");
}

static void
on_provisioned(const struct ipc_message *msg)
{
	const struct ipc_provision *p = msg->body;

	wanted_port = (uint16_t)atoi(evil.script.port);
	evil_tell("provisioned with a key of %u characters", p->key_len);
	process_ready();
	if (evil_is_step("connect"))
		ask_for_connections();
	if (evil_is_step("outcomes"))
		send_outcomes();
}

static void
received(struct evil_peer *peer, struct ipc_packet *packet)
{
	struct ipc_message msg;
	struct err err;

	if (!ipc_check(&msg, packet, peer->role, EGRESS, &err))
		return;
	if (msg.type == IPC_PROVISION)
		on_provisioned(&msg);
	else if (msg.type == IPC_CONNECTED)
		look_where_it_leads(*msg.fd);
	else if (msg.type == IPC_NOT_CONNECTED)
		n_not++;
	else if (msg.type == IPC_REQUEST && evil_is_step("frames"))
		answer_with_nonsense(take_fd(msg.fd));
}

int
main(void)
{
	static struct process egress = { .role = EGRESS,
	    .sandbox = &egress_sandbox, .is_ready_later = true };

	return evil_run(&egress, &(struct evil_hooks) { NULL, received, NULL });
}
