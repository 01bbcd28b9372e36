/* SPDX-License-Identifier: ISC */
/*
 * audit_batch: lines that are written together, and where the chain stands when
 * only a part of them was.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/audit_log.h"
#include "broker/audit_record.h"

#define AUDIT_BATCH_LINES 64

struct audit_batch {
	char text[1 + AUDIT_BATCH_LINES * AUDIT_LINE_MAX];
	size_t len;
	struct {
		size_t end;
		uint8_t hash[32];
	} lines[AUDIT_BATCH_LINES];
	size_t n;
	bool ends_line, tells_torn;
	uint64_t seq;		/* of the last line */
	uint8_t hash[32];
};

/* The head of the chain: number and hash of the last line. */
struct audit_chain {
	uint64_t seq;
	uint8_t hash[32];
};

void audit_batch_start(struct audit_batch *, const struct audit_chain *);
/* At the start alone: ends a torn line, if one stands there, and tells of it. */
void audit_batch_mend(struct audit_batch *, const struct audit_torn *,
    struct audit_record *torn);
void audit_batch_add(struct audit_batch *, const struct audit_record *);

/*
 * Moves the chain on by the lines that are whole within the first 'written'
 * bytes, and says what was torn by now.  Returns how many of the lines are of
 * those that were added.
 */
size_t audit_batch_settle(const struct audit_batch *, size_t written,
    struct audit_chain *, struct audit_torn *);
