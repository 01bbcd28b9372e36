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

/* Digests are evenly spread: some of their bits will do. */
static size_t
set_of(const uint8_t digest[DIGEST_LEN])
{
	return digest[0] % TOKEN_CACHE_SETS;
}

const char *
token_cache_find(const struct token_cache *cache,
    const uint8_t digest[DIGEST_LEN])
{
	const struct token_entry *set = cache->entries[set_of(digest)];

	for (size_t i = 0; i < TOKEN_CACHE_WAYS; i++)
		if (set[i].agent[0] != '\0' &&
		    secret_bytes_equal(set[i].digest, digest, DIGEST_LEN))
			return set[i].agent;
	return NULL;
}

void
token_cache_add(struct token_cache *cache, const uint8_t digest[DIGEST_LEN],
    const char *agent)
{
	struct token_entry *set = cache->entries[set_of(digest)];
	size_t at = 0;

	if (token_cache_find(cache, digest) != NULL)
		return;
	while (at < TOKEN_CACHE_WAYS && set[at].agent[0] != '\0')
		at++;
	if (at == TOKEN_CACHE_WAYS)
		at = digest[1] % TOKEN_CACHE_WAYS;
	set[at] = (struct token_entry) { .agent = "" };
	memcpy(set[at].digest, digest, DIGEST_LEN);
	strncpy(set[at].agent, agent, sizeof set[at].agent - 1);
}

void
token_cache_reset(struct token_cache *cache)
{
	*cache = (struct token_cache) { .entries = { { { .agent = "" } } } };
}
