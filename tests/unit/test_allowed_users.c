/* SPDX-License-Identifier: ISC */
/* Whose programs may call: what is written, and what it comes to. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"

static char passwd[] = "/tmp/test_allowed_users.XXXXXX";
static char numbers[24];
static struct err err;

static void
setup(void)
{
	static const char text[] = "root:x:0:0::/:/bin/sh\n"
	    "alice:x:1000:1000::/home/alice:/bin/sh\n"
	    "all:x:1001:1001::/home/all:/bin/sh\n";
	int fd = mkstemp(passwd);

	cr_assert(fd != -1 && write(fd, text, sizeof text - 1) ==
	    sizeof text - 1);
	close(fd);
}

static void
teardown(void)
{
	unlink(passwd);
}

static bool
resolves(const char *before, const char *list)
{
	snprintf(numbers, sizeof numbers, "%s", before);
	err = (struct err) { 0 };
	return allowed_users_resolve(&(struct allowed_users) { numbers,
	    sizeof numbers }, list, passwd, &err);
}

TestSuite(allowed_users, .init = setup, .fini = teardown);

Test(allowed_users, are_numbers_in_the_end)
{
	cr_expect(resolves("", "alice 7"));
	cr_expect_str_eq(numbers, "1000 7");
	cr_expect(resolves("500", "  all\troot "));
	cr_expect_str_eq(numbers, "500 1001 0");
	cr_expect(resolves("500", ""));
	cr_expect_str_eq(numbers, "500");
}

Test(allowed_users, are_all_with_a_star)
{
	cr_expect(resolves("500", "7 *"));
	cr_expect_str_eq(numbers, "*");
}

Test(allowed_users, are_refused_when_one_is_unknown)
{
	cr_expect_not(resolves("500", "alice bob"));
	cr_expect_eq(err.code, ERR_SETTINGS_INVALID);
	cr_expect_not_null(strstr(err.about, "bob"), "%s", err.about);
	/* The beginning of a name is not the name. */
	cr_expect_not(resolves("500", "ali"));
}

Test(allowed_users, are_refused_when_they_are_too_many)
{
	cr_expect_not(resolves("1000000000", "1000000001 1000000002"));
	cr_expect_eq(err.code, ERR_SETTINGS_INVALID);
}

Test(allowed_users, are_those_and_no_others)
{
	cr_expect(allowed_users_has("0 1000", 0));
	cr_expect(allowed_users_has("0 1000", 1000));
	cr_expect_not(allowed_users_has("0 1000", 100));
	cr_expect_not(allowed_users_has("0 1000", 10000));
	cr_expect_not(allowed_users_has("0 1000", IPC_UID_UNKNOWN));
	cr_expect_not(allowed_users_has("4294967295", IPC_UID_UNKNOWN));
	cr_expect_not(allowed_users_has("", 0));
	cr_expect_not(allowed_users_has("alice", 0), "not resolved");
	cr_expect(allowed_users_has("*", 1000));
	cr_expect(allowed_users_has("*", IPC_UID_UNKNOWN), "as said");
}
