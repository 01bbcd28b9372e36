/* SPDX-License-Identifier: ISC */
/* Who stands in for which model of the central server. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/failovers.h"
#include "proxy/problems.h"
#include "proxy/providers.h"

static struct problems problems;
static struct provider_list known;
static struct failover_list list;

static void
set_up(void)
{
	static const char text[] = "{\"providers\":["
	    "{\"id\":\"b\",\"protocol\":\"openai\",\"originBaseUrl\":"
	    "\"https://b.example\",\"failoverFor\":[\"two\",\"one\"]},"
	    "{\"id\":\"a\",\"protocol\":\"openai\",\"originBaseUrl\":"
	    "\"https://a.example\",\"failoverFor\":\"three\"}]}";
	struct err err;

	cr_assert(digest_open(&err));
	problems.n = 0;
	cr_assert(providers_parse(&known, text, strlen(text), &problems,
	    &err));
	list = (struct failover_list) { .n = 0 };
}

static void
tear_down(void)
{
	failovers_reset(&list);
	providers_reset(&known);
}

TestSuite(failovers, .init = set_up, .fini = tear_down);

Test(failovers, come_from_what_the_providers_declare_sorted_by_name)
{
	static const struct failover wanted[] = { { "one", "b" },
		{ "three", "a" }, { "two", "b" } };

	failovers_read(&list, &known, &problems);
	cr_expect_eq(problems.n, 0);
	cr_assert_eq(list.n, 3);
	for (size_t i = 0; i < 3; i++) {
		cr_expect_str_eq(list.items[i].central, wanted[i].central);
		cr_expect_str_eq(list.items[i].provider, wanted[i].provider);
		cr_expect_str_eq(failovers_find(&list, wanted[i].central),
		    wanted[i].provider);
	}
	cr_expect_null(failovers_find(&list, "four"));
	cr_expect_null(failovers_find(&list, "on"));
	cr_expect_null(failovers_find(&list, ""));
}

Test(failovers, are_refused_for_a_provider_that_is_not_registered)
{
	struct err err;

	cr_expect_not(failovers_register(&list, "one", "nobody", &known,
	    &err));
	cr_expect_eq(err.code, ERR_UNKNOWN_PROVIDER);
	cr_expect_null(failovers_find(&list, "one"));
}

Test(failovers, belong_to_one_provider_each)
{
	struct err err;

	cr_expect(failovers_register(&list, "one", "a", &known, &err));
	cr_expect(failovers_register(&list, "one", "a", &known, &err));
	cr_expect_eq(list.n, 1);
	cr_expect_not(failovers_register(&list, "one", "b", &known, &err));
	cr_expect_eq(err.code, ERR_FAILOVER_TAKEN);
	cr_expect_str_eq(failovers_find(&list, "one"), "a");
	/* In a file: the others count, the second claim is told. */
	strcpy(known.items[0].failover_for[0], "two");
	failovers_reset(&list);
	failovers_read(&list, &known, &problems);
	cr_expect_eq(list.n, 2);
	cr_expect_eq(problems.n, 1);
	cr_expect_str_eq(failovers_find(&list, "two"), "a");
}

Test(failovers, leave_with_their_provider)
{
	failovers_read(&list, &known, &problems);
	known.n = 1;	/* "b" is unregistered: all is read anew */
	failovers_reset(&list);
	failovers_read(&list, &known, &problems);
	known.n = 2;
	cr_expect_eq(list.n, 1);
	cr_expect_null(failovers_find(&list, "one"));
	cr_expect_str_eq(failovers_find(&list, "three"), "a");
}
