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
#include "auditor/uses.h"
#include "common/crypto/digest.h"
#include "common/errors.h"

static uint64_t lengths[VERIFY_SEGMENTS_MAX];
static size_t n_segments;
static struct chain_link head;	/* seq 0: not known */
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

/* "--head=12:<64 hexadecimal digits>" */
static bool
parse_head(const char *text, struct err *err)
{
	char hex[DIGEST_HEX];
	int end = 0;

	return (sscanf(text, "--head=%" SCNu64 ":%64[0-9a-f]%n", &head.seq,
	    hex, &end) == 2 && text[end] == '\0' && head.seq > 0 &&
	    digest_unhex(hex, head.hash, sizeof head.hash)) ||
	    err_set(err, ERR_USAGE, "%.40s", text);
}

bool
verify_open(int argc, char *argv[], struct err *err)
{
	if (argc > 1 && argv[1][0] == '-') {
		if (!parse_head(argv[1], err))
			return false;
		argv++;
		argc--;
	}
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

static void
remark(const char *kind, uint64_t seq, const char *detail)
{
	char text[256];

	print(text, (size_t)snprintf(text, sizeof text, "{\"remark\":\"%s\","
	    "\"seq\":%" PRIu64 ",\"detail\":\"%s\"}\n", kind, seq, detail));
}

static void
on_use_left(uint64_t seq, void *arg)
{
	size_t *n = arg;

	if (++*n <= VERIFY_REMARKS_MAX)
		remark("unfinished", seq, "this use of a key has no end");
}

/* Nothing wrong, but to be seen. */
static size_t
make_remarks(const struct chain *chain)
{
	size_t n_shown = 0, n = uses_left(on_use_left, &n_shown);

	if (chain->first_segment > chain->oldest_segment &&
	    chain->oldest_segment != 0)
		remark("start_missing", chain->first_seq,
		    "older files were kept, and are not among these");
	if (chain->n_unbegun > 0)
		remark("unbegun", chain->first_seq,
		    "uses end here whose beginning is not in these files");
	for (uint64_t i = 0; i < chain->starts.n_unclean && i < STARTS_MAX; i++)
		remark("unclean_start", chain->starts.unclean[i], "no signed end "
		    "before this start: a crash, or records were added");
	if (chain->last_signed != 0 &&
	    chain->last_seq - chain->last_signed > VERIFY_UNSIGNED_MAX)
		remark("unsigned", chain->last_signed + 1,
		    "no good signature from here on");
	return n + (size_t)uses_overflow();
}

bool
verify_run(struct err *err)
{
	struct chain chain;
	char text[384];
	size_t n_left;

	chain_init(&chain, on_problem, &chain);
	chain_expect(&chain, &head);
	for (size_t i = 0; i < n_segments; i++)
		if (!segment_feed(VERIFY_FIRST_FD + (int)i, lengths[i], &chain,
		    err))
			return false;
	chain_finish(&chain);
	n_left = make_remarks(&chain);
	print(text, (size_t)snprintf(text, sizeof text, "{\"ok\":%s,"
	    "\"records\":%" PRIu64 ",\"firstSeq\":%" PRIu64 ",\"lastSeq\":%"
	    PRIu64 ",\"lastSigned\":%" PRIu64 ",\"unfinished\":%zu,"
	    "\"uncleanStarts\":%" PRIu64 ",\"problems\":%" PRIu64 "}\n",
	    chain.n_problems == 0 ? "true" : "false", chain.n_records,
	    chain.first_seq, chain.last_seq, chain.last_signed, n_left,
	    chain.starts.n_unclean, chain.n_problems));
	return !is_answer_lost ||
	    err_set(err, ERR_FILE_FAILED, "standard output");
}
