/* SPDX-License-Identifier: ISC */
#include "cli/program.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"

bool
program_find(const char *beside, const char *compiled,
    char path[PROGRAM_PATH_MAX], struct err *err)
{
	char self[PROGRAM_PATH_MAX / 2];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL)
			*slash = '\0';
		if (snprintf(path, PROGRAM_PATH_MAX, "%s/%s", self, beside) <
		    PROGRAM_PATH_MAX && access(path, X_OK) == 0)
			return true;
	}
	if (snprintf(path, PROGRAM_PATH_MAX, "%s", compiled) >=
	    PROGRAM_PATH_MAX)
		return err_set(err, ERR_START_FAILED, "%.100s: too long",
		    compiled);
	return access(path, X_OK) == 0 ||
	    err_set_os(err, ERR_START_FAILED, "%.100s", compiled);
}

void
program_close_from(int first)
{
	/* Cannot fail where there is Landlock (5.13): this came in 5.9. */
	close_range((unsigned)first, UINT_MAX, 0);
}
