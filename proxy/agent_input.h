/* SPDX-License-Identifier: ISC */
/*
 * agent_input: what an agent sends, before evhttp sees it.
 *
 *	HEAD --guard says yes--> BODY --evhttp has it--> BUSY --answered--> HEAD
 *	  `--------- guard says no ---------> REFUSED --> closed
 *
 * A hook on the bufferevent's input.  In HEAD it holds the bytes back until a
 * head is whole and the guard has accepted it; in BODY it only counts, for
 * evhttp knows where the body ends; in BUSY nobody reads, and what came is
 * looked at when the answer is out.  A refusal is written at once, in the
 * caller's dialect, and the connection closed after it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"
#include "proxy/body_chunks.h"
#include "proxy/refusal.h"

struct body_budget;
struct err;
struct evbuffer;
struct evhttp_request;
struct settings;

#define HEAD_TIMEOUT_MS 30000	/* from a head's first byte to its last */
#define BODY_TIMEOUT_MS 30000	/* without a byte of the body */
#define IDLE_TIMEOUT_MS 120000	/* between requests */
#define LINGER_TIMEOUT_MS 10000	/* for a client that does not stop sending */

/* What all connections share; it may change while they are open. */
struct agent_input_rules {
	const struct settings *settings;
	struct body_budget *budget;
	/* Called for each refusal. */
	void (*refused)(const struct err *, void *self);
	void *self;
};

enum input_phase { INPUT_HEAD, INPUT_BODY, INPUT_BUSY, INPUT_REFUSED };

struct agent_input {
	const struct agent_input_rules *rules;
	struct bufferevent *bev;
	struct evbuffer *held;	/* the beginning of a head, or NULL */
	enum input_phase phase;
	enum dialect dialect;	/* of an error */
	size_t n_scanned, line_len;	/* of the head */
	uint64_t body_left;	/* declared bytes that have not come */
	uint64_t charged;	/* bytes of the budget */
	struct body_chunks chunks;
	struct refusal refusal;
	int64_t since_ms;	/* of the phase, or of its last progress */
	uint32_t uid;		/* whose it is; IPC_UID_UNKNOWN: not known */
	uint16_t port;
	bool is_chunked, is_working, was_full;
};

/* Hooks into the bufferevent, which outlives the hook. */
void agent_input_open(struct agent_input *, struct bufferevent *,
    const struct agent_input_rules *);
void agent_input_close(struct agent_input *);

/* evhttp has the whole request: nothing more is read until it is answered. */
void agent_input_begin(struct agent_input *);

/* The body is needed no more. */
void agent_input_release_body(struct agent_input *, struct evhttp_request *);

/*
 * The answer is out.  true when there are bytes already: then call
 * agent_input_resume() from the event loop, when evhttp is ready for them.
 */
bool agent_input_end(struct agent_input *);
void agent_input_resume(struct agent_input *);

bool agent_input_is_overdue(const struct agent_input *, int64_t now_ms);

/* Closes the connection, which is gone when it returns. */
void agent_input_shut(struct agent_input *);
