/* SPDX-License-Identifier: ISC */
#include "cli/new_token.h"

#include <string.h>
#include <sys/random.h>

#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

#define PREFIX "cfd_"
#define PREFIX_LEN 4

/* Without a table: which line of a cache is read would depend on the token. */
static uint8_t
digit(uint32_t value)
{
	uint32_t is_upper = (value - 26) >> 31;
	uint32_t is_below_52 = (value - 52) >> 31;
	uint32_t is_below_62 = (value - 62) >> 31;
	uint32_t is_62 = (value - 63) >> 31;

	return (uint8_t)(is_upper * ('A' + value) +
	    (is_below_52 - is_upper) * ('a' + value - 26) +
	    (is_below_62 - is_below_52) * ('0' + value - 52) +
	    (is_62 - is_below_62) * '-' + (1 - is_62) * '_');
}

void
new_token_encode(const uint8_t bytes[NEW_TOKEN_BYTES], uint8_t *text)
{
	size_t n_digits = (NEW_TOKEN_BYTES * 8 + 5) / 6;

	for (size_t i = 0; i < n_digits; i++) {
		size_t bit = i * 6, byte = bit / 8;
		uint32_t window = (uint32_t)bytes[byte] << 8 |
		    (byte + 1 < NEW_TOKEN_BYTES ? bytes[byte + 1] : 0);

		text[i] = digit(window >> (10 - bit % 8) & 63);
	}
}

struct secret *
new_token_new(struct err *err)
{
	AUTO_WIPE struct secret *random = secret_new(NEW_TOKEN_BYTES, err);
	struct secret *token;

	if (random == NULL)
		return NULL;
	if (getrandom(secret_bytes(random), NEW_TOKEN_BYTES, 0) !=
	    NEW_TOKEN_BYTES) {
		err_set_os(err, ERR_INTERNAL, "getrandom");
		return NULL;
	}
	token = secret_new(NEW_TOKEN_LEN, err);
	if (token == NULL)
		return NULL;
	memcpy(secret_bytes(token), PREFIX, PREFIX_LEN);
	new_token_encode(secret_peek(random),
	    secret_bytes(token) + PREFIX_LEN);
	return token;
}
