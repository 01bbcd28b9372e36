/* SPDX-License-Identifier: ISC */
/*
 * verify: what this process does, from its descriptors to its answer.
 *
 *	cofferdam-auditor LEN...	0: the public key, 64 hex digits
 *					1: the answer	3...: the segments
 *
 * Each LEN is how many bytes of the next descriptor count.  The answer is one
 * line of JSON for each problem, {"seq","kind","detail"}, and a last one,
 * {"ok","records","firstSeq","lastSeq","lastSigned","problems"}; its text is
 * ours.
 */
#pragma once

#include <stdbool.h>

struct err;

#define VERIFY_FIRST_FD 3
#define VERIFY_SEGMENTS_MAX 4096
#define VERIFY_PROBLEMS_MAX 1000	/* that are listed; all are counted */

/* Before confinement: the arguments, the key, libcrypto's first uses. */
bool verify_open(int argc, char *argv[], struct err *);

/* Confined: reads, judges, answers. */
bool verify_run(struct err *);
