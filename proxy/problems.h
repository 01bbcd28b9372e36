/* SPDX-License-Identifier: ISC */
/*
 * problems: what is wrong with files that are in force all the same, as lines
 * for people.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX 32		/* lines; more are counted only */
#define PROBLEM_TEXT_MAX 256	/* bytes, with the NUL */

struct problems {
	char lines[PROBLEMS_MAX][PROBLEM_TEXT_MAX];
	size_t n;		/* may be larger than PROBLEMS_MAX */
};

void problems_add(struct problems *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
