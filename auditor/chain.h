/* SPDX-License-Identifier: ISC */
/*
 * chain: are these lines, in this order, what the broker wrote?
 *
 * Each line names the SHA-256 of the one before and the next number; signed
 * lines vouch for all before them, and without a single one nobody vouches for
 * anything: who invents a log can do all the rest.  What cannot be seen in the
 * lines alone: that the last ones were cut off or written anew behind the last
 * signature.  For that the head is known elsewhere too: to the broker that
 * runs, to the vault (at unlock), to the journal; see chain_expect().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auditor/line.h"
#include "auditor/starts.h"

enum chain_kind {
	CHAIN_EDITED,		/* the line before is not what was written */
	CHAIN_GAP,		/* numbers are missing or come again */
	CHAIN_SIGNATURE,
	CHAIN_MALFORMED,
	CHAIN_TORN,		/* the last line has no end */
	CHAIN_UNSIGNED,		/* nothing in all of it is signed */
	CHAIN_HEAD,		/* the known head is not there, or another one */
	CHAIN_KINDS
};

/* "edited"; static storage. */
const char *chain_kind_name(enum chain_kind);

/* Called with each problem; 'detail' is static text. */
typedef void chain_problem(uint64_t seq, enum chain_kind, const char *detail,
    void *arg);

/* Where the chain stands: a line's number and hash. */
struct chain_link {
	uint64_t seq;
	uint8_t hash[LINE_HASH_LEN];
};

struct chain {
	uint64_t n_records, first_seq, last_seq, n_problems;
	uint64_t last_signed;	/* seq of the last good signature; 0: none */
	struct chain_link last, before;	/* the last line, the one before it */
	size_t last_len;
	size_t malformed_len;	/* of a line not yet explained; 0: none */
	bool has_before;	/* 'before' is set */
	struct chain_link head;	/* as somebody else knows it; seq 0: nobody */
	enum { HEAD_ABSENT, HEAD_WRONG, HEAD_RIGHT } seen_head;
	uint64_t first_segment;	/* the number of the first file; 0: not said */
	uint64_t oldest_segment;	/* that there was, as the last file says */
	struct starts starts;
	uint64_t n_unbegun;	/* ends whose begin is not there */
	chain_problem *problem;
	void *arg;
};

void chain_init(struct chain *, chain_problem *, void *arg);

/* The log went at least so far, and with that record: from outside the file. */
void chain_expect(struct chain *, const struct chain_link *head);

/* A line without its line end; the last one may have had none. */
enum chain_line_end { CHAIN_LINE_WHOLE, CHAIN_LINE_TORN };
void chain_feed(struct chain *, const char *line, size_t len,
    enum chain_line_end);

/* After the last one. */
void chain_finish(struct chain *);
