/* SPDX-License-Identifier: ISC */
/*
 * snapshot: what the cloud sent, checked entry by entry.
 *
 * It was written by the syncer, who talked to somebody we do not trust with
 * keys: here it may choose targets among providers, and name providers that the
 * user has no other word for.  Unknown members are ignored, a bad entry is left
 * out and told, a bad envelope or an unknown schemaVersion rejects the whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/bindings.h"
#include "proxy/plans.h"
#include "proxy/providers.h"

struct err;
struct problems;

#define SNAPSHOT_FILE_MAX (8 << 20)	/* bytes of cloud/snapshot.json */
#define SNAPSHOT_SCHEMA_VERSION 1
#define SNAPSHOT_ENTRIES_MAX 20000	/* in each of its lists */
#define SNAPSHOT_TEXT_MAX 512		/* bytes, with the NUL */

struct snapshot {
	int64_t synced_at_s;	/* UTC */
	char synced_at[SNAPSHOT_TEXT_MAX];
	char source_url[SNAPSHOT_TEXT_MAX];
	struct plan_list policies, bundles;
	struct binding_list bindings;
	struct provider_list providers;
};

/* Free with snapshot_free(); NULL with ERR_FILE_DAMAGED or ERR_NO_MEMORY. */
struct snapshot *snapshot_parse(const char *text, size_t len,
    struct problems *, struct err *);

/* Older than that?  0 ms: never; nor is one that comes from the future. */
bool snapshot_is_stale(const struct snapshot *, int64_t now_s,
    uint64_t max_age_ms);

void snapshot_free(struct snapshot *);
