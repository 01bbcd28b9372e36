/* SPDX-License-Identifier: ISC */
/* new_token: "cfd_" and 43 characters for 256 random bits. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct err;
struct secret;

#define NEW_TOKEN_BYTES 32
#define NEW_TOKEN_LEN 47	/* characters */
#define NEW_TOKEN_MIN 16	/* of one that is brought along */
#define NEW_TOKEN_MAX 512

/* A new one; NULL with ERR_NO_MEMORY. */
struct secret *new_token_new(struct err *);

/* base64url without padding: 43 characters, no NUL.  In constant time. */
void new_token_encode(const uint8_t bytes[NEW_TOKEN_BYTES], uint8_t *text);
