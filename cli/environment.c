/* SPDX-License-Identifier: ISC */
#include "cli/environment.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/home.h"

static const char *const kept[] = { "HOME", "COFFERDAM_HOME",
	"COFFERDAM_ROOT", "TERM", "LANG" };
#define N_KEPT (sizeof kept / sizeof kept[0])
#define VARIABLE_MAX (HOME_PATH_MAX + 32)

void
environment_harmless(char *variables[ENVIRONMENT_MAX])
{
	static char texts[N_KEPT][VARIABLE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < N_KEPT; i++) {
		const char *value = getenv(kept[i]);

		if (value != NULL && snprintf(texts[n], VARIABLE_MAX, "%s=%s",
		    kept[i], value) < VARIABLE_MAX) {
			variables[n] = texts[n];
			n++;
		}
	}
	variables[n] = NULL;
}
