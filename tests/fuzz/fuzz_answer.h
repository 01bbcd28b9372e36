/* SPDX-License-Identifier: ISC */
/*
 * fuzz_answer: an upstream that sends anything at all.
 *
 * The first byte chooses the client's dialect, the forms, and how the bytes are
 * cut; the rest is the upstream's.  Whatever comes: what goes out follows the
 * client's dialect, ends once, the guard has nothing to do, and no sanitizer
 * has anything to say.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

int fuzz_answer(enum dialect from, const uint8_t *bytes, size_t len);
