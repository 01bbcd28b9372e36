/* SPDX-License-Identifier: ISC */
/* Secrets are locked, guarded, left out of cores and wiped. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/secret.h"

/* The VmFlags of the mapping that holds 'p', as the kernel shows them. */
static void
flags_of(const void *p, char flags[512])
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long start, end;
	bool inside = false;
	char line[512];

	flags[0] = '\0';
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = (unsigned long)p >= start &&
			    (unsigned long)p < end;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			snprintf(flags, 512, "%s", line);
	}
	fclose(f);
}

Test(secret, is_locked_and_left_out_of_cores_and_children)
{
	struct err err;
	struct secret *s = secret_new(100, &err);
	char flags[512];

	cr_assert_not_null(s);
	flags_of(secret_bytes(s), flags);
#ifndef __SANITIZE_ADDRESS__	/* it only pretends to lock */
	cr_expect_not_null(strstr(flags, " lo"), "locked: %s", flags);
#endif
	cr_expect_not_null(strstr(flags, " dd"), "no core: %s", flags);
	cr_expect_not_null(strstr(flags, " wf"), "no child: %s", flags);
	secret_free(s);
}

Test(secret, ends_at_a_page_that_cannot_be_touched, .signal = SIGSEGV)
{
	struct err err;
	struct secret *s = secret_new(SECRET_MAX, &err);
	volatile uint8_t *bytes = secret_bytes(s);

	for (size_t i = 0; i < 3 * SECRET_MAX; i++)
		bytes[i] = 1;
}

Test(secret, is_refused_when_it_cannot_be_locked)
{
	struct rlimit none = { 0, 0 };
	struct err err = { 0 };

	/* root may lock beyond the limit: then there is nothing to see */
	if (geteuid() == 0)
		cr_skip_test("root locks without limit");
	setrlimit(RLIMIT_MEMLOCK, &none);
	cr_expect_null(secret_new(32, &err));
	cr_expect_eq(err.code, ERR_NO_MEMORY);
}

Test(secret, wipes_what_is_cut_off)
{
	struct err err;
	struct secret *s = secret_new(64, &err);

	memset(secret_bytes(s), 'k', 64);
	secret_shorten(s, 10);
	cr_expect_eq(secret_len(s), 10);
	for (size_t i = 10; i < 64; i++)
		cr_expect_eq(secret_bytes(s)[i], 0);
	secret_free(s);
}

Test(secret, compares_all_bytes)
{
	cr_expect(secret_bytes_equal("abcd", "abcd", 4));
	cr_expect_not(secret_bytes_equal("abcd", "abce", 4));
	cr_expect_not(secret_bytes_equal("xbcd", "abcd", 4));
	cr_expect(secret_bytes_equal("a", "b", 0));
}
