/* SPDX-License-Identifier: ISC */
/*
 * key_file: 32 random bytes that open the vault without a person, and the link
 * vault/key by which the supervisor finds them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

#define KEY_FILE_LEN 32

/*
 * Makes the file (0600) if it is absent, checks that it is ours alone and long
 * enough, and puts its absolute path into 'absolute'.
 */
bool key_file_make(const char *path, char *absolute, size_t size,
    struct err *);

/* Makes vault/key below 'home' a link to it, or takes the link away. */
bool key_file_link(int home, const char *absolute, struct err *);
void key_file_unlink(int home);
