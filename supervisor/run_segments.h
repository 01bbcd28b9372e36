/* SPDX-License-Identifier: ISC */
/*
 * run_segments: the files of runs/ that wait to be uploaded.
 *
 * The proxy writes pending.jsonl; what is taken over for an upload gets a
 * number (pending-1.jsonl to pending-16.jsonl) and keeps it until all of it is
 * sent.
 * The syncer is handed descriptors, and no way into the folder.  Nothing here
 * looks into a file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;

#define RUN_SEGMENTS 16

/* Gives pending.jsonl a number, unless it is empty or too many are used. */
void run_segments_take(int folder);

/*
 * Opens number 'n' (from 1) to read and to append to; -1 when there is none, or it
 * is not ours.
 */
int run_segments_open(int folder, uint32_t n);

/* All of it is sent, or nobody wants it any more. */
void run_segments_remove(int folder, uint32_t n);

/* Nobody is to get what waits. */
void run_segments_drop(int folder);

/* Is there anything to send? */
bool run_segments_wait(int folder);

/* runs/rejected.jsonl, to append; at 1 MiB it starts anew.  -1 with *err. */
int run_segments_open_rejected(int folder, struct err *);
