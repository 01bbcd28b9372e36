/* SPDX-License-Identifier: ISC */
/*
 * call: one conversation with a process of ours over its socket in run/.
 *
 * A server answers with rows, each one packet, and ends with DONE.  Every
 * packet is checked against its declaration first; every wait has its limit.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc.h"

struct err;

#define CALL_TIMEOUT_S 10
#define CALL_TAIL_MAX 2304	/* of DONE */

struct call {
	int socket;		/* -1: closed */
	enum role server;
	struct ipc_packet packet;
	struct ipc_message msg;	/* the last one received, in 'packet' */
};

/* ERR_NOT_RUNNING when nobody listens there.  call_close() in any case. */
bool call_open(struct call *, int home, enum role server, struct err *);
void call_close(struct call *);

/* How long call_next() waits; CALL_TIMEOUT_S at first. */
void call_set_timeout(struct call *, unsigned s);

bool call_send(struct call *, enum ipc_type, const void *body, struct err *);
bool call_send_tail(struct call *, enum ipc_type, const void *body,
    const void *tail, size_t tail_len, struct err *);

/*
 * The next packet, into call->msg.  ERR_TIMED_OUT, or ERR_BROKER_UNAVAILABLE
 * where the broker is silent; what a server that hangs up gives depends on it
 * in the same way.
 */
bool call_next(struct call *, struct err *);

/* Waits until the server has hung up; false with ERR_TIMED_OUT. */
bool call_wait_end(struct call *, struct err *);

/* How a conversation ended. */
struct call_end {
	uint64_t value;
	char text[CALL_TAIL_MAX + 1];	/* without control characters */
};

/* Called with each message before DONE; false ends the conversation. */
typedef bool call_row(struct ipc_message *, void *arg, struct err *);

struct call_ask {
	enum role server;
	enum ipc_type type;
	const void *body;	/* NULL: zeros */
	const void *tail;
	size_t tail_len;
	call_row *on_row;	/* NULL: there are no rows */
	void *arg;
	unsigned timeout_s;	/* 0: CALL_TIMEOUT_S */
};

/*
 * Opens, asks, hears all of it, closes.  false with the server's own error when
 * its DONE carries one; *end, which may be NULL, is then set too.
 */
bool call_ask(int home, const struct call_ask *, struct call_end *end,
    struct err *);

/* What a DONE says: false with *err when it carries an error; *end either way. */
bool call_read_end(const struct ipc_message *, struct call_end *end,
    struct err *);

/* Is there a daemon (or an attached one) on this home? */
bool call_is_running(int home);
