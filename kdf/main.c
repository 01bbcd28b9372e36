/* SPDX-License-Identifier: ISC */
/* cofferdam-kdf: the vault's key from a passphrase, once. */
#include "kdf/kdf.h"

static const struct process kdf = {
	.role = KDF,
	.sandbox = &kdf_sandbox,
	.handlers = { [IPC_DERIVE] = on_derive },
	.open = kdf_open,
	.adopt = kdf_adopt,
	.closed = kdf_closed,
};

int
main(void)
{
	return process_run(&kdf);
}
