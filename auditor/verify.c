/* SPDX-License-Identifier: ISC */
#include "auditor/verify.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auditor/chain.h"
#include "auditor/segment.h"
#include "auditor/signature.h"
#include "common/crypto/digest.h"
#include "common/errors.h"

static uint64_t lengths[VERIFY_SEGMENTS_MAX];
static size_t n_segments;
static bool is_answer_lost;

static bool
parse_length(const char *text, uint64_t *len)
{
	char *end;

	errno = 0;
	*len = strtoull(text, &end, 10);
	return isdigit((unsigned char)*text) && *end == '\0' && errno == 0;
}

/* An empty input is no key: then no signature is good. */
static bool
read_key(struct err *err)
{
	char text[2 * SIGNATURE_KEY_LEN + 2] = "";
	uint8_t key[SIGNATURE_KEY_LEN];
	ssize_t n = read(STDIN_FILENO, text, sizeof text - 1);

	if (n <= 0)
		return n == 0 || err_set_os(err, ERR_FILE_FAILED,
		    "the public key");
	text[strcspn(text, "\r\n")] = '\0';
	return digest_unhex(text, key, sizeof key) ?
	    signature_open(key, err) :
	    err_set(err, ERR_FILE_DAMAGED, "the public key");
}

bool
verify_open(int argc, char *argv[], struct err *err)
{
	if (argc < 2 || argc - 1 > VERIFY_SEGMENTS_MAX)
		return err_set(err, ERR_USAGE, "%d segments", argc - 1);
	for (int i = 1; i < argc; i++)
		if (!parse_length(argv[i], &lengths[n_segments++]))
			return err_set(err, ERR_USAGE, "length %d", i);
	close_range((unsigned)(VERIFY_FIRST_FD + argc - 1), UINT_MAX, 0);
	return digest_open(err) && read_key(err);
}

static void
print(const char *text, size_t len)
{
	while (len > 0 && !is_answer_lost) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n == -1 && errno == EINTR)
			continue;
		is_answer_lost = n == -1;
		text += n;
		len -= (size_t)n;
	}
}

static void
on_problem(uint64_t seq, enum chain_kind kind, const char *detail, void *arg)
{
	const struct chain *chain = arg;
	char text[256];

	if (chain->n_problems > VERIFY_PROBLEMS_MAX)
		return;
	print(text, (size_t)snprintf(text, sizeof text, "{\"seq\":%" PRIu64
	    ",\"kind\":\"%s\",\"detail\":\"%s\"}\n", seq,
	    chain_kind_name(kind), detail));
}

bool
verify_run(struct err *err)
{
	struct chain chain;
	char text[256];

	chain_init(&chain, on_problem, &chain);
	for (size_t i = 0; i < n_segments; i++)
		if (!segment_feed(VERIFY_FIRST_FD + (int)i, lengths[i], &chain,
		    err))
			return false;
	chain_finish(&chain);
	print(text, (size_t)snprintf(text, sizeof text, "{\"ok\":%s,"
	    "\"records\":%" PRIu64 ",\"firstSeq\":%" PRIu64 ",\"lastSeq\":%"
	    PRIu64 ",\"lastSigned\":%" PRIu64 ",\"problems\":%" PRIu64 "}\n",
	    chain.n_problems == 0 ? "true" : "false", chain.n_records,
	    chain.first_seq, chain.last_seq, chain.last_signed,
	    chain.n_problems));
	return !is_answer_lost ||
	    err_set(err, ERR_FILE_FAILED, "standard output");
}
