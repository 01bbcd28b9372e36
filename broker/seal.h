/* SPDX-License-Identifier: ISC */
/*
 * seal: the vault's cryptography, and nothing else.
 *
 * AES-256-GCM with a fresh random nonce for every sealing; each use has a key
 * of its own, HMAC-SHA-256 of the master key over a label and what is sealed
 * to it (so that an entry cannot be moved to another name or pin); Ed25519 for
 * the audit log's checkpoints.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct secret;

#define SEAL_KEY_LEN 32
#define SEAL_NONCE_LEN 12
#define SEAL_TAG_LEN 16
#define SEAL_OVERHEAD (SEAL_NONCE_LEN + SEAL_TAG_LEN)
#define SEAL_SIGNATURE_LEN 64

/* Before the process is confined: OpenSSL looks algorithms up lazily. */
bool seal_start(struct err *);

/* Random bytes; ERR_INTERNAL when the system has none. */
bool seal_random(void *bytes, size_t len, struct err *);

/* The key for 'label' and 'bound' bytes under a master key; free it. */
struct secret *seal_derive(const struct secret *master, const char *label,
    const void *bound, size_t bound_len, struct err *);

/* 'out' gets nonce, ciphertext and tag: len + SEAL_OVERHEAD bytes. */
bool seal_close(const struct secret *key, const void *bound, size_t bound_len,
    const struct secret *plain, uint8_t *out, struct err *);

/*
 * The plain bytes of a sealing of 'len' bytes in all; NULL with
 * ERR_VAULT_DAMAGED when key, bound bytes or sealing are not the right ones.
 */
struct secret *seal_unseal(const struct secret *key, const void *bound,
    size_t bound_len, const uint8_t *sealing, size_t len, struct err *);

/* A signing key pair: 32 secret bytes, 32 public ones. */
struct secret *seal_signing_key(struct err *);
bool seal_public_key(const struct secret *signing, uint8_t out[32],
    struct err *);
bool seal_sign(const struct secret *signing, const void *bytes, size_t len,
    uint8_t out[SEAL_SIGNATURE_LEN], struct err *);
