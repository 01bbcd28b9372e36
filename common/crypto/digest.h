/* SPDX-License-Identifier: ISC */
/*
 * digest: SHA-256 and HMAC-SHA-256, and hexadecimal text of bytes.
 *
 * No function here can fail at run time: digest_open() fetches what they need
 * (OpenSSL 3 looks algorithms up lazily, which a confined process may not).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define DIGEST_LEN 32
#define DIGEST_HEX 65		/* characters, with the NUL */

/* Before anything else here, and before the process is confined. */
bool digest_open(struct err *);

void digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_LEN]);

struct digest_piece {
	const void *bytes;
	size_t len;
};
void digest_hmac(const uint8_t *key, size_t key_len,
    const struct digest_piece *pieces, size_t n, uint8_t out[DIGEST_LEN]);

/* 2 * len characters and a NUL. */
void digest_hex(const uint8_t *bytes, size_t len, char *text);
/* false when 'text' is not exactly 2 * len hexadecimal digits. */
bool digest_unhex(const char *text, uint8_t *bytes, size_t len);
