/* SPDX-License-Identifier: ISC */
/* Whose request it is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/agent_token.h"

static void
open_digest(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

TestSuite(agent_token, .init = open_digest);

static bool
is_of(const struct agent_tokens *t, size_t i, const char *token)
{
	uint8_t digest[DIGEST_LEN];

	digest_sha256(token, strlen(token), digest);
	return i < t->n && memcmp(t->digests[i], digest, DIGEST_LEN) == 0;
}

Test(agent_token, is_taken_from_either_header_and_an_empty_one_is_absent)
{
	struct agent_tokens t;

	agent_tokens_read(&t, "key", NULL);
	cr_expect(t.n == 1 && is_of(&t, 0, "key"));
	agent_tokens_read(&t, NULL, "Bearer tok");
	cr_expect(t.n == 1 && is_of(&t, 0, "tok"));
	agent_tokens_read(&t, NULL, "bearer   tok");
	cr_expect(t.n == 1 && is_of(&t, 0, "tok"));
	agent_tokens_read(&t, "", "Bearer tok");
	cr_expect(t.n == 1 && is_of(&t, 0, "tok"));
	agent_tokens_read(&t, "key", "Bearer ");
	cr_expect(t.n == 1 && is_of(&t, 0, "key"));
	agent_tokens_read(&t, "key", "Bearer tok");
	cr_expect(t.n == 2 && is_of(&t, 0, "key") && is_of(&t, 1, "tok"));
}

Test(agent_token, asks_about_nothing_when_there_is_none)
{
	static const char *const none[] = { NULL, "", "Basic abc", "Bearer" };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		struct agent_tokens t;

		agent_tokens_read(&t, NULL, none[i]);
		cr_expect(t.n == 1 && is_of(&t, 0, ""), "%zu", i);
	}
}

Test(agent_token, is_remembered_until_the_cache_is_emptied)
{
	static struct token_cache cache;
	uint8_t a[DIGEST_LEN], b[DIGEST_LEN];

	digest_sha256("a", 1, a);
	digest_sha256("b", 1, b);
	cr_expect_null(token_cache_find(&cache, a));
	token_cache_add(&cache, a, "agent-a");
	cr_expect_str_eq(token_cache_find(&cache, a), "agent-a");
	cr_expect_null(token_cache_find(&cache, b));
	token_cache_reset(&cache);
	cr_expect_null(token_cache_find(&cache, a));
}

Test(agent_token, is_never_mistaken_for_another_when_the_cache_is_full)
{
	static struct token_cache cache;

	for (int i = 0; i < 2000; i++) {
		char name[32];
		uint8_t d[DIGEST_LEN];

		snprintf(name, sizeof name, "agent-%d", i);
		digest_sha256(name, strlen(name), d);
		token_cache_add(&cache, d, name);
		cr_expect_str_eq(token_cache_find(&cache, d), name);
	}
	for (int i = 0; i < 2000; i++) {
		char name[32];
		const char *found;
		uint8_t d[DIGEST_LEN];

		snprintf(name, sizeof name, "agent-%d", i);
		digest_sha256(name, strlen(name), d);
		found = token_cache_find(&cache, d);
		cr_expect(found == NULL || strcmp(found, name) == 0);
	}
}
