/* SPDX-License-Identifier: ISC */
/*
 * waiver: a protection that a role may do without, because the administrator
 * named both in the settings: "waive = broker:landlock proxy:landlock".
 *
 * Without its waiver a role that misses the protection does not start.  What is
 * waived is recorded in the audit log and shown; nothing is waived by default.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_messages.h"

#define WAIVERS(X)							\
	X(LANDLOCK, "landlock", 1)					\
	X(SECCOMP, "seccomp", 2)

enum waiver {
	WAIVE_NOTHING,
#define X(NAME, text, bit) WAIVE_##NAME = bit,
	WAIVERS(X)
#undef X
};

#define WAIVER_TEXT 32		/* bytes of "connector:landlock", with the NUL */

/* Does each word name a role and a protection? */
bool waiver_list_is_good(const char *list);

/* What 'role' may miss: a set of enum waiver. */
unsigned waiver_of(const char *list, enum role role);

/* "landlock seccomp", "" for none; static storage. */
const char *waiver_names(unsigned set);
