/* SPDX-License-Identifier: ISC */
/*
 * channel: one end of a pair between two of our processes, on the event loop.
 *
 * Every packet is checked against its declaration, then against the messages
 * that the channel permits now, then given to the one handler for its type.  A
 * packet that fails closes the channel; nothing else happens to anybody.  The
 * user's command, if it is of another version, is told ours before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc.h"

struct channel;
struct err;
struct event_base;

/*
 * Called with a checked message.  'msg' is valid until it returns.  A handler
 * that wants the descriptor takes it: take_fd(msg->fd).
 */
typedef void ipc_handler(struct channel *, const struct ipc_message *msg,
    void *self);

/* Called once when a channel has ended, just before it is freed. */
typedef void channel_closed(struct channel *, void *self);

/* Called when a process of ours broke a declaration (never for the CLI). */
typedef void channel_suspect(struct channel *, void *self);

/* What all channels of a process share; outlives them. */
struct dispatcher {
	enum role role;
	struct event_base *base;
	ipc_handler *const *handlers;	/* IPC_TYPES of them; NULL: refused */
	channel_closed *closed;		/* may be NULL */
	channel_suspect *suspect;	/* may be NULL */
	void *self;
};

#define CHANNEL_QUEUE_MAX 4096	/* packets that wait for a slow peer */

/*
 * Takes over 'fd', a connected SOCK_SEQPACKET socket to 'peer' number 'number'.
 * All messages that 'peer' may send are permitted.  NULL with err set when out
 * of memory; the descriptor is closed then.
 */
struct channel *channel_new(const struct dispatcher *, int fd, enum role peer,
    uint32_t number, struct err *);

/*
 * Closes and frees without calling 'closed'.  NULL is allowed.  Inside one of
 * its own handlers, or 'closed', it is allowed too: it goes when that returns.
 */
void channel_free(struct channel *);

/*
 * Handles what the peer, which has ended, had sent before; at most 64 packets.
 * Not inside one of its handlers.
 */
void channel_read_rest(struct channel *);

enum role channel_peer(const struct channel *);
uint32_t channel_number(const struct channel *);

/* What the owner keeps with it; NULL at first. */
void *channel_data(const struct channel *);
void channel_set_data(struct channel *, void *);

/*
 * Who is at the other end, as the kernel said when he called; of channels to
 * the user's command alone.  Of others uid is IPC_UID_UNKNOWN, pid 0.
 */
struct channel_caller {
	uint32_t uid, pid;
};
void channel_set_caller(struct channel *, const struct channel_caller *);

/* Of the channel whose message is being handled. */
struct channel_caller channel_caller_now(void);

/* Which messages may come now. */
void channel_permit_nothing(struct channel *);
void channel_permit(struct channel *, enum ipc_type);
void channel_forbid(struct channel *, enum ipc_type);

/*
 * Sends, or queues when the peer is slow; takes over 'out->fd' in any case.
 * false when the peer is gone or its queue is full: the channel then ends by
 * itself, in the event loop, and 'closed' is called; what a peer that is gone
 * had sent is handled before.
 */
bool channel_send(struct channel *, const struct ipc_outgoing *out);

/* Without tail and descriptor. */
bool channel_send_body(struct channel *, enum ipc_type, const void *body);

/* DONE to the CLI: how it ended, and what err->about or 'text' says. */
void channel_send_done(struct channel *, const struct err *err,
    uint64_t value, const char *text);
