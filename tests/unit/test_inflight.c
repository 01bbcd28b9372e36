/* SPDX-License-Identifier: ISC */
/* How much an agent, and all of them, may have in progress. */
#include <criterion/criterion.h>

#include "common/errors.h"
#include "proxy/inflight.h"

Test(inflight, limits_each_agent_by_itself)
{
	struct inflight *f = inflight_new();
	struct err err;

	cr_assert_not_null(f);
	cr_expect(inflight_add(f, "a", 2, &err));
	cr_expect(inflight_add(f, "a", 2, &err));
	cr_expect_not(inflight_add(f, "a", 2, &err));
	cr_expect_eq(err.code, ERR_TOO_MANY_REQUESTS);
	cr_expect(inflight_add(f, "b", 2, &err));
	cr_expect_eq(inflight_count(f), 3);
	inflight_remove(f, "a");
	cr_expect(inflight_add(f, "a", 2, &err));
	inflight_free(f);
}

Test(inflight, takes_no_more_memory_than_the_budget)
{
	struct body_budget b = { .used = 0 };
	struct err err;

	cr_expect(body_budget_take(&b, 60, 100, &err));
	cr_expect_not(body_budget_take(&b, 41, 100, &err));
	cr_expect_eq(err.code, ERR_OVERLOADED);
	cr_expect_not(body_budget_take(&b, UINT64_MAX, 100, &err));
	cr_expect(body_budget_take(&b, 40, 100, &err));
	body_budget_return(&b, 100);
	cr_expect_eq(b.used, 0);
}

Test(inflight, survives_a_budget_that_was_lowered_while_in_use)
{
	struct body_budget b = { .used = 90 };
	struct err err;

	cr_expect_not(body_budget_take(&b, 1, 50, &err));
}
