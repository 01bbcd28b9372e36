/* SPDX-License-Identifier: ISC */
/*
 * wire: a non-blocking socket, with or without TLS, and what is still to be
 * written to it.  Watched by epoll for its owner; EPOLLOUT only while the
 * kernel takes no more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <openssl/ssl.h>

#define WIRE_OUT_MAX 4096		/* bytes that wait at most */

struct wire {
	void *owner;			/* epoll's data.ptr */
	SSL *tls;			/* NULL: plain */
	int fd, epoll;
	bool is_open;			/* past the handshake */
	bool awaits_room;
	char out[WIRE_OUT_MAX];
	size_t out_len, out_sent;
};

/* Owns 'fd' from now on.  'tls' is NULL for a plain wire. */
void wire_open(struct wire *, int fd, SSL_CTX *tls);

/* Starts to watch; 'owner' and 'epoll' are set. */
void wire_watch(struct wire *);

/* The handshake as far as it goes; false when it has failed. */
bool wire_shake(struct wire *);

/* Bytes read, 0 for none now, -1 when the wire is dead. */
ssize_t wire_read(struct wire *, char *to, size_t max);

/* More can be read although epoll will not say so. */
bool wire_has_more(const struct wire *);

/* Adds to what is to be written.  The caller respects WIRE_OUT_MAX. */
void wire_say(struct wire *, const char *bytes, size_t len);

/* Writes what it can; false when the wire is dead. */
bool wire_flush(struct wire *);

/* Nothing waits to be written. */
bool wire_is_clear(const struct wire *);

void wire_close(struct wire *);
