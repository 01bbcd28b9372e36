/* SPDX-License-Identifier: ISC */
/*
 * Audit segments: at the auditor, who judges them line by line, and at a broker
 * that starts and looks at the last line of what it finds.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "auditor/chain.h"
#include "broker/audit_record.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "tests/fuzz/fuzz.h"

static uint64_t n_told;

static void
on_problem(uint64_t seq, enum chain_kind kind, const char *detail, void *arg)
{
	(void)seq;
	assert(arg == &n_told && detail != NULL);
	assert(chain_kind_name(kind) != NULL);
	n_told++;
}

static void
feed(struct chain *c, const uint8_t *bytes, size_t len, bool is_whole)
{
	struct audit_last last;
	char *line = malloc(len + 1);

	assert(line != NULL);
	memcpy(line, bytes, len);
	chain_feed(c, line, len, is_whole ? CHAIN_LINE_WHOLE
	    : CHAIN_LINE_TORN);
	audit_record_parse_last(line, len, &last);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static bool is_open;
	struct chain c;
	struct err err;

	if (!is_open)
		is_open = digest_open(&err);
	n_told = 0;
	chain_init(&c, on_problem, &n_told);
	while (len > 0) {
		const uint8_t *end = memchr(bytes, '\n', len);
		size_t n = end == NULL ? len : (size_t)(end - bytes);

		feed(&c, bytes, n, end != NULL);
		len -= end == NULL ? n : n + 1;
		bytes += end == NULL ? n : n + 1;
	}
	chain_finish(&c);
	assert(c.n_problems == n_told);
	/* Without a key that verifies, nothing is vouched for. */
	assert(c.last_signed == 0);
	return 0;
}
