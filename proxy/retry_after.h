/* SPDX-License-Identifier: ISC */
/*
 * retry_after: how long a provider wants to be left alone.
 * source: RFC 9110 section 10.2.3; retry-after-ms is OpenAI's.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Milliseconds, from the header lines of a frame HEAD; 0 when nothing is said
 * that can be understood, or it is over.
 */
int64_t retry_after_ms(const char *lines, size_t len, int64_t now_utc_ms);
