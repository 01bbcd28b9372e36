/* SPDX-License-Identifier: ISC */
/* How long a provider wants to be left alone. */
#include <criterion/criterion.h>
#include <string.h>

#include "proxy/retry_after.h"

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define THEN_MS 784111777000LL

Test(retry_after, is_a_number_of_seconds_or_a_date)
{
	static const struct { const char *lines; int64_t ms; } cases[] = {
		{ "", 0 },
		{ "date: x\nretry-after: 7\n", 7000 },
		{ "retry-after: 0\n", 0 },
		{ "retry-after: 1.5\n", 1000 },
		{ "retry-after: -3\n", 0 },
		{ "retry-after: soon\n", 0 },
		{ "retry-after: 7 apples\n", 0 },
		{ "x-retry-after: 7\n", 0 },
		{ "retry-after: Sun, 06 Nov 1994 08:49:47 GMT\n", 10000 },
		{ "retry-after: Sun, 06 Nov 1994 08:49:27 GMT\n", 0 },
		{ "retry-after: Sun, 06 Nov 1994 08:49:47 GMT+1\n", 0 },
		{ "retry-after: 7\nretry-after-ms: 250\n", 250 },
		{ "retry-after-ms: x\nretry-after: 7\n", 7000 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(retry_after_ms(cases[i].lines,
		    strlen(cases[i].lines), THEN_MS), cases[i].ms, "%s",
		    cases[i].lines);
}

Test(retry_after, does_not_overflow)
{
	static const char huge[] = "retry-after: 99999999999999999999999\n",
	    large[] = "retry-after: 9223372036854775807\n";

	cr_expect_gt(retry_after_ms(huge, strlen(huge), THEN_MS), 0);
	cr_expect_gt(retry_after_ms(large, strlen(large), THEN_MS), 0);
}
