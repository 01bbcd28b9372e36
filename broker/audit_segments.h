/* SPDX-License-Identifier: ISC */
/* audit_segments: read-only descriptors of the log's segments, by number. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define AUDIT_SEGMENTS_MAX 4096

struct audit_segments {
	struct { uint32_t number; int fd; } all[AUDIT_SEGMENTS_MAX];
	size_t n;
};

/* Takes over 'fd'; replaces the one of the same number, keeps the order. */
void audit_segments_add(struct audit_segments *, int fd, uint32_t number);

/* The newest before *number, which becomes its own; -1: none.  Borrowed. */
int audit_segments_before(const struct audit_segments *, uint32_t *number);

/* Lets go of what was removed: held open, it would still fill the disk. */
void audit_segments_drop_removed(struct audit_segments *);
