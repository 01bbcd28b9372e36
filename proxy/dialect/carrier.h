/* SPDX-License-Identifier: ISC */
/*
 * carrier: what a provider sealed, on its way through a client that is not its
 * own.
 *
 * A thinking block's signature, a redacted block's data and a reasoning item's
 * encrypted content are opaque and good only for who issued them.  When one is
 * handed to a client of another dialect it stands in that dialect's member as a
 * carrier: a tagged, versioned text that names issuer, model family and item
 * id, under an HMAC-SHA-256.  On its way back it is opened for the same issuer
 * and family alone; everybody else's is dropped, never guessed at.  Reasoning
 * that nobody sealed has one, too: who takes sealed reasoning alone would refuse
 * it, and it could not be told from the client's own words.
 *
 *	"cfd1." base64url(fields) "." base64url(mac)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CARRIER_TAG "cfd1."
#define CARRIER_NAME_MAX 255	/* bytes of issuer, family and item id */

enum carrier_kind {
	CARRIER_NONE,
	CARRIER_SIGNATURE,	/* of a Messages thinking block */
	CARRIER_REDACTED,	/* data of a redacted_thinking block */
	CARRIER_ENCRYPTED,	/* encrypted_content of a Responses item */
	CARRIER_DETAILS,	/* reasoning_details of a Chat host, JSON text */
	CARRIER_PLAIN,		/* nothing sealed: only who thought it */
	CARRIER_KINDS
};

/* Texts are counted, not terminated; longer names than allowed are cut. */
struct carrier_text {
	const char *at;
	size_t len;
};

struct carrier {
	enum carrier_kind kind;
	struct carrier_text issuer, family, item_id;
	struct carrier_text sealed;	/* as the issuer gave it */
};

struct carrier_key {
	const uint8_t *bytes;
	size_t len;
};

/* A NUL-terminated text to free(); NULL when there is no memory. */
char *carrier_wrap(const struct carrier_key *, const struct carrier *);

/* Begins with the tag: not a proof, but no provider's own text does. */
bool carrier_looks_like_one(const char *text, size_t len);

/*
 * Opens one of ours.  The carrier's texts stand in *room, to be freed by the
 * caller (free(), NULL when false).  false when it is not ours or was changed.
 */
bool carrier_unwrap(const struct carrier_key *, struct carrier_text wrapped,
    struct carrier *, char **room);
