/* SPDX-License-Identifier: ISC */
/*
 * cloud_files: cloud/snapshot.json and cloud/identity.json, for when no proxy
 * runs that could be asked.  No process image that holds a secret calls these
 * (I1).
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;
struct json_object;

#define CLOUD_FILES_SNAPSHOT_MAX (16u << 20)	/* bytes */

/*
 * The file as an object, to be freed with json_object_put(); NULL when it is
 * absent or cannot be used, then *err says which: absent has os ENOENT.
 */
struct json_object *cloud_files_snapshot(struct invocation *, struct err *);
struct json_object *cloud_files_identity(struct invocation *, struct err *);
