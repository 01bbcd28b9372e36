/* SPDX-License-Identifier: ISC */
/*
 * central_check: may the caller still see this model of the central server?
 *
 *	HEAD {base}/api/v1/llms/{name}	with the caller's credential
 *	2xx: allowed		401, 403: forbidden	else: unreachable
 *
 * A grant, a ticket and a record of its own, through the central server's
 * egress, within a time of its own.  Fails closed: what cannot be asked is
 * unreachable.  Its outcome counts for the one request that asked; it is
 * remembered to be shown, never to decide.  source: behaviour.md I.4.
 */
#pragma once

#include <stdint.h>

#include "proxy/routes.h"

struct central_check;
struct provider;
struct proxy;

enum central_outcome { CENTRAL_UNREACHABLE, CENTRAL_ALLOWED,
	CENTRAL_FORBIDDEN };

/* "allowed"; static storage. */
const char *central_outcome_name(enum central_outcome);

/* What an answer with this status means. */
enum central_outcome central_outcome_of(int status);

struct central_question {
	struct proxy *proxy;
	const struct provider *central;	/* outlives the check */
	const uint8_t *token;	/* digest of the agent's; copied */
	uint64_t request;	/* whose check it is */
	uint32_t uid;		/* of the agent's user */
	const char *model;	/* its name there */
	/* Called once, from the event loop; it may free the check. */
	void (*checked)(void *arg, enum central_outcome);
	void *arg;
};

/* NULL: it cannot even be asked, so it is unreachable. */
struct central_check *central_check_start(const struct central_question *);
/* Whatever it has done so far is given up. */
void central_check_free(struct central_check *);

/* The channel to this egress is there. */
void central_check_unpark(struct central_check *, uint32_t egress);

/* The last outcomes, to be shown. */
#define CENTRAL_MEMORY_LEN 128	/* names */
struct central_memory {
	struct central_known {
		char model[MODEL_MAX];
		int64_t at_ms;	/* UTC */
		enum central_outcome outcome;
	} known[CENTRAL_MEMORY_LEN];
	size_t n;
};

/* NULL: it was not asked since this process began. */
const struct central_known *central_memory_find(const struct central_memory *,
    const char *model);
