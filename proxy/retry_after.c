/* SPDX-License-Identifier: ISC */
#include "proxy/retry_after.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/frame.h"

#define VALUE_MAX 64
#define LONGEST_MS (1000LL * 86400000)

static bool
is_name(const struct frame_line *line, const char *name)
{
	return line->name_len == strlen(name) &&
	    memcmp(line->name, name, line->name_len) == 0;
}

/* A number of these units; -1 when it is none. */
static int64_t
number(const char *text, int64_t unit_ms)
{
	char *end;
	long long n;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || n > LONGEST_MS / unit_ms)
		n = LONGEST_MS / unit_ms;
	/* Some say "1.5". */
	return *end == '\0' || *end == '.' ? n * unit_ms : -1;
}

static int64_t
until_date(const char *text, int64_t now_ms)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);

	return end != NULL && *end == '\0' ?
	    (int64_t)timegm(&tm) * 1000 - now_ms : -1;
}

int64_t
retry_after_ms(const char *lines, size_t len, int64_t now_ms)
{
	const char *at = lines, *end = lines + len;
	struct frame_line line;
	int64_t coarse = 0;

	while (frame_next_line(&at, end, &line)) {
		char value[VALUE_MAX] = "";
		int64_t ms;

		if (line.value_len >= sizeof value)
			continue;
		memcpy(value, line.value, line.value_len);
		if (is_name(&line, "retry-after-ms")) {
			ms = number(value, 1);
			if (ms > 0)
				return ms;
		}
		if (!is_name(&line, "retry-after"))
			continue;
		ms = number(value, 1000);
		if (ms == -1)
			ms = until_date(value, now_ms);
		coarse = ms > 0 ? ms : 0;
	}
	return coarse;
}
