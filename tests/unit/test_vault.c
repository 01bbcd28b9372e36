/* SPDX-License-Identifier: ISC */
/* The vault file: opened with the right key, whole, or not at all. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "broker/seal.h"
#include "broker/vault.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"

static struct secret *
secret_of(const char *text)
{
	struct err err;
	struct secret *s = secret_new(strlen(text), &err);

	memcpy(secret_bytes(s), text, strlen(text));
	return s;
}

static struct secret *
kek_of(const char *text)
{
	struct err err;
	struct secret *s = secret_new(SEAL_KEY_LEN, &err);

	memcpy(secret_bytes(s), text, strlen(text));
	return s;
}

static struct credential
credential(const char *provider, const char *agent, const char *pin)
{
	struct credential c = { .scheme = AUTH_BEARER,
	    .uid = IPC_UID_UNKNOWN, .created_s = 5 };

	strcpy(c.provider, provider);
	strcpy(c.agent, agent);
	strcpy(c.pin, pin);
	return c;
}

/* A vault with two keys and an agent, as an image under the key "kek". */
static void
make(uint8_t **image, size_t *len)
{
	struct vault_wrapping w;
	struct agent a = { .id = "claude-code", .token = { 1, 2, 3 } };
	struct credential one = credential("one", "", "https://one.example/v1");
	struct credential two = credential("two", "bot", "https://two.example");
	struct vault v;
	struct err err = { 0 };

	cr_assert(digest_open(&err) && seal_start(&err), "%s", err.about);
	vault_init(&v);
	cr_assert(vault_new_wrapping(&w, WRAP_KEY_FILE, &err));
	cr_assert(vault_create(&v, &err));
	cr_assert(vault_wrap(&v, &w, kek_of("kek"), &err));
	cr_assert_not_null(vault_put(&v, &one, secret_of("sk-canary-one"),
	    &err));
	cr_assert_not_null(vault_put(&v, &two, secret_of("sk-canary-two"),
	    &err));
	cr_assert_not_null(vault_put_agent(&v, &a, &err));
	v.anchor.seq = 42;
	cr_assert(vault_encode(&v, image, len, &err), "%s",
	    err.about);
	cr_expect_eq(v.generation, 1);
}

static uint8_t *
copy(const uint8_t *bytes, size_t len)
{
	return memcpy(malloc(len), bytes, len);
}

Test(vault, opens_with_its_key_and_gives_back_what_was_put_in)
{
	struct vault v;
	struct err err = { 0 };
	struct secret *key;
	uint8_t *image;
	size_t len;

	make(&image, &len);
	vault_init(&v);
	cr_assert(vault_load(&v, image, len, &err));
	cr_expect(vault_is_locked(&v));
	cr_assert(vault_unlock(&v, kek_of("kek"), &err), "%s", err.about);
	cr_expect_eq(v.n_credentials, 2);
	cr_expect_eq(v.anchor.seq, 42);
	key = vault_open_key(&v, vault_find(&v, "one", "anybody"), &err);
	cr_assert_not_null(key);
	cr_expect_arr_eq(secret_bytes(key), "sk-canary-one", 13);
	cr_expect_null(vault_find(&v, "two", "anybody"), "another's own key");
	cr_expect_not_null(vault_find(&v, "two", "bot"));
	cr_expect_not_null(vault_find_token(&v,
	    (const uint8_t[32]) { 1, 2, 3 }));
	cr_expect_null(vault_find_token(&v, (const uint8_t[32]) { 1, 2 }));
}

Test(vault, shows_no_key_token_or_master_in_its_image)
{
	uint8_t *image;
	size_t len;

	make(&image, &len);
	cr_expect_null(memmem(image, len, "sk-canary", 9));
	cr_expect_null(memmem(image, len, "canary", 6));
	cr_expect_null(memmem(image, len, "\1\2\3\0\0\0\0\0", 8), "token");
}

Test(vault, stays_shut_with_a_wrong_key_and_says_so)
{
	struct vault v;
	struct err err = { 0 };
	uint8_t *image;
	size_t len;

	make(&image, &len);
	vault_init(&v);
	cr_assert(vault_load(&v, image, len, &err));
	cr_expect_not(vault_unlock(&v, kek_of("kej"), &err));
	cr_expect_eq(err.code, ERR_WRONG_PASSPHRASE);
	cr_expect(vault_is_locked(&v));
	cr_expect(vault_unlock(&v, kek_of("kek"), &err), "still good");
}

