/* SPDX-License-Identifier: ISC */
/* signature: Ed25519 with the log's public key. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define SIGNATURE_KEY_LEN 32

/*
 * Takes the key and does all first-time work of libcrypto, which a confined
 * process may not do.  ERR_FILE_DAMAGED when it is no key.
 */
bool signature_open(const uint8_t key[SIGNATURE_KEY_LEN], struct err *);

/* false also when no key was opened. */
bool signature_is_good(const uint8_t signature[64], const uint8_t hash[32]);
