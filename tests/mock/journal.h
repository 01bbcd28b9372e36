/* SPDX-License-Identifier: ISC */
/*
 * journal: one JSON line for each request that arrived.
 *
 *	{"method","path" (with query),"headers":{},"body","bodyBytes","port"}
 *
 * A body that is no JSON object or array is there as a string.
 */
#pragma once

#include "tests/mock/request.h"

struct journal;

/* Appends to the file; NULL if that cannot be done (errno). */
struct journal *journal_open(const char *path);
void journal_close(struct journal *);

/* In the file when it returns. */
void journal_add(struct journal *, const struct request *, int port);
