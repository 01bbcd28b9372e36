/* SPDX-License-Identifier: ISC */
/*
 * broker_link: what the proxy asks the broker, and whom the answer is for.
 *
 * One struct asking is embedded in whoever asks, and has one question open at a
 * time.  The link sets no deadlines: whoever asks has its own, which also cover
 * a broker that has been stopped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/ipc.h"
#include "common/process/channel.h"

struct broker_link;

/* What the broker said.  err.code is ERR_NONE when it was yes. */
struct broker_word {
	struct err err;
	char agent[IPC_NAME_TEXT];	/* to WHO */
	struct ipc_granted granted;	/* to GRANT_REQUEST */
};

struct asking;

/* Called once for a question, never before the asking function returns. */
typedef void asking_answered(struct asking *, const struct broker_word *);

/* Starts zeroed, but for 'answered'. */
struct asking {
	LIST_ENTRY(asking) next;
	asking_answered *answered;
	uint64_t id;
	enum { ASKED_NOTHING, ASKED_WHO, ASKED_GRANT } what;
};

/* NULL when out of memory. */
struct broker_link *broker_link_new(void);
void broker_link_free(struct broker_link *);

/*
 * The channel to the broker, borrowed; NULL when it has gone: everything that
 * is open is then answered with ERR_BROKER_UNAVAILABLE.
 */
void broker_link_set(struct broker_link *, struct channel *);
struct channel *broker_link_channel(const struct broker_link *);

/* ERR_BROKER_UNAVAILABLE when there is no broker to ask. */
bool broker_link_ask_who(struct broker_link *, struct asking *,
    const uint8_t token[32], struct err *);

/* 'ask->request' is the id under which the answer comes. */
bool broker_link_ask_grant(struct broker_link *, struct asking *,
    const struct ipc_grant_request *ask, const char *path, struct err *);

/* No answer is wanted any more. */
void broker_link_forget(struct asking *);

/* The messages of the broker; to be called from their handlers. */
void broker_link_who_is(struct broker_link *, const struct ipc_message *);
/* false: nobody waits for it any more (returned_grants.h). */
bool broker_link_granted(struct broker_link *, const struct ipc_message *);
void broker_link_denied(struct broker_link *, const struct ipc_message *);
