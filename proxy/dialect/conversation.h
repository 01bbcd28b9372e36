/* SPDX-License-Identifier: ISC */
/*
 * conversation: the messages of a request, in an order that every dialect takes.
 *
 * Afterwards:
 *	no text is empty, no message has no parts;
 *	reasoning is there only if the target itself may have it back;
 *	of a turn of the assistant's, thoughts and texts come before calls, but
 *	towards Responses, whose items keep their order;
 *	behind a turn with calls stands a user's turn, and it begins with exactly
 *	one result for each of them, in their order;
 *	ids of calls are unique, and legal at the target;
 *	towards Messages, turns alternate (a system message may stand between),
 *	the user begins, and system messages stand only where the model takes
 *	them;
 *	towards Chat, results hold texts alone.
 * What had to be changed is reported.
 */
#pragma once

#include <stdbool.h>

struct reading;

/* false when nothing is left to answer, or the assistant's words come last. */
bool conversation_order(struct reading *);

/* The steps that stand in files of their own, for conversation.c. */
void conversation_settle_thoughts(struct reading *);
void conversation_pair_calls(struct reading *);
void conversation_fit_results(struct reading *);
