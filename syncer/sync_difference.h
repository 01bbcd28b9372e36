/* SPDX-License-Identifier: ISC */
/*
 * sync_difference: what a new snapshot would change, entry by entry.
 *
 * Both are contents as sync_content_read() gives them.  When an entry was made
 * or touched does not count.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/*
 * {"changed":true,"providers":{"added":[{"id","value"}],"changed":[{"id",
 * "before","after"}],"removed":[{"id","value"}]},"bindings":...,"policies":...,
 * "bundles":...}.  'before' may be NULL.  Free it with json_object_put().
 */
struct json_object *sync_difference(const struct json_object *before,
    const struct json_object *after);

/*
 * The same for people, malloc'd: printable ASCII, whatever the control plane
 * calls its things.  NULL: no memory.
 */
char *sync_difference_format(const struct json_object *difference,
    size_t *len);
