/* SPDX-License-Identifier: ISC */
/*
 * The vault file at the broker.  The checksum is always mended, or nothing else
 * would be reached.  With an odd first byte the rest stands in the place of the
 * entries of a vault whose MAC is right: what somebody could write who has the
 * master key and wants the broker itself.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "broker/seal.h"
#include "broker/vault.h"
#include "broker/vault_image.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "tests/fuzz/fuzz.h"

#define SUMS_LEN (2 * DIGEST_LEN)
#define COUNTS_LEN 8		/* of no credentials, of no agents */

/* An empty vault, up to where its entries would stand. */
static struct vault empty;
static uint8_t *start;
static size_t start_len;

static void
make_empty(void)
{
	struct vault_wrapping wrapping;
	struct err err = { 0 };

	assert(digest_open(&err) && seal_start(&err));
	vault_init(&empty);
	assert(vault_new_wrapping(&wrapping, WRAP_KEY_FILE, &err));
	assert(vault_create(&empty, &err));
	/* The same each time: so what is sealed in a corpus stays good. */
	memset(secret_bytes(empty.master), 7, secret_len(empty.master));
	assert(vault_wrap(&empty, &wrapping, empty.master, &err));
	assert(vault_encode(&empty, &start, &start_len, &err));
	start_len -= SUMS_LEN + COUNTS_LEN;
}

static void
mend(uint8_t *image, size_t len)
{
	AUTO_WIPE struct secret *key = seal_derive(empty.master, "image 1", "",
	    0, &(struct err) { 0 });
	struct digest_piece all = { image, len - SUMS_LEN };

	assert(key != NULL);
	digest_hmac(secret_peek(key), secret_len(key), &all, 1,
	    image + len - SUMS_LEN);
}

static void
check(const struct vault *v)
{
	const struct credential *c;
	const struct agent *a;
	size_t n = 0;

	LIST_FOREACH(c, &v->credentials, next)
		assert(c->scheme < AUTH_SCHEMES && ++n > 0);
	assert(n == v->n_credentials && n <= VAULT_CREDENTIALS_MAX);
	LIST_FOREACH(a, &v->agents, next)
		n++;
	assert(n == v->n_credentials + v->n_agents);
	assert(v->n_agents <= VAULT_AGENTS_MAX);
}

static void
open_image(uint8_t *image, size_t len)
{
	struct err err = { 0 };
	struct vault v;

	digest_sha256(image, len - DIGEST_LEN, image + len - DIGEST_LEN);
	vault_init(&v);
	if (vault_load(&v, image, len, &err)) {
		if (!vault_unlock(&v, empty.master, &err))
			assert(err.code != ERR_NONE && vault_is_locked(&v));
		check(&v);
	} else
		assert(err.code == ERR_VAULT_DAMAGED && v.image == NULL);
	vault_reset(&v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	bool is_whole = len > 0 && (bytes[0] & 1) == 0;
	size_t prefix;
	uint8_t *image;

	if (start == NULL)
		make_empty();
	prefix = is_whole ? 0 : start_len;
	if (len < 1 || (is_whole && len - 1 < SUMS_LEN))
		return 0;
	image = malloc(prefix + len - 1 + SUMS_LEN);
	assert(image != NULL);
	memcpy(image, start, prefix);
	memcpy(image + prefix, bytes + 1, len - 1);
	if (is_whole) {
		open_image(image, len - 1);
		return 0;
	}
	mend(image, prefix + len - 1 + SUMS_LEN);
	open_image(image, prefix + len - 1 + SUMS_LEN);
	return 0;
}