Test(vault, refuses_an_image_with_any_byte_flipped)
{
	uint8_t *image;
	size_t len;

	make(&image, &len);
	for (size_t i = 0; i < len; i++) {
		uint8_t *flipped = copy(image, len);
		struct vault v;
		struct err err = { 0 };

		flipped[i] ^= 1;
		vault_init(&v);
		cr_expect_not(vault_load(&v, flipped, len, &err),
		    "byte %zu", i);
		cr_expect_eq(err.code, ERR_VAULT_DAMAGED);
		vault_reset(&v);
	}
}

/* Damage that repairs the checksum too: an editor, not an accident. */
Test(vault, refuses_an_edited_image_with_its_checksum_mended)
{
	uint8_t *image;
	size_t len;

	make(&image, &len);
	for (size_t i = 8; i < len - 2 * DIGEST_LEN; i++) {
		uint8_t *edited = copy(image, len);
		struct vault v;
		struct err err = { 0 };

		edited[i] ^= 1;
		digest_sha256(edited, len - DIGEST_LEN,
		    edited + len - DIGEST_LEN);
		vault_init(&v);
		cr_expect_not(vault_load(&v, edited, len, &err) &&
		    vault_unlock(&v, kek_of("kek"), &err), "byte %zu", i);
		cr_expect(vault_is_locked(&v));
		vault_reset(&v);
	}
}

Test(vault, refuses_every_truncated_image)
{
	uint8_t *image;
	size_t len;

	make(&image, &len);
	for (size_t n = 0; n < len; n++) {
		struct vault v;
		struct err err = { 0 };

		vault_init(&v);
		cr_expect_not(vault_load(&v, copy(image, len), n, &err));
		vault_reset(&v);
	}
}

Test(vault, gives_no_key_for_an_entry_that_was_moved_to_another_pin)
{
	struct vault v;
	struct err err = { 0 };
	struct credential *c;
	uint8_t *image;
	size_t len;

	make(&image, &len);
	vault_init(&v);
	cr_assert(vault_load(&v, image, len, &err));
	cr_assert(vault_unlock(&v, kek_of("kek"), &err));
	c = vault_find(&v, "one", "");
	strcpy(c->pin, "https://evil.example/v1");
	cr_expect_null(vault_open_key(&v, c, &err), "I2");
	strcpy(c->pin, "https://one.example/v1");
	strcpy(c->provider, "two");
	cr_expect_null(vault_open_key(&v, c, &err), "another name");
	strcpy(c->provider, "one");
	cr_expect_not_null(vault_open_key(&v, c, &err));
	cr_assert(vault_move_pin(&v, c, "https://new.example", &err));
	cr_expect_str_eq(c->pin, "https://new.example");
	cr_expect_not_null(vault_open_key(&v, c, &err), "moved on purpose");
	c->flags ^= CREDENTIAL_IS_CENTRAL;
	cr_expect_null(vault_open_key(&v, c, &err), "other rules");
	c->flags ^= CREDENTIAL_IS_CENTRAL;
	cr_assert(vault_set_flags(&v, c, CREDENTIAL_IS_CENTRAL, &err));
	cr_expect_eq(c->flags, CREDENTIAL_IS_CENTRAL);
	cr_expect_not_null(vault_open_key(&v, c, &err), "given on purpose");
}

Test(vault, leaves_no_master_key_behind_when_locked, .signal = SIGSEGV)
{
	const volatile uint8_t *master;
	struct vault v;
	struct err err = { 0 };
	uint8_t *image;
	size_t len;

	make(&image, &len);
	vault_init(&v);
	cr_assert(vault_load(&v, image, len, &err));
	cr_assert(vault_unlock(&v, kek_of("kek"), &err));
	master = secret_peek(v.master);
	vault_lock(&v);
	cr_assert_fail("the page is still there: %d", *master);
}

Test(vault, goes_back_to_what_is_stored)
{
	struct credential more = credential("three", "", "https://three.example");
	struct vault v;
	struct err err = { 0 };
	uint8_t *image;
	size_t len;

	make(&image, &len);
	vault_init(&v);
	cr_assert(vault_load(&v, image, len, &err));
	cr_assert(vault_unlock(&v, kek_of("kek"), &err));
	cr_assert_not_null(vault_put(&v, &more, secret_of("12345678"), &err));
	vault_remove(&v, vault_find(&v, "one", ""));
	cr_assert(vault_revert(&v, &err), "%s", err.about);
	cr_expect_null(vault_find(&v, "three", ""));
	cr_expect_not_null(vault_find(&v, "one", ""));
}

Test(vault, never_seals_twice_alike)
{
	uint8_t *one, *two;
	size_t len, same_len;

	make(&one, &len);
	make(&two, &same_len);
	cr_expect_eq(len, same_len);
	cr_expect_arr_neq(one, two, len);
}
