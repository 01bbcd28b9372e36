/* SPDX-License-Identifier: ISC */
/* Numbers that a person types: nothing else passes for one. */
#include <criterion/criterion.h>
#include <json-c/json.h>

#include "cli/amount.h"
#include "common/errors.h"

static void
expect_json(const struct amount *a, const char *text)
{
	struct json_object *o = amount_json(a);

	cr_expect_str_eq(json_object_to_json_string(o), text);
	json_object_put(o);
}

Test(amount, keeps_what_was_typed)
{
	static const struct { const char *typed, *kept; } cases[] = {
		{ "0", "0" }, { "5", "5" }, { "0.1", "0.1" },
		{ "12.50", "12.50" }, { "007", "7" }, { "00.5", "0.5" },
		{ "999999999.999999999", "999999999.999999999" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct amount a;
		struct err err;

		cr_expect(amount_parse(&a, cases[i].typed, "--at", &err),
		    "%s", cases[i].typed);
		expect_json(&a, cases[i].kept);
	}
}

Test(amount, refuses_what_is_no_amount)
{
	static const char *const bad[] = { "", "abc", "nan", "inf", "-1", "+1",
		"1e3", "0x10", "1.", ".5", "1,5", "5 ", " 5", "1.2.3", "$5",
		"1000000000", "0.0000000001" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct amount a;
		struct err err;

		cr_expect_not(amount_parse(&a, bad[i], "--at", &err), "'%s'",
		    bad[i]);
		cr_expect_eq(err.code, ERR_USAGE);
	}
}

Test(amount, counts_from_one_on)
{
	static const char *const bad[] = { "", "0", "01", "1.0", "-1", "abc",
		"1000000001", "99999999999" };
	struct amount a;
	struct err err;

	cr_expect(amount_parse_count(&a, "1", "--at-calls", &err));
	cr_expect(amount_parse_count(&a, "1000000000", "--at-calls", &err));
	expect_json(&a, "1000000000");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(amount_parse_count(&a, bad[i], "--at-calls",
		    &err), "'%s'", bad[i]);
}
