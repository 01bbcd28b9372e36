/* SPDX-License-Identifier: ISC */
#include "auditor/auditor_sandbox.h"

#include <stddef.h>

static const struct sandbox_rule rules[] = {
	{ "pread64", "the segments that it was handed", 0, { { 0 } } },
	{ NULL, NULL, 0, { { 0 } } },
};

const struct sandbox auditor_sandbox = {
	.name = "auditor",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = 8,	/* it opens none; those it was handed stay */
	.memory_len = 512 << 20,
	.file_len = 0,
};
