/* SPDX-License-Identifier: ISC */
/* Which errors "cofferdam status" can show. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "proxy/metrics.h"

Test(metrics, keeps_the_last_errors_the_newest_first)
{
	static struct metrics m;
	struct err err = { .code = ERR_NO_ROUTE };
	struct http_error e = { .err = &err, .request_id = "req_1" };

	cr_expect_null(metrics_error(&m, 0));
	for (int i = 1; i <= LAST_ERRORS + 5; i++) {
		metrics_note_error(&m, i, &e, "agent");
		cr_expect_eq(metrics_error(&m, 0)->at_ms, i);
	}
	cr_expect_eq(metrics_error(&m, LAST_ERRORS - 1)->at_ms, 6);
	cr_expect_null(metrics_error(&m, LAST_ERRORS));
	cr_expect_str_eq(metrics_error(&m, 0)->agent, "agent");
	cr_expect_eq(metrics_error(&m, 0)->code, ERR_NO_ROUTE);
}
