/* SPDX-License-Identifier: ISC */
#include "supervisor/log_file.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

void
log_file_write(enum log_level level, const char *text, size_t len)
{
	char line[LOG_LINE_MAX + 64], when[32];
	struct timespec now;
	struct tm utc;
	int n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &utc);
	n = snprintf(line, sizeof line, "%s.%03ldZ %s %.*s\n", when,
	    now.tv_nsec / 1000000, log_level_name(level), (int)len, text);
	/* There is nobody to tell that the log cannot be written. */
	if (write(STDERR_FILENO, line, (size_t)n) == -1)
		return;
}
