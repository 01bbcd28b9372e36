/* SPDX-License-Identifier: ISC */
/* audit_backwards: the audit log from its last line to its first. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/audit_segments.h"

struct err;

/* 'text' has no line end, and no NUL behind it.  false ends the scan. */
typedef bool audit_text(const char *text, const struct audit_place *,
    void *arg);

/* Whole lines of at most AUDIT_LINE_TEXT_MAX bytes.  ERR_FILE_FAILED. */
bool audit_backwards(const struct audit_segments *, audit_text *each,
    void *arg, struct err *);
