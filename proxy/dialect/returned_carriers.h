/* SPDX-License-Identifier: ISC */
/*
 * returned_carriers: carriers (carrier.h) in a request that is not translated.
 *
 * A conversation that has been with another provider brings back what that one
 * had sealed, wrapped by us.  Where client and provider speak one dialect the
 * body passes as it is, and the provider would refuse what it did not seal: what
 * is its own is opened, what is another's is left out with its block.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

struct carrier_key;
struct err;

struct returned_carriers {
	enum dialect dialect;
	const struct carrier_key *key;
	const char *issuer;	/* the provider's id */
	const char *model;	/* that is asked; NULL: the body says which */
};

/* Might there be one?  Cheap, and never a false no. */
bool returned_carriers_maybe(const char *body, size_t len);

/*
 * The body without carriers, malloc'ed with a NUL; its length in *out_len.  NULL
 * with ERR_INVALID_REQUEST when it is no JSON.
 */
char *returned_carriers_open(const struct returned_carriers *,
    const char *body, size_t len, size_t *out_len, struct err *);
