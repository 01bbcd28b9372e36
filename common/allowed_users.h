/* SPDX-License-Identifier: ISC */
/*
 * allowed_users: whose programs may call, as the setting "users" says.
 *
 * An administrator writes names and numbers, separated by blanks, or "*" for
 * everybody.  The supervisor resolves that once, for no other process can look
 * up a name: what they are handed is numbers alone, or "*".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define ALLOWED_USERS_ALL "*"
#define ALLOWED_USER_TEXT 34	/* bytes of one word, with the NUL */

/* Is each word a number, a name that a user can have, or "*"? */
bool allowed_users_list_is_good(const char *list);

/* The number of one word; the one that means nobody is none. */
bool allowed_users_number(const char *word, uint32_t *uid);

/*
 * Puts the numbers of all whom 'list' names behind what 'numbers' has already;
 * "*" takes the place of all.  Names are looked up in the file 'passwd', which
 * no name service has a part in.  ERR_SETTINGS_INVALID names who is not there.
 */
struct allowed_users {
	char *numbers;
	size_t size;		/* of 'numbers', with the NUL */
};
bool allowed_users_resolve(const struct allowed_users *numbers,
    const char *list, const char *passwd, struct err *);

/* May this user's programs call?  Of a resolved list; the empty one has none. */
bool allowed_users_has(const char *numbers, uint32_t uid);
