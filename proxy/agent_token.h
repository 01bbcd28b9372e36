/* SPDX-License-Identifier: ISC */
/*
 * agent_token: who a token belongs to, as far as the broker has told.
 *
 * Tokens are looked at once, as SHA-256, and kept by nobody here.  The cache
 * holds hits only; it is a shortcut, not a permission: what counts is the
 * broker's own check in each grant (design.md 12).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/crypto/digest.h"
#include "common/ipc.h"

#define AGENT_TOKENS_MAX 2	/* x-api-key and Authorization */
#define TOKEN_CACHE_SETS 64
#define TOKEN_CACHE_WAYS 4	/* entries in a set */

/* The digests of the tokens that a request brought; at least one. */
struct agent_tokens {
	uint8_t digests[AGENT_TOKENS_MAX][DIGEST_LEN];
	size_t n;
};

/*
 * From the values of the two headers, NULL when absent; an empty one counts as
 * absent.  With neither the digest of nothing is asked about, so that a locked
 * vault is told before a missing token.
 */
void agent_tokens_read(struct agent_tokens *, const char *api_key,
    const char *authorization);

struct token_cache {
	struct token_entry {
		uint8_t digest[DIGEST_LEN];
		char agent[IPC_NAME_TEXT];	/* "": unused */
	} entries[TOKEN_CACHE_SETS][TOKEN_CACHE_WAYS];
};

/* The agent, or NULL; valid until the cache changes. */
const char *token_cache_find(const struct token_cache *,
    const uint8_t digest[DIGEST_LEN]);
void token_cache_add(struct token_cache *, const uint8_t digest[DIGEST_LEN],
    const char *agent);
void token_cache_reset(struct token_cache *);
