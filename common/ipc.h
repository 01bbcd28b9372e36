/* SPDX-License-Identifier: ISC */
/*
 * ipc: packets between our processes, checked against their declarations.
 *
 * Nothing outside this module looks at a packet before ipc_check() accepts it.
 * Sockets are SOCK_SEQPACKET: one packet is one message.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;

#define IPC_PACKET_MAX 65536	/* bytes; the largest declared message fits */
#define IPC_FDS_MAX 1

/* One packet as recvmsg() left it. */
struct ipc_packet {
	_Alignas(8) uint8_t bytes[IPC_PACKET_MAX];
	size_t len;
	int fds[IPC_FDS_MAX];
	size_t n_fds;
};

/* The same packet, known to be well formed.  Points into the packet. */
struct ipc_message {
	enum ipc_type type;
	const void *body;	/* a struct ipc_<name>, aligned for it */
	const uint8_t *tail;
	size_t tail_len;
	int *fd;		/* NULL, or owned by the packet until taken */
};

struct ipc_declaration {
	const char *name;
	enum role_set from, to;
	size_t body_size;	/* exact */
	size_t tail_max;	/* at most */
	size_t n_fds;		/* exact */
	enum ipc_secrecy secrecy;
};

/* Indexed by enum ipc_type. */
extern const struct ipc_declaration ipc_declarations[IPC_TYPES];

/* "broker"; static storage. */
const char *role_name(enum role);

/*
 * Checks version, type, direction, sizes and descriptor count of a packet that
 * 'from' sent to 'to'.  On success fills *msg, which lives as long as *packet.
 * Otherwise ERR_IPC_BROKEN or ERR_OTHER_VERSION; the caller closes the channel,
 * and nothing else.
 */
bool ipc_check(struct ipc_message *msg, struct ipc_packet *packet,
    enum role from, enum role to, struct err *);

enum ipc_received { IPC_GOT, IPC_NOTHING_YET, IPC_CLOSED, IPC_FAILED };

/*
 * Receives one packet.  Descriptors are close-on-exec and owned by the packet
 * (ipc_packet_release); surplus ones are closed, and a truncated packet or
 * control part is IPC_FAILED with ERR_IPC_BROKEN.  When it is we who have no
 * room for a descriptor, the packet is lost: IPC_FAILED with ERR_OVERLOADED.
 * IPC_NOTHING_YET only for a non-blocking socket, or when SO_RCVTIMEO has
 * passed.
 */
enum ipc_received ipc_receive(int socket, struct ipc_packet *, struct err *);

/* Closes what was not taken; wipes the bytes when they were secret. */
void ipc_packet_release(struct ipc_packet *, enum ipc_secrecy);

/* What to send; pieces are copied by the kernel, the descriptor stays ours. */
struct ipc_outgoing {
	enum ipc_type type;
	const void *body;	/* NULL: all zeros */
	const void *tail;
	size_t tail_len;
	int fd;			/* -1: none */
};

/*
 * Sends one packet.  false with err->os EAGAIN when the socket is full (only
 * if non-blocking), else with ERR_IPC_BROKEN when the peer is gone.
 */
bool ipc_send(int socket, const struct ipc_outgoing *, struct err *);

/* After that: the peer is there, but the socket is full or the kernel is. */
bool ipc_may_be_sent_later(const struct err *);

/*
 * Sets a name from a C string; false with ERR_ID_INVALID when it is not an id
 * (1 to 64 letters, digits, dots, dashes, underscores).
 */
bool ipc_name_set(struct ipc_name *, const char *text, struct err *);

#define IPC_NAME_TEXT 65	/* bytes, with the NUL */
/*
 * The checked text; false with ERR_ID_INVALID, and "" in 'text', if it is bad.
 */
bool ipc_name_get(const struct ipc_name *, char text[IPC_NAME_TEXT],
    struct err *);

/*
 * Takes 'len' bytes from the tail at *at and moves *at on.  NULL with
 * ERR_IPC_BROKEN when the tail is shorter.  With IPC_TEXT the bytes hold no
 * NUL and no control characters.
 */
enum ipc_piece { IPC_BYTES, IPC_TEXT };
const uint8_t *ipc_take(const struct ipc_message *, size_t *at, size_t len,
    enum ipc_piece, struct err *);
