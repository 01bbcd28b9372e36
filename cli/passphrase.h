/* SPDX-License-Identifier: ISC */
/* passphrase: what opens the vault, on its way to the broker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ipc_messages.h"

struct err;
struct invocation;
struct secret;

/* A derivation takes half a second, more on a busy machine. */
#define PASSPHRASE_TIMEOUT_S 60

/* INIT_VAULT or UNLOCK with these flags; NULL: a key file opens the vault. */
bool passphrase_send(const struct invocation *, enum ipc_type,
    uint32_t flags, const struct secret *passphrase, struct err *);
