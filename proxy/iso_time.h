/* SPDX-License-Identifier: ISC */
/*
 * iso_time: UTC as text, without libc's time zones, which would open files.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ISO_TIME_TEXT 25	/* "2026-11-22T10:37:00.123Z" and a NUL */

void iso_time_format(int64_t utc_ms, char text[ISO_TIME_TEXT]);

/* "2026-11-22T10:37:00" with or without fractions, and "Z" or "+00:00". */
bool iso_time_parse(const char *text, int64_t *utc_s);
