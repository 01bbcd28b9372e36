/* SPDX-License-Identifier: ISC */
#include "proxy/iso_time.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define DAYS_TO_1970 719468	/* from the first of March of the year 0 */
#define DAYS_IN_400_YEARS 146097

/*
 * Years that begin in March put the leap day last, so months need no table
 * (the usual conversion between civil dates and days, for dates after 0000).
 */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2);
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;

	return y / 400 * DAYS_IN_400_YEARS + y % 400 * 365 + y % 400 / 4 -
	    y % 400 / 100 + of_year - DAYS_TO_1970;
}

static void
date_of(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + DAYS_TO_1970;
	int64_t era = z / DAYS_IN_400_YEARS, d = z % DAYS_IN_400_YEARS;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

void
iso_time_format(int64_t utc_ms, char text[ISO_TIME_TEXT])
{
	int64_t s = utc_ms / 1000, of_day = s % DAY_S;
	int year, month, day;

	date_of(s / DAY_S, &year, &month, &day);
	snprintf(text, ISO_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned)year % 10000, (unsigned)month % 100,
	    (unsigned)day % 100, (unsigned)(of_day / 3600) % 100,
	    (unsigned)(of_day / 60 % 60), (unsigned)(of_day % 60),
	    (unsigned)(utc_ms % 1000));
}

bool
iso_time_parse(const char *text, int64_t *utc_s)
{
	int year, month, day, hour, minute, second, n = 0;
	const char *rest;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day,
	    &hour, &minute, &second, &n) != 6 || year < 1970 || month < 1 ||
	    month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	rest = text + n;
	if (*rest == '.')
		for (rest++; isdigit((unsigned char)*rest); rest++)
			;
	if (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0)
		return false;
	*utc_s = days_of(year, month, day) * DAY_S + hour * 3600 +
	    minute * 60 + second;
	return true;
}
