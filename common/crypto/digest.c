/* SPDX-License-Identifier: ISC */
#include "common/crypto/digest.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"

static EVP_MD *sha256;
static EVP_MD_CTX *hashing;
static EVP_MAC *hmac;
static EVP_MAC_CTX *signing;

bool
digest_open(struct err *err)
{
	uint8_t out[DIGEST_LEN];

	/* A configuration file could name a library to load: do not read one. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	hashing = EVP_MD_CTX_new();
	hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	signing = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
	if (sha256 == NULL || hashing == NULL || signing == NULL)
		return err_set(err, ERR_INTERNAL, "libcrypto has no SHA-256");
	digest_sha256("", 0, out);
	digest_hmac(out, sizeof out, NULL, 0, out);
	return true;
}

void
digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_LEN])
{
	bool ok = EVP_DigestInit_ex2(hashing, sha256, NULL) == 1 &&
	    EVP_DigestUpdate(hashing, bytes, len) == 1 &&
	    EVP_DigestFinal_ex(hashing, out, NULL) == 1;

	assert(ok);
}

void
digest_hmac(const uint8_t *key, size_t key_len,
    const struct digest_piece *pieces, size_t n, uint8_t out[DIGEST_LEN])
{
	char name[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	size_t len;
	bool ok = EVP_MAC_init(signing, key, key_len, params) == 1;

	for (size_t i = 0; i < n; i++)
		ok = ok && EVP_MAC_update(signing, pieces[i].bytes,
		    pieces[i].len) == 1;
	ok = ok && EVP_MAC_final(signing, out, &len, DIGEST_LEN) == 1;
	assert(ok && len == DIGEST_LEN);
}

void
digest_hex(const uint8_t *bytes, size_t len, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
digest_unhex(const char *text, uint8_t *bytes, size_t len)
{
	if (strnlen(text, 2 * len + 1) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(text[2 * i]);
		int low = hex_value(text[2 * i + 1]);

		if (high == -1 || low == -1)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
