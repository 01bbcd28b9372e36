/* SPDX-License-Identifier: ISC */
/*
 * attempts: which target has its turn at a request, and what follows when it
 * fails.
 *
 *	PRIMARY ---failed before content---> (central check) ---> SUBSTITUTE
 *	   ^  '--- fails, and nobody stands in: its error          |
 *	   |                                     failed, too:      |
 *	   '----- its answer or error, as it was <-----------------'
 *
 * At most two targets, at most one change.  The second one is the policy's
 * failoverTo, or of a central server's model its local substitute; a central
 * server is asked first whether the caller may still see the model
 * (central_check.h), whichever it is.  With its circuit open the primary is
 * passed over, but tried if the substitute fails; a central server never is.
 *
 * Each attempt is a grant, a ticket and a begin record of its own (I4), made
 * from the client's own body, which is kept until content goes out.
 */
#pragma once

#include <stdbool.h>

#include "proxy/routes.h"
#include "proxy/run_record.h"

struct attempts_first;
struct central_check;
struct err;
struct kept_answer;
struct request;

#define ATTEMPTS_NOTE_MAX 512	/* bytes, with the NUL */

struct attempts {
	const struct model_ref *primary;
	const struct model_ref *substitute;	/* NULL: none, or none left */
	struct model_ref stand_in;	/* for a central model */
	const char *path_rest;	/* as the client asked */
	struct attempts_first *first;	/* what the primary came to */
	struct central_check *check;
	bool is_substituted;	/* the substitute has its turn */
	bool is_probe;		/* this turn decides about the circuit */
	bool is_settled;	/* nothing is tried any more */
	char note[ATTEMPTS_NOTE_MAX];	/* for the run record; "": none */
	struct run_spent spent;	/* by the one that failed */
};

/* The target is known: sets the turns, and whose is the first one. */
void attempts_plan(struct request *);

/* The primary's body is known, and with it the model's name. */
void attempts_find_stand_in(struct request *);

/*
 * Is an answer with this status to be held back until it is known whether it is
 * one?
 */
bool attempts_want_hold(const struct request *, int status);

/* Is a held answer with this status a failure, whatever its body? */
bool attempts_is_failure(const struct request *, int status);

/* The answer that was held back is good, or is passed on all the same. */
void attempts_pass(struct request *, int status, const char *lines,
    size_t lines_len);

/*
 * It is a failure: takes it over, and gives the turn to another target or
 * sends the first answer.  The request may have ended when this returns.
 */
void attempts_fail(struct request *, struct kept_answer *);

/*
 * The same for an error instead of an answer; false when it is the client's to
 * see, and nothing was done.
 */
bool attempts_recover(struct request *, const struct err *);

/* The end of the request, for whatever reason. */
void attempts_close(struct request *);
