/* SPDX-License-Identifier: ISC */
/*
 * file_change: a change to somebody's configuration, and back.  Pure.
 *
 * A change is an object, so that a journal can keep it:
 *
 *	{"at":17,"removed":"","inserted":"...","path":["env","X"],
 *	 "value":"\"x\"","previous":null,"there":1}
 *
 * The last four are those of a JSON member (a key of TOML has "key" in the place
 * of path and there): they find it again in a text that was written anew since.
 */
#pragma once

#include <stdbool.h>

struct err;
struct json_object;

#define FILE_CHANGE_DEPTH 8	/* names of a path */

/*
 * The change that sets a JSON member; 'value' is JSON text.  NULL with
 * ERR_CONFIG_NOT_UNDERSTOOD.
 */
struct json_object *file_change_member(const char *text,
    const char *const path[], const char *value, struct err *);

/* A key at the top of a TOML text; text at the end of any. */
struct json_object *file_change_key(const char *text, const char *key,
    const char *value, struct err *);
struct json_object *file_change_append(const char *text, const char *block);

/* What it replaces of a value that was there; NULL: there was none. */
const char *file_change_previous(struct json_object *change);

/* The text with the change made; the caller frees it.  NULL: no memory. */
char *file_change_make(const char *text, struct json_object *change);

/* Is it still as the change made it? */
bool file_change_is_there(const char *text, struct json_object *change);

/*
 * The text with the change taken back; the caller frees it.  Byte for byte what
 * it was, unless others changed the same place; what is no longer ours stays.
 * NULL with ERR_CONFIG_NOT_UNDERSTOOD when it cannot be told.
 */
char *file_change_take_back(const char *text, struct json_object *change,
    struct err *);
