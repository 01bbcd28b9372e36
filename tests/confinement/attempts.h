/* SPDX-License-Identifier: ISC */
/*
 * attempts: what a process in an attacker's hands would try.
 *
 * Each is one small function that really tries it.  It returns true when it
 * got what it wanted; a confined process is killed or gets false.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct attempt {
	const char *name;
	bool (*try)(void);
	bool is_possible_outside;	/* for anybody, without walls */
};

extern const struct attempt attempts[];
extern const size_t n_attempts;

/*
 * Before the first attempt: a listener to connect to, a file to open; in a
 * scratch folder, whose path is short.  What is left there is for
 * attempts_remove(), of a process without walls.
 */
void attempts_prepare(const char *folder);
void attempts_remove(void);
