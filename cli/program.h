/* SPDX-License-Identifier: ISC */
/* program: where our other programs are. */
#pragma once

#include <stdbool.h>

struct err;

#define PROGRAM_PATH_MAX 4096	/* bytes, with the NUL */

/*
 * The path of a program that is installed beside this one ("../sbin/cofferdamd"
 * from our folder), else where 'compiled' says.  ERR_START_FAILED when it is in
 * neither place.
 */
bool program_find(const char *beside, const char *compiled,
    char path[PROGRAM_PATH_MAX], struct err *);

/* Closes every descriptor from 'first' on; in a child, before exec. */
void program_close_from(int first);
