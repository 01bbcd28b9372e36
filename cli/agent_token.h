/* SPDX-License-Identifier: ISC */
/* agent_token: "cfd_" and 43 characters for 256 random bits. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct err;
struct secret;

#define AGENT_TOKEN_BYTES 32
#define AGENT_TOKEN_LEN 47	/* characters */
#define AGENT_TOKEN_MIN 16	/* of one that is brought along */
#define AGENT_TOKEN_MAX 512

/* A new one; NULL with ERR_NO_MEMORY. */
struct secret *agent_token_new(struct err *);

/* base64url without padding: 43 characters, no NUL.  In constant time. */
void agent_token_encode(const uint8_t bytes[AGENT_TOKEN_BYTES], uint8_t *text);
