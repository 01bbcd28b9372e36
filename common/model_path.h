/* SPDX-License-Identifier: ISC */
/*
 * model_path: paths of a central server, in which a model's name stands as one
 * percent-encoded segment (behaviour.md I.4).
 *
 * A name may hold slashes, percent signs and bytes from 0x80 on.  What it may
 * not hold, however often a server decodes it, is a dot segment, an empty one,
 * a backslash or a control character: such a name is never sent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

#define MODEL_PATH_ROOT "/api/v1/llms/"
#define MODEL_PATH_CHECK MODEL_PATH_ROOT "{model}"

/* May this name be sent?  ERR_INVALID_REQUEST says why not. */
bool model_name_check(const char *name, struct err *);

/*
 * 'pattern' with the name in the place of "{model}".  ERR_INVALID_REQUEST when
 * the name may not be sent or the whole is longer than 'size' - 1 bytes.
 */
bool model_path_format(char *path, size_t size, const char *pattern,
    const char *name, struct err *);

/*
 * Below MODEL_PATH_ROOT, "{model}" once and as a whole segment: so every path
 * that is made from it passes the broker's list.  ERR_USAGE.
 */
bool model_pattern_check(const char *pattern, struct err *);

/*
 * Is this a path below MODEL_PATH_ROOT whose encoded segments hold names that
 * may be sent?  For url_path_is_below(); its other rules are not looked at.
 */
bool model_path_is_lawful(const char *path, size_t len);
