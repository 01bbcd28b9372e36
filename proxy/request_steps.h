/* SPDX-License-Identifier: ISC */
/*
 * request_steps: what happens to a request before its answer, in order.
 *
 *	authenticate	whose token is it?		broker: WHO
 *	admit		not too many of this agent
 *	route		which provider, which model
 *	prepare		the body with the target's model
 *	ask_grant	may it?				broker: GRANT_REQUEST
 *	send		to the egress of the ticket	egress: REQUEST
 *
 * Each goes on to the next one by itself; any may end the request.
 */
#pragma once

#include "proxy/broker_link.h"

struct request;

void request_step_authenticate(struct request *);

/* Makes the body for the target whose turn it is, and goes on. */
void request_step_prepare(struct request *);

/* Asks for the grant of the next attempt. */
void request_step_ask_grant(struct request *);

/* The ticket's egress may be there now. */
void request_step_send(struct request *);

/* The broker's word; in struct asking. */
asking_answered request_step_answered;

/* No head of an answer has come in time. */
void request_step_overdue(struct request *);
