/* SPDX-License-Identifier: ISC */
#include "cli/passphrase.h"

#include "cli/call.h"
#include "cli/invocation.h"
#include "common/secret.h"

bool
passphrase_send(const struct invocation *inv, enum ipc_type type,
    uint32_t flags, const struct secret *passphrase, struct err *err)
{
	struct ipc_passphrase body = { .flags = flags };
	struct call_ask ask = { .server = BROKER, .type = type, .body = &body,
	    .timeout_s = PASSPHRASE_TIMEOUT_S };

	if (passphrase != NULL) {
		ask.tail = secret_peek(passphrase);
		ask.tail_len = secret_len(passphrase);
	}
	return call_ask(inv->home, &ask, NULL, err);
}
