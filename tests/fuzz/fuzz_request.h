/* SPDX-License-Identifier: ISC */
/*
 * fuzz_request: any bytes as a request of one dialect, towards both others and
 * several kinds of model.
 *
 * What comes out is one JSON text, or an error that names something; the same
 * each time; and a memory checker finds nothing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

void fuzz_request(enum dialect from, const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
