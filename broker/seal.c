/* SPDX-License-Identifier: ISC */
#include "broker/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

static EVP_CIPHER *aes;

bool
seal_start(struct err *err)
{
	AUTO_WIPE struct secret *warm = NULL;
	AUTO_WIPE struct secret *key = NULL;
	uint8_t sealing[SEAL_KEY_LEN + SEAL_OVERHEAD];
	uint8_t signature[SEAL_SIGNATURE_LEN], public[32];

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (aes == NULL)
		return err_set(err, ERR_INTERNAL, "libcrypto has no AES-GCM");
	/* Everything once, while what it looks up may still be looked up. */
	warm = seal_signing_key(err);
	key = secret_new(SEAL_KEY_LEN, err);
	return warm != NULL && key != NULL &&
	    seal_public_key(warm, public, err) &&
	    seal_sign(warm, "", 0, signature, err) &&
	    seal_close(key, "", 0, warm, sealing, err);
}

bool
seal_random(void *bytes, size_t len, struct err *err)
{
	return RAND_bytes(bytes, (int)len) == 1 ||
	    err_set(err, ERR_INTERNAL, "no random bytes");
}

struct secret *
seal_derive(const struct secret *master, const char *label, const void *bound,
    size_t bound_len, struct err *err)
{
	struct secret *key = secret_new(SEAL_KEY_LEN, err);
	struct digest_piece pieces[] = {
		{ label, strlen(label) + 1 },
		{ bound, bound_len },
	};

	if (key != NULL)
		digest_hmac(secret_peek(master), secret_len(master), pieces, 2,
		    secret_bytes(key));
	return key;
}

bool
seal_close(const struct secret *key, const void *bound, size_t bound_len,
    const struct secret *plain, uint8_t *out, struct err *err)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *text = out + SEAL_NONCE_LEN;
	int len = (int)secret_len(plain), n;
	bool ok = ctx != NULL && seal_random(out, SEAL_NONCE_LEN, err) &&
	    EVP_EncryptInit_ex2(ctx, aes, secret_peek(key), out, NULL) == 1 &&
	    EVP_EncryptUpdate(ctx, NULL, &n, bound, (int)bound_len) == 1 &&
	    EVP_EncryptUpdate(ctx, text, &n, secret_peek(plain), len) == 1 &&
	    EVP_EncryptFinal_ex(ctx, text + len, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN,
	    text + len) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return ok || err_set(err, ERR_INTERNAL, "seal");
}

struct secret *
seal_unseal(const struct secret *key, const void *bound, size_t bound_len,
    const uint8_t *sealing, size_t len, struct err *err)
{
	EVP_CIPHER_CTX *ctx;
	const uint8_t *text;
	struct secret *plain;
	int text_len, n;
	bool ok;

	if (len <= SEAL_OVERHEAD || len - SEAL_OVERHEAD > SECRET_MAX) {
		err_set(err, ERR_VAULT_DAMAGED, "length of a sealing");
		return NULL;
	}
	text = sealing + SEAL_NONCE_LEN;
	text_len = (int)(len - SEAL_OVERHEAD);
	plain = secret_new((size_t)text_len, err);
	if (plain == NULL)
		return NULL;
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx != NULL &&
	    EVP_DecryptInit_ex2(ctx, aes, secret_peek(key), sealing, NULL) == 1 &&
	    EVP_DecryptUpdate(ctx, NULL, &n, bound, (int)bound_len) == 1 &&
	    EVP_DecryptUpdate(ctx, secret_bytes(plain), &n, text,
	    text_len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN,
	    (void *)(text + text_len)) == 1 &&
	    EVP_DecryptFinal_ex(ctx, secret_bytes(plain) + text_len, &n) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (ok)
		return plain;
	secret_free(plain);
	err_set(err, ERR_VAULT_DAMAGED, "a sealing does not open");
	return NULL;
}

struct secret *
seal_signing_key(struct err *err)
{
	struct secret *signing = secret_new(32, err);

	/* Any 32 bytes are an Ed25519 private key (RFC 8032, 5.1.5). */
	if (signing != NULL && !seal_random(secret_bytes(signing), 32, err)) {
		secret_free(signing);
		return NULL;
	}
	return signing;
}

bool
seal_public_key(const struct secret *signing, uint8_t out[32], struct err *err)
{
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	    secret_peek(signing), secret_len(signing));
	size_t len = 32;
	bool ok = pair != NULL &&
	    EVP_PKEY_get_raw_public_key(pair, out, &len) == 1;

	EVP_PKEY_free(pair);
	return ok || err_set(err, ERR_INTERNAL, "public key");
}

bool
seal_sign(const struct secret *signing, const void *bytes, size_t len,
    uint8_t out[SEAL_SIGNATURE_LEN], struct err *err)
{
	/* Made for each signature: the library's copy is not in locked memory. */
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	    secret_peek(signing), secret_len(signing));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t out_len = SEAL_SIGNATURE_LEN;
	bool ok = pair != NULL && ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, pair) == 1 &&
	    EVP_DigestSign(ctx, out, &out_len, bytes, len) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pair);
	return ok || err_set(err, ERR_INTERNAL, "signature");
}
