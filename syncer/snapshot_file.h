/* SPDX-License-Identifier: ISC */
/*
 * snapshot_file: cloud/snapshot.json and cloud/last_error.json.
 *
 * Both are replaced whole or not at all.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;
struct json_object;

#define SNAPSHOT_FILE "snapshot.json"
#define SNAPSHOT_ERROR_FILE "last_error.json"
#define SNAPSHOT_FILE_MAX (12 << 20)	/* bytes */
#define SNAPSHOT_ETAG_MAX 256		/* bytes, with the NUL */

/* What is there already; all zero when there is nothing good. */
struct snapshot_before {
	struct json_object *content;
	char etag[SNAPSHOT_ETAG_MAX];	/* "" unless 'source' sent it */
};

/*
 * Removes what a syncer that was killed had not finished.  Whoever holds
 * cloud/lock: nobody else writes there.
 */
void snapshot_file_sweep(int folder);

/* "2026-08-23T10:00:00Z" */
#define SNAPSHOT_TIME_TEXT 32	/* bytes, with the NUL */
void snapshot_format_time(uint64_t at_s, char text[SNAPSHOT_TIME_TEXT]);

/* Never fails: a bad file is as good as none. */
void snapshot_file_read(int folder, const char *source,
    struct snapshot_before *);

/*
 * Writes 'content' with syncedAt, etag and sourceUrl set.  *changed tells
 * whether anything but these differs from what was there.
 */
bool snapshot_file_write(int folder, struct json_object *content,
    const struct snapshot_before *, uint64_t synced_at_s, bool *changed,
    struct err *);

/* Removes the error file when *outcome is ERR_NONE; never fails. */
void snapshot_file_note(int folder, const struct err *outcome, uint64_t at_s);
