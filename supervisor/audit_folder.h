/* SPDX-License-Identifier: ISC */
/*
 * audit_folder: opens audit segments for the broker, which has no file system.
 *
 * The newest segment is audit.jsonl; older ones are audit.<number>.jsonl with
 * twenty digits, so that names sort by age.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* Number of the newest segment: one more than the last rotated one; 0: error. */
uint32_t audit_folder_newest(int folder, struct err *);

/* The newest segment to append to and read back, made if absent; or -1. */
int audit_folder_open_log(int folder, struct err *);

/* Segment 'number' to read, of 1 to 'newest'; -1 when absent or not ours. */
int audit_folder_open_segment(int folder, uint32_t number, uint32_t newest,
    struct err *);

/*
 * Is the newest segment at least that long?  One that is not stays: a broker in
 * an attacker's hands could else have retention remove all that there is, at
 * the price of a message each.
 */
bool audit_folder_is_full(int folder, uint64_t len);

/* Renames the newest to 'number'; keeps at most 'n_keep' rotated (0: all). */
bool audit_folder_rotate(int folder, uint32_t number, uint64_t n_keep,
    struct err *);

/* Smallest rotated number there is, or 'newest' if there is none; 0: error. */
uint32_t audit_folder_oldest(int folder, uint32_t newest, struct err *);
