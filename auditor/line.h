/* SPDX-License-Identifier: ISC */
/*
 * line: one record of the audit log, as far as the chain needs it.
 *
 * A line is a flat JSON object without blanks: "seq" first, "prev" last.  Who
 * wrote it may be the enemy; what is not exactly that is malformed.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_MAX_LEN 65536	/* bytes; our own are far shorter */
#define LINE_HASH_LEN 32
#define LINE_SIGNATURE_LEN 64

enum line_event { LINE_OTHER, LINE_CHECKPOINT, LINE_TORN, LINE_BEGIN,
	LINE_END, LINE_SEGMENT, LINE_GAP, LINE_START, LINE_STOP, LINE_LOCK };

struct line {
	uint64_t seq;
	enum line_event event;
	bool needs_vault;	/* what it tells of is done with an open one */
	uint64_t request;	/* of BEGIN and END; 0: none */
	uint64_t segment, oldest;	/* SEGMENT: its number; the oldest's */
	uint64_t n_bytes;	/* TORN: of the line that it speaks of */
	uint8_t previous[LINE_HASH_LEN];
	uint8_t signature[LINE_SIGNATURE_LEN];	/* CHECKPOINT */
};

/* 'len' bytes without the line end; false when it is malformed. */
bool line_parse(struct line *, const char *text, size_t len);
