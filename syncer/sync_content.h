/* SPDX-License-Identifier: ISC */
/*
 * sync_content: is this an answer of GET /v1/sync, and which of its entries can
 * be used?  (SyncResponse of the control plane's API.)
 *
 * A bad envelope rejects the whole; a bad entry is left out and counted;
 * members that are not known are kept as they are and mean nothing.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct json_object;

#define SYNC_ENTRIES_MAX 4096	/* of each kind */

struct sync_counts {
	uint32_t n_policies, n_bundles, n_bindings, n_providers, n_dropped;
};

/*
 * A new object with the usable entries; free it with json_object_put().  NULL
 * with ERR_CLOUD_INVALID when the envelope is wrong.
 */
struct json_object *sync_content_read(const char *text, size_t len,
    struct sync_counts *, struct err *);
