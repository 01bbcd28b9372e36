/* SPDX-License-Identifier: ISC */
/*
 * caller: a process that asks for connections, and the one endpoint to which it
 * may have them.
 *
 * The endpoint comes from the broker, the question from the caller; the caller
 * names nothing (I7: whoever holds a key cannot choose where it leads).  Either
 * may be here first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ipc_messages.h"

struct caller;
struct channel;
struct err;
struct resolver;

#define CALLER_ATTEMPTS_MAX 256	/* under way at a time, for each caller */
#define CALLER_ENDPOINT_WAIT_MS 2000

struct caller *caller_new(struct resolver *, enum role, uint32_t number,
    struct err *);

/* Cancels what is under way.  NULL is allowed. */
void caller_free(struct caller *);

bool caller_is(const struct caller *, enum role, uint32_t number);

/* NULL: no channel yet. */
struct channel *caller_channel(const struct caller *);
/* 'fd' stays the channel's; it is only looked at. */
void caller_set_channel(struct caller *, struct channel *, int fd);

/* Has its process died, although the channel has not said so yet? */
bool caller_is_gone(const struct caller *);

/* Another takes its place: it matches no (role, number) any more. */
void caller_retire(struct caller *);

/* Copies the host, at most 255 bytes; starts what waited for it. */
void caller_set_endpoint(struct caller *, const char *host, uint16_t port);

/*
 * CONNECT: answered on the channel by CONNECTED or NOT_CONNECTED with this
 * serial, after connect_timeout at the latest.
 */
void caller_connect(struct caller *, uint64_t serial);
