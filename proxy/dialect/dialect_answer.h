/* SPDX-License-Identifier: ISC */
/*
 * dialect_answer: an upstream's answer on its way into the client's dialect.
 *
 * Bytes in, bytes out: events or a plain body of one dialect are read into
 * neutral events (neutral_event.h), and these are written as events, or folded
 * into one plain body, of another.  Pure: no descriptors, no clock, no log.
 *
 * The upstream is hostile: nothing that it sends makes more of an answer than
 * one that follows the client's dialect (stream_checker.h looks at every byte
 * that goes out) and ends exactly once, with an end that the upstream really
 * gave, or with an error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"
#include "proxy/dialect/dialect_output.h"
#include "proxy/dialect/neutral_event.h"

struct err;
struct losses;
struct tool_names;
struct carrier_key;
struct upstream_error;
struct dialect_answer;

enum answer_form { ANSWER_PLAIN, ANSWER_EVENTS };

#define ANSWER_SEED_LEN 16	/* bytes */
#define ANSWER_EVENT_MAX (16u << 20)	/* bytes of an event, by default */
#define ANSWER_MAX (64u << 20)	/* bytes that are held, by default */

struct dialect_answer_options {
	enum dialect from, to;	/* the upstream's, the client's */
	enum answer_form from_form;	/* as declared; the bytes decide */
	enum answer_form to_form;
	const char *model;	/* as the client asked */
	bool wants_usage;	/* Chat's stream_options.include_usage */
	const struct tool_names *names;	/* borrowed; NULL: as they are */
	const char *const *stops;	/* borrowed; texts to be cut at */
	size_t n_stops;
	const struct carrier_key *key;	/* borrowed; NULL: no seals */
	const char *issuer;	/* of seals: the provider's id */
	const char *family;	/* and model_family() of the model asked */
	const char *request_id;	/* for bodies with an error; may be NULL */
	int64_t created_s;	/* UTC; for the dialects that tell it */
	uint8_t seed[ANSWER_SEED_LEN];	/* ids are made from it */
	size_t event_max;	/* bytes of one event; 0: ANSWER_EVENT_MAX */
	size_t held_max;	/* bytes held at any time; 0: ANSWER_MAX */
};

/* Texts are copied.  NULL with ERR_OVERLOADED when there is no memory. */
struct dialect_answer *dialect_answer_new(const struct dialect_answer_options *,
    struct err *);
void dialect_answer_free(struct dialect_answer *);

/*
 * Appends to 'out' what these bytes of the upstream's body come to, maybe
 * nothing.  false when the answer has ended with a failure: then 'out' holds,
 * behind what had to come before it,
 *	the dialect's error event, when dialect_answer_has_begun(), or else
 *	a body with the error, for an answer with dialect_answer_status().
 * After an end, of whichever kind, everything is ignored and true.
 */
bool dialect_answer_feed(struct dialect_answer *, const void *bytes,
    size_t len, struct dialect_output *out, struct err *);

/*
 * The upstream's body has ended; 'cut' says why when that was not its own end,
 * and is NULL when it was.  As dialect_answer_feed() otherwise.
 */
bool dialect_answer_end(struct dialect_answer *, const struct err *cut,
    struct dialect_output *out, struct err *);

/*
 * A sign of life in the client's dialect, to be sent while nothing else comes.
 * Nothing for a plain answer, and none after the end.
 */
void dialect_answer_keep_alive(struct dialect_answer *,
    struct dialect_output *out);

/* Bytes of an answer have gone out: no other provider can take over. */
bool dialect_answer_has_begun(const struct dialect_answer *);

/* The end (or the error) has gone out; the rest of the upstream may go. */
bool dialect_answer_is_over(const struct dialect_answer *);

/* All is there but for the usage: end it if that does not come in 2 s. */
bool dialect_answer_is_finishing(const struct dialect_answer *);

/* Grows with events and bytes that bring the answer on: event_type.h. */
uint64_t dialect_answer_content(const struct dialect_answer *);

/* What the upstream has counted so far. */
void dialect_answer_usage(const struct dialect_answer *,
    struct neutral_usage *);

/* What has no twin in the client's dialect and was left out; NULL: nothing. */
const struct losses *dialect_answer_losses(const struct dialect_answer *);

/* Of the error that ended it; NULL when none did. */
const struct upstream_error *dialect_answer_error(
    const struct dialect_answer *);
/* The HTTP status for the client: 200 unless it ended before it began. */
int dialect_answer_status(const struct dialect_answer *);

/* The model that answers, in the upstream's words; "" when it is not known. */
const char *dialect_answer_model(const struct dialect_answer *);

/* The upstream's id of the answer, for the audit; "" when there is none. */
const char *dialect_answer_upstream_id(const struct dialect_answer *);

/* The guard has ended it: a fault of ours, to be counted and logged. */
bool dialect_answer_was_guarded(const struct dialect_answer *);
