/* SPDX-License-Identifier: ISC */
#include "proxy/agent_token.h"

#include <string.h>
#include <strings.h>

#include "common/secret.h"

static void
add_token(struct agent_tokens *tokens, const char *text)
{
	size_t len = strlen(text);

	if (len > 0)
		digest_sha256(text, len, tokens->digests[tokens->n++]);
}

void
agent_tokens_read(struct agent_tokens *tokens, const char *api_key,
    const char *authorization)
{
	*tokens = (struct agent_tokens) { .n = 0 };
	if (api_key != NULL)
		add_token(tokens, api_key);
	if (authorization != NULL &&
	    strncasecmp(authorization, "Bearer ", 7) == 0) {
		authorization += 7;
		while (*authorization == ' ')
			authorization++;
		add_token(tokens, authorization);
	}
	if (tokens->n == 0)
		digest_sha256("", 0, tokens->digests[tokens->n++]);
}

/* Digests are evenly spread: one of their bytes will do. */
static size_t
slot_of(const uint8_t digest[DIGEST_LEN])
{
	return digest[0] % TOKEN_CACHE_LEN;
}

const char *
token_cache_find(const struct token_cache *cache,
    const uint8_t digest[DIGEST_LEN])
{
	const struct token_entry *e = &cache->entries[slot_of(digest)];

	return e->agent[0] != '\0' &&
	    secret_bytes_equal(e->digest, digest, DIGEST_LEN) ? e->agent : NULL;
}

void
token_cache_add(struct token_cache *cache, const uint8_t digest[DIGEST_LEN],
    const char *agent)
{
	struct token_entry *e = &cache->entries[slot_of(digest)];

	*e = (struct token_entry) { .agent = "" };
	memcpy(e->digest, digest, DIGEST_LEN);
	strncpy(e->agent, agent, sizeof e->agent - 1);
}

void
token_cache_reset(struct token_cache *cache)
{
	*cache = (struct token_cache) { .entries = { { .agent = "" } } };
}
