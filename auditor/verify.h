/* SPDX-License-Identifier: ISC */
/*
 * verify: what this process does, from its descriptors to its answer.
 *
 *	cofferdam-auditor [--head=SEQ:SHA256] LEN...
 *					0: the public key, 64 hex digits
 *					1: the answer	3...: the segments
 *
 * Each LEN is how many bytes of the next descriptor count.  The answer is one
 * line of JSON for each problem, {"seq","kind","detail"}, one for each remark,
 * {"remark","seq","detail"}, and a last one, {"ok","records","firstSeq",
 * "lastSeq","lastSigned","unfinished","uncleanStarts","problems"}; its text is
 * ours.  With a head, the log must reach it and have that record there.
 */
#pragma once

#include <stdbool.h>

struct err;

#define VERIFY_FIRST_FD 3
#define VERIFY_SEGMENTS_MAX 4096
#define VERIFY_PROBLEMS_MAX 1000	/* that are listed; all are counted */
#define VERIFY_REMARKS_MAX 1000	/* likewise */
/* The broker signs every 256 records; while the vault is locked it cannot. */
#define VERIFY_UNSIGNED_MAX 512

/* Before confinement: the arguments, the key, libcrypto's first uses. */
bool verify_open(int argc, char *argv[], struct err *);

/* Confined: reads, judges, answers. */
bool verify_run(struct err *);
