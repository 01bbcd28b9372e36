/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	return fuzz_answer(DIALECT_CHAT, bytes, len);
}
