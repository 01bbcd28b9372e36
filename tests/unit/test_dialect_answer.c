/* SPDX-License-Identifier: ISC */
/* What a client gets of an upstream's answer, case by case, byte by byte. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "tests/unit/answer_case.h"

#define RANDOM_SPLITS 5		/* each with its seed */
#define CASES_LEAST 50

/* Relative to the source folder, which the build names. */
#ifndef TOP_SRCDIR
#define TOP_SRCDIR "."
#endif
static const char folder[] = TOP_SRCDIR "/tests/dialect/answers";

static void
expect_outcome(const struct answer_case *c, enum answer_pieces pieces,
    unsigned seed)
{
	struct answer_outcome o;
	const char *out;

	answer_case_run(c, pieces, seed, &o);
	out = dialect_output_peek(&o.out);
	cr_expect(o.out.len == c->client_len &&
	    memcmp(out, c->client, o.out.len) == 0,
	    "%s: pieces %d, seed %u:\n%.3000s", c->path, pieces, seed, out);
	cr_expect(o.is_good == (c->status == 0), "%s: fails or not", c->path);
	cr_expect(o.status == (c->status != 0 ? c->status : 200),
	    "%s: status %d", c->path, o.status);
	cr_expect_not(o.was_guarded, "%s: the guard ended it", c->path);
	cr_expect(o.broken[0] == '\0', "%s: %s", c->path, o.broken);
	dialect_output_free(&o.out);
}

static void
expect_case(const char *path)
{
	struct answer_case c;

	cr_assert(answer_case_open(&c, path), "%s", path);
	expect_outcome(&c, PIECES_WHOLE, 0);
	expect_outcome(&c, PIECES_BYTES, 0);
	for (unsigned seed = 1; seed <= RANDOM_SPLITS; seed++)
		expect_outcome(&c, PIECES_RANDOM, seed);
	answer_case_close(&c);
}

Test(dialect_answer, is_the_same_however_the_bytes_arrive)
{
	struct dirent *entry;
	struct err err;
	char path[512];
	int n = 0;
	DIR *d = opendir(folder);

	cr_assert(digest_open(&err));
	cr_assert(d != NULL, "%s", folder);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%.200s", folder,
		    entry->d_name);
		expect_case(path);
		n++;
	}
	closedir(d);
	cr_expect(n >= CASES_LEAST, "only %d cases", n);
}
