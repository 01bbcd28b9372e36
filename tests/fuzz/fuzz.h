/* SPDX-License-Identifier: ISC */
/*
 * fuzz: what every target is: one function that is fed any bytes at all.  It
 * asserts what must hold whatever comes; sanitizers watch the rest.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
