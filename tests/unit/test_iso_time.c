/* SPDX-License-Identifier: ISC */
/* Times as text, against libc's own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

#include "proxy/iso_time.h"

Test(iso_time, agrees_with_libc_on_every_day_of_four_centuries)
{
	for (int64_t s = 0; s < INT64_C(86400) * 146097; s += 86400 - 7) {
		char ours[ISO_TIME_TEXT], theirs[64];
		time_t t = (time_t)s;
		int64_t back;
		struct tm tm;

		iso_time_format(s * 1000 + 42, ours);
		gmtime_r(&t, &tm);
		strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%S.042Z", &tm);
		cr_assert_str_eq(ours, theirs);
		cr_assert(iso_time_parse(ours, &back));
		cr_assert_eq(back, s);
	}
}

Test(iso_time, reads_the_forms_that_programs_write)
{
	int64_t s;

	cr_expect(iso_time_parse("2026-11-22T10:37:00Z", &s));
	cr_expect(iso_time_parse("2026-11-22T10:37:00.123456+00:00", &s));
	cr_expect_not(iso_time_parse("2026-11-22", &s));
	cr_expect_not(iso_time_parse("2026-13-22T10:37:00Z", &s));
	cr_expect_not(iso_time_parse("2026-11-22T10:37:00", &s));
	cr_expect_not(iso_time_parse("2026-11-22T10:37:00+02:00", &s));
	cr_expect_not(iso_time_parse("yesterday", &s));
	cr_expect_not(iso_time_parse("", &s));
}
