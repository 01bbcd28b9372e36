/* SPDX-License-Identifier: ISC */
/*
 * home: the folder that holds everything, and the files in it.
 *
 * In a user install all are ours alone: owned by the user that we run as, no
 * access for others.  In a system install (install.h) several may enter some of
 * the folders; a file in such a one is good if nobody else can have written it.
 * No symbolic links in the place of files.  A reader takes a file whole, once,
 * under a limit; a writer replaces it whole or not at all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

#define HOME_PATH_MAX 512	/* bytes, with the NUL */

/*
 * The home's path: $COFFERDAM_HOME, else ~/.cofferdam (from the password
 * database, not $HOME, when $HOME is unset).  ERR_HOME_UNSAFE when it is
 * relative or too long.
 */
bool home_path(char path[HOME_PATH_MAX], struct err *);

/*
 * Opens the home, or makes it and its folders (0700) when 'make' is
 * HOME_MAKE.  HOME_OF_SYSTEM is root's: nobody else may write there.  A
 * descriptor, or -1 with ERR_HOME_UNSAFE (wrong owner or mode) or
 * ERR_FILE_FAILED (absent: err->os is ENOENT).
 */
enum home_make { HOME_EXISTS, HOME_MAKE, HOME_OF_SYSTEM };
int home_open(const char *path, enum home_make make, struct err *);

/*
 * A folder below it ("vault"), checked like the home; made when absent, but not
 * in a system install.
 */
int home_folder(int home, const char *name, struct err *);

/*
 * Opens a regular file of ours to read: not a link, not for others (in a folder
 * that others may enter: not for them to write), at most 'max' bytes long.
 * -1 with ERR_FILE_FAILED (err->os ENOENT when absent), ERR_HOME_UNSAFE or
 * ERR_FILE_DAMAGED (too long).
 */
int home_file(int folder, const char *name, size_t max, struct err *);

/* Reads the whole file; the caller frees *text, which ends in a NUL. */
bool home_read(int folder, const char *name, size_t max, char **text,
    size_t *len, struct err *);

/*
 * Replaces the file by 'len' bytes: written aside (0600, or 0644 in a folder
 * that others may enter), synced, renamed, the folder synced.  On failure the
 * old file is as it was.  With 'keep' not NULL the previous file stays under
 * that name.
 */
bool home_replace(int folder, const char *name, const void *bytes, size_t len,
    const char *keep, struct err *);

/*
 * Takes an exclusive lock on a permanent lock file, without waiting: a
 * descriptor to keep, or -1 with ERR_ALREADY_RUNNING (held by another) or
 * ERR_FILE_FAILED.
 */
int home_lock(int folder, const char *name, struct err *);
