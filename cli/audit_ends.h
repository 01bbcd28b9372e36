/* SPDX-License-Identifier: ISC */
/*
 * audit_ends: which uses have ended, to show those that have not.
 *
 * Filled from the log's last line on: the end of a use stands behind its
 * beginning.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct audit_ends;

/* NULL when there is no memory; then no use counts as unfinished. */
struct audit_ends *audit_ends_new(void);
void audit_ends_free(struct audit_ends *);

/* Of any line; what is no end is passed over. */
void audit_ends_note(struct audit_ends *, const char *line, size_t len);

/* Is it a begin whose end has not been noted? */
bool audit_ends_misses(const struct audit_ends *, const char *line,
    size_t len);
