/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz_request.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_request(DIALECT_ANTHROPIC, bytes, len);
	return 0;
}
