/* SPDX-License-Identifier: ISC */
/* segment: one file of the log, read line by line through its descriptor. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct chain;
struct err;

/*
 * Feeds the first 'len' bytes; what the broker appends meanwhile is not looked
 * at.  ERR_FILE_FAILED when the file is shorter or cannot be read.
 */
bool segment_feed(int fd, uint64_t len, struct chain *, struct err *);
