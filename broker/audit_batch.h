/* SPDX-License-Identifier: ISC */
/*
 * audit_batch: lines that are written together, and where the chain stands when
 * only a part of them was.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/audit_record.h"

#define AUDIT_BATCH_LINES 64

struct audit_batch {
	char text[AUDIT_BATCH_LINES * AUDIT_LINE_MAX];
	size_t len;
	struct {
		size_t end;
		bool is_checkpoint;
		uint8_t hash[32];
	} lines[AUDIT_BATCH_LINES];
	size_t n;
	uint64_t seq;
	uint8_t hash[32];
};

/* The head of the chain: number and hash of the last line. */
struct audit_chain {
	uint64_t seq;
	uint8_t hash[32];
	unsigned n_unsigned;	/* records since the last checkpoint */
};

void audit_batch_start(struct audit_batch *, const struct audit_chain *);
/* At the start alone: ends a torn line that stands before the batch. */
void audit_batch_end_line(struct audit_batch *);
void audit_batch_add(struct audit_batch *, const struct audit_record *);

/*
 * Moves the chain on by the lines that are whole within the first 'written'
 * bytes; returns how many, and in *n_torn the bytes of one that is not.
 */
size_t audit_batch_settle(const struct audit_batch *, size_t written,
    struct audit_chain *, uint32_t *n_torn);
