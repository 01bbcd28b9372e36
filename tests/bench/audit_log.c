/* SPDX-License-Identifier: ISC */
/*
 * audit_log N: writes an audit log of N records to standard output, chained as
 * the broker chains it, half of them begins and half ends, one in a thousand of
 * another agent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "broker/audit_record.h"
#include "common/crypto/digest.h"
#include "common/errors.h"

static struct audit_record
record(uint64_t i, uint64_t start_ms)
{
	struct audit_record r = { .event = i % 2 == 0 ? AUDIT_BEGIN :
	    AUDIT_END, .request = i / 2 + 1, .time_ms = start_ms + i * 10,
	    .generation = 7, .uid = 1000, .method = "POST",
	    .path = "/v1/chat/completions", .sent = 1234, .received = 5678,
	    .http_status = i % 2 == 0 ? 0 : 200 };

	snprintf(r.agent, sizeof r.agent, "%s",
	    i / 2 % 1000 == 500 ? "rare" : "claude-code");
	snprintf(r.provider, sizeof r.provider, "anthropic");
	return r;
}

int
main(int argc, char *argv[])
{
	uint64_t n = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t start_ms = ((uint64_t)time(NULL) - n / 100) * 1000;
	char line[AUDIT_LINE_MAX], previous[DIGEST_HEX];
	uint8_t hash[DIGEST_LEN] = { 0 };
	struct err err;

	if (n == 0 || !digest_open(&err))
		return EX_USAGE;
	for (uint64_t i = 0; i < n; i++) {
		struct audit_record r = record(i, start_ms);
		size_t len;

		digest_hex(hash, sizeof hash, previous);
		len = audit_record_format(&r, i + 1, previous, line);
		digest_sha256(line, len - 1, hash);
		fwrite(line, 1, len, stdout);
	}
	return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}
