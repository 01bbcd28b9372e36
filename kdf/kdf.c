/* SPDX-License-Identifier: ISC */
#include "kdf/kdf.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sysexits.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/secret.h"

static EVP_KDF_CTX *scrypt;

static bool
derive(const struct ipc_derive *ask, const uint8_t *passphrase, size_t len,
    uint8_t key[32])
{
	uint64_t n = UINT64_C(1) << ask->log2_n, memory = KDF_MEMORY_MAX;
	uint32_t r = ask->r, p = ask->p;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
		    (void *)passphrase, len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (void *)ask->salt, sizeof ask->salt),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM,
		    &memory),
		OSSL_PARAM_construct_end(),
	};

	return EVP_KDF_derive(scrypt, key, 32, params) == 1;
}

void *
kdf_open(struct err *err)
{
	struct ipc_derive cheap = { .log2_n = 4, .r = 8, .p = 1 };
	EVP_KDF *kdf;
	uint8_t key[32];

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	scrypt = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	/* Once, while the library may still look its algorithms up. */
	if (scrypt == NULL || !derive(&cheap, (const uint8_t *)"warm", 4, key)) {
		err_set(err, ERR_INTERNAL, "libcrypto has no scrypt");
		return NULL;
	}
	return scrypt;
}

bool
kdf_adopt(void *self, const struct ipc_hand *hand, int *fd, struct err *err)
{
	(void)self;
	if (hand->kind != HAND_CHANNEL || hand->role != BROKER)
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	return process_adopt_channel(hand, fd, err) != NULL;
}

void
kdf_closed(struct channel *channel, void *self)
{
	(void)channel;
	(void)self;
	process_end(EX_OK);
}

void
on_derive(struct channel *broker, const struct ipc_message *msg, void *self)
{
	const struct ipc_derive *ask = msg->body;
	struct ipc_derived derived = { 0 };

	(void)self;
	if (ask->log2_n <= 20 && ask->r <= 8 && ask->p <= 4)
		derived.ok = derive(ask, msg->tail, msg->tail_len, derived.key);
	if (!derived.ok)
		log_warning("kdf: the key could not be derived");
	channel_send_body(broker, IPC_DERIVED, &derived);
	secret_wipe(&derived, sizeof derived);
	/* The broker closes the pair when it has the key. */
	channel_forbid(broker, IPC_DERIVE);
}
