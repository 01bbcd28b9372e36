/* SPDX-License-Identifier: ISC */
#include "cli/moment.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/errors.h"

#define LONGEST_SPAN_S (UINT64_C(10) * 366 * 86400)

void
moment_format(uint64_t s, char text[MOMENT_TEXT])
{
	time_t t = (time_t)s;
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		strftime(text, MOMENT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void
moment_format_now(char text[MOMENT_TEXT])
{
	struct timespec now;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	moment_format((uint64_t)now.tv_sec, text);
	len = strlen(text);
	if (len > 0)
		snprintf(text + len - 1, MOMENT_TEXT - len + 1, ".%03uZ",
		    (unsigned)(now.tv_nsec / 1000000) % 1000);
}

bool
moment_parse_span(const char *text, uint64_t *s, struct err *err)
{
	static const struct { const char *suffix; uint64_t factor; } units[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 }, { "w", 7 * 86400 },
	};
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (isdigit((unsigned char)*text) && errno == 0)
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
			if (strcmp(units[i].suffix, end) == 0 &&
			    n <= LONGEST_SPAN_S / units[i].factor) {
				*s = n * units[i].factor;
				return true;
			}
	return err_set(err, ERR_USAGE,
	    "'%.30s' is not a span of time such as 90s, 10m, 2h or 1d", text);
}

/* Behind the offset, with its seconds; NULL when it is none. */
static const char *
skip_offset(const char *text, int64_t *offset_s)
{
	int hours, minutes, n = 0;

	*offset_s = 0;
	if (*text == 'Z' || *text == 'z')
		return text + 1;
	if (*text == '\0')
		return text;
	if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2 ||
	    n != 5 || (*text != '+' && *text != '-'))
		return NULL;
	*offset_s = (*text == '-' ? -60 : 60) * (hours * 60 + minutes);
	return text + 6;
}

static const char *
skip_fraction(const char *text)
{
	if (*text == '.')
		for (text++; isdigit((unsigned char)*text); text++)
			;
	return text;
}

bool
moment_parse(const char *text, uint64_t *s)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	int64_t offset_s, t;

	if (rest != NULL && (*rest == 'T' || *rest == ' ')) {
		const char *time = rest + 1;

		rest = strptime(time, "%H:%M:%S", &tm);
		if (rest == NULL)
			rest = strptime(time, "%H:%M", &tm);
	}
	if (rest != NULL)
		rest = skip_offset(skip_fraction(rest), &offset_s);
	if (rest == NULL || *rest != '\0')
		return false;
	t = (int64_t)timegm(&tm) - offset_s;
	*s = (uint64_t)t;
	return t >= 0;
}

bool
moment_parse_ms(const char *text, uint64_t *ms)
{
	const char *point = strchr(text, '.');
	unsigned part = 0, weight = 100;

	if (!moment_parse(text, ms))
		return false;
	for (; point != NULL && isdigit((unsigned char)*++point) && weight > 0;
	    weight /= 10)
		part += weight * (unsigned)(*point - '0');
	*ms = *ms * 1000 + part;
	return true;
}

bool
moment_parse_since(const char *text, uint64_t now_s, uint64_t *s,
    struct err *err)
{
	struct err ignored;
	uint64_t span_s;

	if (moment_parse(text, s))
		return true;
	if (moment_parse_span(text, &span_s, &ignored)) {
		*s = span_s < now_s ? now_s - span_s : 0;
		return true;
	}
	return err_set(err, ERR_USAGE,
	    "'%.30s' is neither a time (2026-08-23T10:00:00Z) nor a span (2h)",
	    text);
}

void
moment_format_span(uint64_t s, char text[MOMENT_TEXT])
{
	unsigned long long t = s;

	if (t < 60)
		snprintf(text, MOMENT_TEXT, "%llus", t);
	else if (t < 3600)
		snprintf(text, MOMENT_TEXT, "%llum %llus", t / 60, t % 60);
	else if (t < 86400)
		snprintf(text, MOMENT_TEXT, "%lluh %llum", t / 3600,
		    t % 3600 / 60);
	else
		snprintf(text, MOMENT_TEXT, "%llud %lluh", t / 86400,
		    t % 86400 / 3600);
}
