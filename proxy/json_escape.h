/* SPDX-License-Identifier: ISC */
/*
 * json_escape: text into the inside of a JSON string.
 *
 * Control characters, quotes and backslashes are escaped; bytes that are no
 * UTF-8 become U+FFFD, so that no reader of ours chokes on what an upstream or
 * an agent wrote.
 */
#pragma once

#include <stddef.h>

/*
 * At most 'size' bytes with the NUL; cut at a character when it does not fit.
 * How many bytes were written, without the NUL.
 */
size_t json_escape(char *out, size_t size, const char *text);
