/* SPDX-License-Identifier: ISC */
/*
 * audit_segments: the audit log's files, oldest first, to read.
 *
 * From the broker where one runs, which records that they were read, and says
 * how far whole records go; else from the folder.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct invocation;
struct json_object;

#define AUDIT_SEGMENTS_MAX 4096

struct audit_segment {
	int fd;			/* owned by the set */
	uint64_t len;		/* bytes that count */
};

struct audit_segments {
	struct audit_segment all[AUDIT_SEGMENTS_MAX];
	size_t n;
	size_t n_unlinked;	/* that the broker still has open */
	char head[96];		/* "SEQ:SHA256" as the broker knows it; "" */
};

/* audit_segments_close() in any case. */
bool audit_segments_open(struct audit_segments *, struct invocation *,
    struct err *);
/* Takes a file of the caller's choice as the next one. */
bool audit_segments_add_file(struct audit_segments *, const char *path,
    struct err *);
void audit_segments_close(struct audit_segments *);

/* Where a record stands. */
struct audit_place {
	size_t segment;
	uint64_t at;
	size_t len;
};

/*
 * Called with each line that is a JSON object; 'text' is the line without its
 * end.  false ends the scan.
 */
typedef bool audit_line(struct json_object *record, const char *text,
    const struct audit_place *, void *arg);

#define AUDIT_LINE_TEXT_MAX 65536	/* bytes; longer ones are passed over */

/*
 * Goes through the bytes from 'at' to 'len' of one segment; what behind the
 * last line end stands is left.  *at moves on.  ERR_FILE_FAILED.
 */
bool audit_segments_scan(const struct audit_segments *, size_t i, uint64_t *at,
    audit_line *, void *arg, struct err *);
/* All of all. */
bool audit_segments_scan_all(const struct audit_segments *, audit_line *,
    void *arg, struct err *);

/* Reads one record again; the caller frees *text, which ends in a NUL. */
bool audit_segments_read(const struct audit_segments *,
    const struct audit_place *, char **text, struct err *);
