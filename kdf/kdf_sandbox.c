/* SPDX-License-Identifier: ISC */
/* kdf_sandbox: memory, and the pair to the broker; nothing else at all. */
#include "common/confine/sandbox.h"
#include "kdf/kdf.h"

static const struct sandbox_rule rules[] = {
	{ NULL, NULL, 0, { { 0 } } },
};

const struct sandbox kdf_sandbox = {
	.name = "kdf",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = 16,
	.memory_len = KDF_MEMORY_MAX + (UINT64_C(256) << 20),
};
