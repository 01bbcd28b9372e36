/* SPDX-License-Identifier: ISC */
/*
 * kdf: derives the vault's key from a passphrase (scrypt, RFC 7914).
 *
 * Its own process because it needs memory and half a second, and because the
 * passphrase need not be in the broker's memory longer than that.
 */
#pragma once

#include <stdbool.h>

#include "common/process/process.h"

struct err;

/* Bytes: N = 2^20, r = 8 and what the library needs besides. */
#define KDF_MEMORY_MAX (UINT64_C(1200) << 20)

extern const struct sandbox kdf_sandbox;

void *kdf_open(struct err *);
bool kdf_adopt(void *, const struct ipc_hand *, int *fd, struct err *);
void kdf_closed(struct channel *, void *);

/* DERIVE from the broker: answered by DERIVED, then it ends. */
ipc_handler on_derive;
