/* SPDX-License-Identifier: ISC */
/* What one provider sealed is given back to that one alone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/returned_carriers.h"

static const uint8_t bytes[32] = { 1, 2, 3 };
static const struct carrier_key key = { bytes, sizeof bytes };

static void
setup(void)
{
	struct err err;

	cr_assert(digest_open(&err));
}

TestSuite(returned_carriers, .init = setup);

static struct carrier_text
text_of(const char *text)
{
	return (struct carrier_text) { text, strlen(text) };
}

static char *
wrapped(enum carrier_kind kind, const char *issuer)
{
	return carrier_wrap(&key, &(struct carrier) { .kind = kind,
	    .issuer = text_of(issuer), .family = text_of("claude"),
	    .item_id = text_of(kind == CARRIER_ENCRYPTED ? "rs_1" : ""),
	    .sealed = text_of("SEALED") });
}

/* The body with the carrier put in for %s, opened for the provider "ours". */
static char *
opened(const char *form, enum carrier_kind kind, const char *issuer)
{
	struct returned_carriers r = { .dialect = DIALECT_ANTHROPIC,
	    .key = &key, .issuer = "ours", .model = "claude-x" };
	char body[4096];
	struct err err;
	size_t len;

	snprintf(body, sizeof body, form, wrapped(kind, issuer));
	cr_assert(returned_carriers_maybe(body, strlen(body)));
	return returned_carriers_open(&r, body, strlen(body), &len, &err);
}

/* A route to "*" leaves the model to the client. */
Test(returned_carriers, are_of_the_model_that_the_body_asks_for)
{
	static const char *const models[] = { "claude-x", "gpt-5.5" };

	for (size_t i = 0; i < 2; i++) {
		struct returned_carriers r = { .dialect = DIALECT_ANTHROPIC,
		    .key = &key, .issuer = "ours" };
		char body[4096], *clean;
		struct err err;
		size_t len;

		snprintf(body, sizeof body, "{\"model\":\"%s\",\"messages\":"
		    "[{\"content\":[{\"type\":\"thinking\",\"signature\":"
		    "\"%s\"}]}]}", models[i], wrapped(CARRIER_SIGNATURE,
		    "ours"));
		clean = returned_carriers_open(&r, body, strlen(body), &len,
		    &err);
		cr_expect_eq(strstr(clean, "SEALED") != NULL, i == 0, "%s",
		    clean);
		free(clean);
	}
}

#define THINKING \
    "{\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":" \
    "\"thinking\",\"thinking\":\"hm\",\"signature\":\"%s\"}," \
    "{\"type\":\"text\",\"text\":\"hi\"}]}]}"

Test(returned_carriers, are_opened_for_who_sealed_them)
{
	char *body = opened(THINKING, CARRIER_SIGNATURE, "ours");

	cr_expect_not_null(strstr(body, "\"signature\":\"SEALED\""), "%s", body);
	cr_expect_null(strstr(body, CARRIER_TAG));
}

Test(returned_carriers, go_with_their_block_for_everybody_else)
{
	char *body = opened(THINKING, CARRIER_SIGNATURE, "theirs");

	cr_expect_null(strstr(body, "thinking"), "%s", body);
	cr_expect_not_null(strstr(body, "\"text\":\"hi\""));
	body = opened(THINKING, CARRIER_ENCRYPTED, "ours");
	cr_expect_null(strstr(body, "thinking"), "of another kind");
	body = opened(THINKING, CARRIER_PLAIN, "ours");
	cr_expect_null(strstr(body, "thinking"), "sealed by nobody");
}

Test(returned_carriers, take_a_turn_with_them_that_was_nothing_else)
{
	char *body = opened("{\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":"
	    "\"redacted_thinking\",\"data\":\"%s\"}]}]}", CARRIER_REDACTED,
	    "theirs");

	cr_expect_str_eq(body,
	    "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}");
}

Test(returned_carriers, give_a_reasoning_item_its_own_id_back)
{
	char *body = opened("{\"input\":[{\"type\":\"reasoning\",\"id\":\"x\","
	    "\"summary\":[],\"encrypted_content\":\"%s\"},"
	    "{\"role\":\"user\",\"content\":\"q\"}]}", CARRIER_ENCRYPTED,
	    "ours");

	cr_expect_not_null(strstr(body, "\"encrypted_content\":\"SEALED\""));
	cr_expect_not_null(strstr(body, "\"id\":\"rs_1\""), "%s", body);
}

Test(returned_carriers, are_looked_for_where_they_can_be_alone)
{
	static const char body[] = "{\"messages\":[{\"content\":\"cfd1 x\"}]}";

	cr_expect_not(returned_carriers_maybe(body, sizeof body - 1));
}
