/* SPDX-License-Identifier: ISC */
/*
 * model_splice: the body of a passed-through request, as pieces of the original
 * and the few bytes that are put between them.
 *
 * Nothing is serialised again: numbers, order of members and thinking blocks
 * stay as they were.  It is edited in three places only (design.md 12): the
 * value of "model"; "stream_options.include_usage" of a Chat stream, without
 * which nobody could count its tokens; and members that say who the client's
 * user is, which are nobody's business but the client's own vendor's.
 *
 * That goes for count_tokens, too: members that a vendor takes in a request but
 * not there are refused by it in words that its clients know.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "common/ipc_bodies.h"
#include "proxy/json_members.h"

struct err;

#define SPLICE_MODEL_MAX 256	/* bytes, with the NUL */
#define SPLICE_EDITS_MAX 8
#define SPLICE_PIECES_MAX (2 * SPLICE_EDITS_MAX + 1)

enum splice_identity { IDENTITY_KEPT, IDENTITY_DROPPED };

struct splice_wish {
	const char *text;	/* the body; outlives the pieces */
	size_t len;
	enum dialect dialect;
	const char *model;	/* the target's; NULL: the client's stays */
	enum splice_identity identity;
};

/* Points into itself and into the body: do not copy it. */
struct spliced {
	struct iovec pieces[SPLICE_PIECES_MAX];
	int n_pieces;
	size_t len;		/* of all pieces */
	bool is_stream;
	bool adds_usage;	/* the client did not ask for the usage chunk */
	char model[SPLICE_MODEL_MAX];	/* as sent; "" when there is none */
	char inserted[3 * SPLICE_MODEL_MAX];	/* a member or a value */
};

/* ERR_INVALID_REQUEST names the byte or the member. */
bool model_splice(const struct splice_wish *, struct spliced *, struct err *);
