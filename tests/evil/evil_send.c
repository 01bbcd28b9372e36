/* SPDX-License-Identifier: ISC */
/* evil_send: packets that break the rules, and packets that only keep them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/evil/evil.h"

#define FDS_MAX 253		/* SCM_MAX_FD of the kernel */

bool
evil_send(int fd, const void *bytes, size_t len, const int *fds, size_t n_fds)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov = { (void *)bytes, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	memset(&control, 0, sizeof control);
	if (n_fds > 0) {
		m.msg_control = control.room;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.header = (struct cmsghdr) {
		    .cmsg_len = CMSG_LEN(n_fds * sizeof(int)),
		    .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), fds, n_fds * sizeof(int));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) != -1;
}

bool
evil_send_message(int fd, enum ipc_type type, const void *body,
    size_t body_len, const void *tail, size_t tail_len, int passed)
{
	static uint8_t packet[IPC_PACKET_MAX];
	struct ipc_header h = { IPC_VERSION, type };

	memcpy(packet, &h, sizeof h);
	memcpy(packet + sizeof h, body, body_len);
	memcpy(packet + sizeof h + body_len, tail, tail_len);
	return evil_send(fd, packet, sizeof h + body_len + tail_len, &passed,
	    passed == -1 ? 0 : 1);
}

static bool
may_send(enum ipc_type t, enum role to)
{
	const struct ipc_declaration *d = &ipc_declarations[t];

	return (d->from & 1u << evil.role) != 0 && (d->to & 1u << to) != 0;
}

void
evil_talk_nonsense(struct evil_peer *peer, unsigned n_of_each)
{
	uint8_t body[4096], tail[IPC_PACKET_MAX];
	const int wrong[] = { evil.file, evil.pipe, peer->fd, evil.report };

	/* Before: some of it ends who says it. */
	evil_tell("talks nonsense to %s", role_name(peer->role));
	for (unsigned i = 0; i < n_of_each; i++)
		for (enum ipc_type t = 0; t < IPC_TYPES; t++) {
			const struct ipc_declaration *d = &ipc_declarations[t];
			uint16_t tail_len;

			/* Who accuses, or ends by itself, ends the test. */
			if (!may_send(t, peer->role) || t == IPC_SUSPECT)
				continue;
			evil_random(body, sizeof body);
			evil_random(tail, sizeof tail);
			evil_random(&tail_len, sizeof tail_len);
			/* Small numbers reach further than huge ones. */
			for (size_t k = 0; i % 2 && k < d->body_size; k++)
				body[k] = k % 4 == 0 ? body[k] % 4 : 0;
			evil_send_message(peer->fd, t, body,
			    d->body_size, tail, d->tail_max == 0 ? 0 :
			    tail_len % (d->tail_max + 1), d->n_fds == 0 ? -1 :
			    wrong[i % 4]);
		}
}

/* A message that it may send and that carries no descriptor; else any. */
static enum ipc_type
own_message(enum role to, size_t n_fds)
{
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		if (may_send(t, to) && ipc_declarations[t].n_fds == n_fds &&
		    t != IPC_SUSPECT && t != IPC_READY && t != IPC_LOG)
			return t;
	return IPC_TYPES;
}

static enum ipc_type
foreign_message(enum role to)
{
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		if (!may_send(t, to) && (ipc_declarations[t].to & 1u << to) &&
		    ipc_declarations[t].n_fds == 0)
			return t;
	return IPC_TYPES;
}

static void
flood_descriptors(const struct evil_peer *peer, const uint8_t *packet,
    size_t len)
{
	int fds[FDS_MAX];

	for (size_t i = 0; i < FDS_MAX; i++)
		fds[i] = evil.file;
	/* A user may have only so many under way, with all his programs. */
	while (!evil_send(peer->fd, packet, len, fds, FDS_MAX) &&
	    errno == ETOOMANYREFS)
		;
	for (int i = 1; i < 200; i++)
		evil_send(peer->fd, packet, len, fds, FDS_MAX);
}

void
evil_break_rules(struct evil_peer *peer)
{
	const char *kind = evil.script.kind;
	static uint8_t packet[2 * IPC_PACKET_MAX];
	enum ipc_type t = own_message(peer->role, 0);
	struct ipc_header h = { IPC_VERSION, t };
	size_t len = sizeof h + (t < IPC_TYPES ? ipc_declarations[t].body_size :
	    0);
	int fd = evil.file;
	size_t n_fds = 0;

	if (strcmp(kind, "version") == 0)
		h.version++;
	else if (strcmp(kind, "type") == 0)
		h.type = UINT32_MAX;
	else if (strcmp(kind, "direction") == 0) {
		h.type = foreign_message(peer->role);
		len = sizeof h + ipc_declarations[h.type].body_size;
	} else if (strcmp(kind, "short") == 0)
		len--;
	else if (strcmp(kind, "long") == 0)
		len += ipc_declarations[t].tail_max + 1;
	else if (strcmp(kind, "stub") == 0)
		len = 3;
	else if (strcmp(kind, "huge") == 0)
		len = IPC_PACKET_MAX + 100;
	else if (strcmp(kind, "descriptor") == 0)
		n_fds = 1;
	else if (strcmp(kind, "random") == 0)
		evil_random(packet, sizeof packet);
	if (strcmp(kind, "random") != 0)
		memcpy(packet, &h, sizeof h);
	/* Before: it may not live to tell that it was done. */
	evil_tell("breaks %s towards %s", kind, role_name(peer->role));
	if (strcmp(kind, "descriptors") == 0)
		flood_descriptors(peer, packet, len);
	else
		evil_send(peer->fd, packet, len, &fd, n_fds);
}
