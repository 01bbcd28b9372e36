/* SPDX-License-Identifier: ISC */
/* The tokens that agents are given. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/new_token.h"
#include "common/errors.h"
#include "common/secret.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Test(new_token, is_written_in_base64url)
{
	uint8_t bytes[NEW_TOKEN_BYTES];
	char text[44] = "";

	memset(bytes, 0xff, sizeof bytes);
	new_token_encode(bytes, (uint8_t *)text);
	cr_expect_str_eq(text, "__________________________________________8");
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)i;
	new_token_encode(bytes, (uint8_t *)text);
	cr_expect_str_eq(text, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
}

Test(new_token, uses_every_digit)
{
	for (unsigned value = 0; value < 64; value++) {
		uint8_t bytes[NEW_TOKEN_BYTES] = { (uint8_t)(value << 2) };
		char text[44] = "";

		new_token_encode(bytes, (uint8_t *)text);
		cr_expect_eq(text[0], digits[value], "%u", value);
	}
}

Test(new_token, has_its_prefix_and_is_new_each_time)
{
	struct err err;
	struct secret *a = new_token_new(&err), *b = new_token_new(&err);

	cr_assert(a != NULL && b != NULL);
	cr_expect_eq(secret_len(a), NEW_TOKEN_LEN);
	cr_expect_eq(memcmp(secret_peek(a), "cfd_", 4), 0);
	cr_expect_neq(memcmp(secret_peek(a), secret_peek(b), NEW_TOKEN_LEN), 0);
	for (size_t i = 4; i < NEW_TOKEN_LEN; i++)
		cr_expect(strchr(digits, secret_peek(a)[i]) != NULL);
	secret_free(a);
	secret_free(b);
}
