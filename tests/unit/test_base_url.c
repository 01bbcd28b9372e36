/* SPDX-License-Identifier: ISC */
/* Which path below a base URL is asked for. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/base_url.h"

static const struct provider with_version = { .source = SOURCE_LOCAL,
	.has_version = true, .origin = { 1 } };
static const struct provider plain = { .source = SOURCE_LOCAL,
	.origin = { 2 } };
static const struct provider same_slot = { .source = SOURCE_LOCAL,
	.origin = { 2, 1 } };
static const struct provider builtin = { .source = SOURCE_BUILTIN,
	.origin = { 3 } };

static const char *
below(const struct base_memory *m, const struct provider *p,
    enum base_attempt attempt, const char *path)
{
	const char *result;
	struct err err;

	return base_url_path(m, p, attempt, path, &result, &err) ? result
	    : NULL;
}

Test(base_url, takes_a_base_with_a_version_as_it_is)
{
	static const struct base_memory m;

	cr_expect_str_eq(below(&m, &with_version, ATTEMPT_FIRST,
	    "/v1/messages?beta=true"), "/messages?beta=true");
	cr_expect_not(base_url_may_retry(&m, &with_version, ATTEMPT_FIRST));
}

Test(base_url, tries_the_version_first_and_then_without)
{
	static const struct base_memory m;

	cr_expect_str_eq(below(&m, &plain, ATTEMPT_FIRST, "/v1/messages"),
	    "/v1/messages");
	cr_expect(base_url_may_retry(&m, &plain, ATTEMPT_FIRST));
	cr_expect_str_eq(below(&m, &plain, ATTEMPT_SECOND, "/v1/messages"),
	    "/messages");
	cr_expect_not(base_url_may_retry(&m, &plain, ATTEMPT_SECOND));
}

Test(base_url, remembers_what_worked_for_that_pin_alone)
{
	static struct base_memory m;

	base_url_learn(&m, &plain, ATTEMPT_SECOND);
	cr_expect_str_eq(below(&m, &plain, ATTEMPT_FIRST, "/v1/messages"),
	    "/messages");
	cr_expect_not(base_url_may_retry(&m, &plain, ATTEMPT_FIRST));
	cr_expect_str_eq(below(&m, &same_slot, ATTEMPT_FIRST, "/v1/messages"),
	    "/v1/messages");
	base_url_learn(&m, &same_slot, ATTEMPT_FIRST);
	cr_expect_not(base_url_may_retry(&m, &same_slot, ATTEMPT_FIRST));
	cr_expect(base_url_may_retry(&m, &plain, ATTEMPT_FIRST));
}

Test(base_url, knows_the_built_in_ones)
{
	static struct base_memory m;

	cr_expect_not(base_url_may_retry(&m, &builtin, ATTEMPT_FIRST));
	base_url_learn(&m, &builtin, ATTEMPT_SECOND);
	cr_expect_str_eq(below(&m, &builtin, ATTEMPT_FIRST, "/v1/messages"),
	    "/v1/messages");
}

Test(base_url, lets_no_path_climb_out_of_the_base)
{
	static const char *const bad[] = { "/v1/../x", "/v1/%2e%2e/x",
		"/v1//x", "/v1/", "/v1/a\\b", "/v1/./x", "x" };
	static const struct base_memory m;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_null(below(&m, &plain, ATTEMPT_FIRST, bad[i]), "%s",
		    bad[i]);
		cr_expect_null(below(&m, &with_version, ATTEMPT_FIRST,
		    bad[i]), "%s", bad[i]);
	}
}
