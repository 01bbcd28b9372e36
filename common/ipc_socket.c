/* SPDX-License-Identifier: ISC */
/* ipc_socket: the two system calls behind ipc.h, and their pitfalls. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "common/secret.h"

/*
 * Room for more descriptors than any message has: the kernel aligns control
 * buffers, so one sized for a single descriptor has room for two, and a second
 * would arrive unnoticed.  With room to spare, surplus ones are seen and
 * closed.
 */
#define ROOM_FOR_FDS 8

static void
adopt_fds(struct ipc_packet *packet, struct msghdr *m, size_t *n_surplus)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (packet->n_fds < IPC_FDS_MAX)
				packet->fds[packet->n_fds++] = fd;
			else {
				close(fd);
				++*n_surplus;
			}
		}
	}
}

enum ipc_received
ipc_receive(int socket, struct ipc_packet *packet, struct err *err)
{
	union {
		char bytes[CMSG_SPACE(ROOM_FOR_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { packet->bytes, sizeof packet->bytes };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = control.bytes, .msg_controllen = sizeof control };
	size_t n_surplus = 0;
	ssize_t n;

	packet->n_fds = 0;
	packet->len = 0;
	/*
	 * A reset is told once, and before what the peer had sent: it left
	 * something unread when it went.  What comes next is its last words, or
	 * the end.
	 */
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n == -1 && (errno == EINTR || errno == ECONNRESET));
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return IPC_NOTHING_YET;
	if (n == -1) {
		err_set_os(err, ERR_IPC_BROKEN, "receive");
		return IPC_FAILED;
	}
	adopt_fds(packet, &m, &n_surplus);
	packet->len = (size_t)n;
	if ((m.msg_flags & MSG_CTRUNC) != 0 &&
	    packet->n_fds + n_surplus < ROOM_FOR_FDS) {
		/* There was room for more: our own table is full. */
		err_set(err, ERR_OVERLOADED, "descriptors");
		ipc_packet_release(packet, SECRET);
		return IPC_FAILED;
	}
	if ((m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || n_surplus > 0) {
		err_set(err, ERR_IPC_BROKEN, "%s",
		    m.msg_flags & MSG_TRUNC ? "too long" : "descriptors");
		ipc_packet_release(packet, SECRET);
		return IPC_FAILED;
	}
	return n == 0 ? IPC_CLOSED : IPC_GOT;
}

void
ipc_packet_release(struct ipc_packet *packet, enum ipc_secrecy secrecy)
{
	for (size_t i = 0; i < packet->n_fds; i++)
		if (packet->fds[i] != -1)
			close(packet->fds[i]);
	packet->n_fds = 0;
	if (secrecy == SECRET)
		secret_wipe(packet->bytes, packet->len);
	packet->len = 0;
}

bool
ipc_send(int socket, const struct ipc_outgoing *out, struct err *err)
{
	static const uint8_t zeros[sizeof(struct ipc_settings)];
	const struct ipc_declaration *d = &ipc_declarations[out->type];
	struct ipc_header header = { IPC_VERSION, out->type };
	struct iovec iov[] = {
		{ &header, sizeof header },
		{ (void *)(out->body != NULL ? out->body : zeros), d->body_size },
		{ (void *)out->tail, out->tail_len },
	};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 3 };
	ssize_t n;

	if (out->fd != -1) {
		struct cmsghdr *c = &control.align;

		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &out->fd, sizeof out->fd);
	}
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n != -1 || err_set_os(err, ERR_IPC_BROKEN, "send %s", d->name);
}

bool
ipc_may_be_sent_later(const struct err *err)
{
	return err->os == EAGAIN || err->os == ENOBUFS || err->os == ENOMEM ||
	    err->os == ETOOMANYREFS;
}
