/* SPDX-License-Identifier: ISC */
/*
 * environment: what a program that we start may see of ours.
 *
 * Keys often stand in a user's environment; /proc shows it for as long as the
 * program runs.
 */
#pragma once

#define ENVIRONMENT_MAX 8	/* variables, with the NULL at the end */

/* HOME, COFFERDAM_HOME, COFFERDAM_ROOT, TERM and LANG, if set; static text. */
void environment_harmless(char *variables[ENVIRONMENT_MAX]);
