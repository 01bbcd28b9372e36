/* SPDX-License-Identifier: ISC */
/*
 * audit_log: the file under the audit log: where its end is, whether it is
 * still the one that we know, and writing to its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/audit_record.h"

struct err;

#define AUDIT_LOG_NAME "audit.jsonl"

/* Bytes of lines that were not written whole. */
struct audit_torn {
	uint32_t unended;	/* of the last line */
	uint32_t untold;	/* of lines that were ended, and not told of */
};

struct audit_log {
	int fd;			/* to append; -1: none */
	int folder;		/* O_PATH; -1: not known */
	uint32_t number;	/* of the segment */
	uint64_t len;		/* as we left it */
	struct audit_torn torn;
};

/*
 * Looks at the file's end: sets len and torn; if there is a whole
 * line of ours, its meaning and hash, else *is_empty.  Behind it may stand what
 * was torn off when we were killed while we told of a torn line.  false with
 * ERR_AUDIT_UNAVAILABLE when there is more of that than we can have left; the
 * last line of ours is looked for all the same.
 */
bool audit_log_find_end(struct audit_log *, int fd, struct audit_last *,
    uint8_t hash[32], bool *is_empty, struct err *);

/* Same inode, still linked, still that long?  Else ERR_AUDIT_UNAVAILABLE. */
bool audit_log_check(const struct audit_log *, struct err *);

/*
 * Appends; returns how many bytes were written, with *err filled when fewer
 * than 'len'.
 */
size_t audit_log_write(struct audit_log *, const char *bytes, size_t len,
    struct err *);
