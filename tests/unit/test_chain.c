/* SPDX-License-Identifier: ISC */
/* What the auditor says of a log that was tampered with. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auditor/chain.h"
#include "auditor/signature.h"
#include "auditor/uses.h"
#include "common/crypto/digest.h"
#include "common/errors.h"

/* Played: a signature is good when it repeats the hash that it signs. */
bool
signature_is_good(const uint8_t signature[64], const uint8_t hash[32])
{
	return memcmp(signature, hash, 32) == 0 &&
	    memcmp(signature + 32, hash, 32) == 0;
}

#define LINES 12
#define CHECKPOINT_AT 6

/* A log as the broker writes it. */
struct log {
	char lines[LINES + 4][512];
	size_t n;
};

static char kinds[64][16];
static uint64_t seqs[64];
static size_t n_found;
static bool is_unsigned;	/* counted apart: most pieces here are */

static void
on_problem(uint64_t seq, enum chain_kind kind, const char *detail, void *arg)
{
	(void)detail;
	(void)arg;
	if (kind == CHAIN_UNSIGNED) {
		is_unsigned = true;
		return;
	}
	snprintf(kinds[n_found % 64], 16, "%s", chain_kind_name(kind));
	seqs[n_found++ % 64] = seq;
}

static void
hash_of(const char *line, char hex[DIGEST_HEX])
{
	uint8_t hash[DIGEST_LEN];

	digest_sha256(line, strlen(line), hash);
	digest_hex(hash, sizeof hash, hex);
}

/* The next line of 'event', behind the one at 'behind' (-1: none). */
static void
append(struct log *log, uint64_t seq, const char *event, int behind,
    const char *more)
{
	char previous[DIGEST_HEX];

	memset(previous, '0', 64);
	previous[64] = '\0';
	if (behind >= 0)
		hash_of(log->lines[behind], previous);
	snprintf(log->lines[log->n++], sizeof log->lines[0],
	    "{\"seq\":%" PRIu64 ",\"event\":\"%s\"%s,\"prev\":\"%s\"}", seq,
	    event, more, previous);
}

static void
build(struct log *log, int n)
{
	struct err err;

	cr_assert(digest_open(&err));
	log->n = 0;
	n_found = 0;
	for (int i = 0; i < n; i++) {
		char hash[DIGEST_HEX], more[200] = "";

		if (i == CHECKPOINT_AT) {
			hash_of(log->lines[i - 1], hash);
			snprintf(more, sizeof more, ",\"sig\":\"%s%s\"", hash,
			    hash);
		}
		append(log, (uint64_t)i + 1, i == 0 ? "segment" :
		    i == CHECKPOINT_AT ? "checkpoint" : "begin", i - 1, more);
	}
}

static struct chain
judge(const struct log *log)
{
	struct chain c;

	n_found = 0;
	is_unsigned = false;
	chain_init(&c, on_problem, NULL);
	for (size_t i = 0; i < log->n; i++)
		chain_feed(&c, log->lines[i], strlen(log->lines[i]),
		    CHAIN_LINE_WHOLE);
	chain_finish(&c);
	return c;
}

static bool
found(const char *kind, uint64_t seq)
{
	for (size_t i = 0; i < n_found; i++)
		if (strcmp(kinds[i], kind) == 0 && seqs[i] == seq)
			return true;
	return false;
}

static void
drop(struct log *log, size_t i)
{
	memmove(log->lines[i], log->lines[i + 1],
	    (log->n - i - 1) * sizeof log->lines[0]);
	log->n--;
}

Test(chain, has_no_problem_with_what_the_broker_wrote)
{
	static struct log log;
	struct chain c;

	build(&log, LINES);
	c = judge(&log);
	cr_expect_eq(n_found, 0);
	cr_expect_eq(c.n_records, LINES);
	cr_expect_eq(c.first_seq, 1);
	cr_expect_eq(c.last_seq, LINES);
	cr_expect_eq(c.last_signed, CHECKPOINT_AT + 1);
	cr_expect_not(is_unsigned);
}

Test(chain, sees_an_edit_of_any_record_but_the_last)
{
	static struct log log;

	for (size_t i = 0; i < LINES - 1; i++) {
		build(&log, LINES);
		*strchr(log.lines[i], 'e') = 'x';	/* "seq" */
		judge(&log);
		cr_expect(n_found > 0, "%zu", i);
		build(&log, LINES);
		strstr(log.lines[i], "event\":\"")[9] ^= 1;
		judge(&log);
		cr_expect(found("edited", i + 1), "%zu", i);
		cr_expect_eq(found("signature", CHECKPOINT_AT + 1),
		    i == CHECKPOINT_AT - 1,
		    "what stands there was signed, not what is said of it");
	}
}

Test(chain, sees_that_any_record_in_the_middle_is_missing)
{
	static struct log log;

	for (size_t i = 1; i < LINES - 1; i++) {
		build(&log, LINES);
		drop(&log, i);
		judge(&log);
		cr_expect(found("gap", i + 1), "%zu", i);
	}
}

Test(chain, sees_a_record_that_comes_twice_or_too_early)
{
	static struct log log;
	char kept[512];

	build(&log, LINES);
	memcpy(log.lines[5], log.lines[4], sizeof log.lines[0]);
	judge(&log);
	cr_expect(found("gap", 5));
	build(&log, LINES);
	memcpy(kept, log.lines[3], sizeof kept);
	memcpy(log.lines[3], log.lines[4], sizeof kept);
	memcpy(log.lines[4], kept, sizeof kept);
	judge(&log);
	cr_expect(n_found > 0);
}

Test(chain, a_chain_that_was_computed_anew_fails_at_its_signature)
{
	static struct log log, forged;

	build(&log, LINES);
	forged = (struct log) { .n = 0 };
	/* As long as the forger has no key, he keeps the old signature. */
	for (int i = 0; i < LINES; i++) {
		char more[300] = "";
		const char *sig = strstr(log.lines[i], ",\"sig\"");

		if (sig != NULL)
			snprintf(more, sizeof more, "%.*s", 137, sig);
		append(&forged, (uint64_t)i + 1, i == 3 ? "forged" :
		    i == CHECKPOINT_AT ? "checkpoint" : "begin", i - 1, more);
	}
	judge(&forged);
	cr_expect_eq(n_found, 1);
	cr_expect(found("signature", CHECKPOINT_AT + 1));
	cr_expect(is_unsigned, "there is no other");
}

Test(chain, may_begin_late_but_not_with_a_wrong_first_record)
{
	static struct log log;
	struct chain c;

	build(&log, LINES);
	drop(&log, 0);
	judge(&log);
	cr_expect(found("gap", 2), "not even retention removes half a file");
	log.n = 0;
	append(&log, 3, "segment", -1, "");
	append(&log, 4, "end", 0, "");
	c = judge(&log);
	cr_expect_eq(n_found, 0, "retention removed what was before");
	cr_expect_eq(c.first_seq, 3);
	build(&log, LINES);
	append(&log, 1, "segment", 3, "");
	memcpy(log.lines[0], log.lines[LINES], sizeof log.lines[0]);
	log.n = 1;
	judge(&log);
	cr_expect(found("edited", 1));
}

Test(chain, a_torn_line_is_no_problem_when_the_next_record_says_so)
{
	static struct log log;

	build(&log, 4);
	snprintf(log.lines[log.n++], 512, "{\"seq\":5,\"ev");
	append(&log, 5, "torn", 3, ",\"bytes\":12");
	append(&log, 6, "begin", 5, "");
	judge(&log);
	cr_expect_eq(n_found, 0);
	build(&log, 4);
	snprintf(log.lines[log.n++], 512, "{\"seq\":5,\"ev");
	append(&log, 5, "torn", 3, ",\"bytes\":13");
	judge(&log);
	cr_expect(found("malformed", 5));
	build(&log, 4);
	snprintf(log.lines[log.n++], 512, "{\"seq\":5,\"ev");
	append(&log, 5, "begin", 3, "");
	judge(&log);
	cr_expect(found("malformed", 5));
}

Test(chain, a_line_whose_end_was_torn_is_void)
{
	static struct log log;
	char more[40];
	struct chain c;

	build(&log, 4);
	snprintf(more, sizeof more, ",\"bytes\":%zu", strlen(log.lines[3]));
	append(&log, 4, "torn", 2, more);
	append(&log, 5, "begin", 4, "");
	c = judge(&log);
	cr_expect_eq(n_found, 0);
	cr_expect_eq(c.n_records, 5);
	build(&log, 4);
	append(&log, 4, "torn", 2, ",\"bytes\":1");
	judge(&log);
	cr_expect(found("gap", 4), "another length");
}

Test(chain, says_so_when_the_last_line_has_no_end)
{
	static struct log log;
	struct chain c;

	build(&log, 2);
	n_found = 0;
	chain_init(&c, on_problem, NULL);
	chain_feed(&c, log.lines[0], strlen(log.lines[0]), CHAIN_LINE_WHOLE);
	chain_feed(&c, log.lines[1], 20, CHAIN_LINE_TORN);
	chain_finish(&c);
	cr_expect(found("torn", 2));
}

Test(chain, goes_on_after_lines_that_are_no_records)
{
	static struct log log;
	struct chain c;

	build(&log, 2);
	snprintf(log.lines[log.n++], 512, "nonsense");
	snprintf(log.lines[log.n++], 512, "%s", "");
	append(&log, 3, "begin", 1, "");
	c = judge(&log);
	cr_expect_eq(n_found, 2);
	cr_expect_eq(c.n_records, 3);
}

/* The head, known outside the file. */
static struct chain
judge_with_head(const struct log *log, const char *head_line, uint64_t seq)
{
	struct chain_link head = { .seq = seq };
	struct chain c;

	digest_sha256(head_line, strlen(head_line), head.hash);
	n_found = 0;
	chain_init(&c, on_problem, NULL);
	chain_expect(&c, &head);
	for (size_t i = 0; i < log->n; i++)
		chain_feed(&c, log->lines[i], strlen(log->lines[i]),
		    CHAIN_LINE_WHOLE);
	chain_finish(&c);
	return c;
}

/* Each byte of each record, the last one too: nothing can be changed. */
Test(chain, sees_every_byte_that_was_changed_anywhere)
{
	static struct log good, bad;

	build(&good, LINES);
	for (size_t i = 0; i < good.n; i++)
		for (size_t at = 0; good.lines[i][at] != '\0'; at++) {
			bad = good;
			bad.lines[i][at] ^= 1;
			judge_with_head(&bad, good.lines[LINES - 1], LINES);
			cr_expect_gt(n_found, 0, "line %zu byte %zu", i, at);
		}
	judge_with_head(&good, good.lines[LINES - 1], LINES);
	cr_expect_eq(n_found, 0);
}

Test(chain, sees_every_record_that_is_cut_off_missing_moved_or_old)
{
	static struct log good, bad;

	build(&good, LINES);
	for (size_t i = 0; i < LINES; i++) {
		bad = good;
		bad.n = i;
		judge_with_head(&bad, good.lines[LINES - 1], LINES);
		cr_expect(i == LINES ? n_found == 0 : n_found > 0,
		    "cut behind %zu", i);
		for (size_t j = i + 1; j < LINES; j++) {
			bad = good;
			memcpy(bad.lines[i], good.lines[j],
			    sizeof bad.lines[i]);
			memcpy(bad.lines[j], good.lines[i],
			    sizeof bad.lines[j]);
			judge_with_head(&bad, good.lines[LINES - 1], LINES);
			cr_expect_gt(n_found, 0, "%zu and %zu swapped", i, j);
			/* A piece of the log once more, behind its end. */
			bad = good;
			memcpy(bad.lines[bad.n++], good.lines[i],
			    sizeof bad.lines[0]);
			judge_with_head(&bad, good.lines[LINES - 1], LINES);
			cr_expect_gt(n_found, 0, "%zu replayed", i);
		}
	}
}

/* All of it written anew, with the right numbers and hashes, no signature. */
Test(chain, sees_a_log_that_was_written_anew)
{
	static struct log good, forged;

	build(&good, LINES);
	forged.n = 0;
	for (int i = 0; i < LINES; i++)
		append(&forged, (uint64_t)i + 1, "end", i - 1, "");
	judge(&forged);
	cr_expect_eq(n_found, 0, "each line of it is well");
	cr_expect(is_unsigned, "but it has nobody's word");
	judge_with_head(&forged, good.lines[LINES - 1], LINES);
	cr_expect(found("head", LINES));
}

Test(chain, goes_on_behind_the_head_that_is_known)
{
	static struct log log;

	build(&log, LINES);
	judge_with_head(&log, log.lines[4], 5);
	cr_expect_eq(n_found, 0);
	judge_with_head(&log, log.lines[3], 5);
	cr_expect(found("head", 5));
}

Test(chain, of_no_records_needs_no_signature)
{
	static struct log log;
	struct chain c;

	build(&log, 0);
	c = judge(&log);
	cr_expect_not(is_unsigned);
	cr_expect_eq(c.n_problems, 0);
}

/* A log of these events, '!' is a good signature, '~' one that failed. */
static struct chain
judge_events(const char *const *events)
{
	static struct log log;
	struct err err;

	cr_assert(digest_open(&err));
	log.n = 0;
	for (size_t i = 0; events[i] != NULL; i++) {
		char hash[DIGEST_HEX], more[200] = ",\"outcome\":\"ok\"";
		const char *event = events[i];

		if (*event == '!' && i > 0) {
			hash_of(log.lines[i - 1], hash);
			snprintf(more, sizeof more, ",\"sig\":\"%s%s\"", hash,
			    hash);
			event = "checkpoint";
		} else if (*event == '~') {
			strcpy(more, ",\"outcome\":\"failed\"");
			event++;
		}
		append(&log, i + 1, event, (int)i - 1, more);
	}
	return judge(&log);
}

#define EVENTS(...) judge_events((const char *const[]) { __VA_ARGS__, NULL })

Test(chain, tells_of_no_start_behind_an_end_as_it_should_be)
{
	/* Signed; the vault never open; locked; a new file; the first one. */
	cr_expect_eq(EVENTS("segment", "start", "unlock", "!", "begin", "end",
	    "stop", "!", "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("segment", "start", "denied", "~unlock", "read",
	    "stop", "start", "stop", "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("start", "unlock", "begin", "end", "!", "lock",
	    "denied", "stop", "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("start", "unlock", "begin", "!", "end", "lock",
	    "stop", "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("start", "unlock", "stop", "!", "segment",
	    "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("start", "unlock", "stop", "end", "!",
	    "start").starts.n_unclean, 0);
	cr_expect_eq(EVENTS("segment", "end", "lock", "stop", "start")
	    .starts.n_unclean, 0, "what was before is not known");
}

Test(chain, tells_of_a_start_that_no_end_was_before)
{
	struct chain c = EVENTS("start", "unlock", "!", "begin", "start",
	    "unlock", "start");

	cr_expect_eq(c.starts.n_unclean, 2);
	cr_expect_eq(c.starts.unclean[0], 5);
	cr_expect_eq(c.starts.unclean[1], 7);
	cr_expect_eq(n_found, 0, "it is no problem");
	cr_expect_eq(EVENTS("start", "denied", "start").starts.n_unclean, 1);
	cr_expect_eq(EVENTS("start", "unlock", "stop", "start")
	    .starts.n_unclean, 1, "an open vault signs its end");
}

/* Whoever adds has no key, and can only pretend that none was there. */
Test(chain, tells_of_records_that_were_added_behind_an_end)
{
	static const char *const added[][6] = {
		{ "denied" }, { "begin", "end" }, { "stop" }, { "begin", "stop" },
		{ "lock", "stop" }, { "denied", "lock", "stop" },
		{ "begin", "end", "lock", "stop" },
		{ "start", "begin", "end", "stop" },
		{ "start", "begin", "end", "lock", "stop" },
	};

	for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
		const char *events[16] = { "start", "unlock", "!", "stop",
		    "!" };
		size_t n = 5;

		for (size_t j = 0; added[i][j] != NULL; j++)
			events[n++] = added[i][j];
		events[n] = "start";
		cr_expect_eq(judge_events(events).starts.n_unclean, 1, "%zu",
		    i);
	}
}

Test(chain, counts_all_such_starts_and_names_the_first)
{
	struct chain c = { 0 };
	struct line l = { .event = LINE_START };

	for (l.seq = 1; l.seq <= 1000; l.seq++)
		starts_note(&c.starts, &l, STARTS_UNSIGNED);
	cr_expect_eq(c.starts.n_unclean, 999);
	cr_expect_eq(c.starts.unclean[STARTS_MAX - 1], STARTS_MAX + 1);
}

static uint64_t left[8];
static size_t n_left;

static void
on_left(uint64_t seq, void *arg)
{
	(void)arg;
	left[n_left++ % 8] = seq;
}

Test(chain, tells_which_uses_have_no_end)
{
	static const char *const requests[] = { "01", "02", "01", "03" };
	static struct log log;
	struct chain c;
	struct err err;

	cr_assert(digest_open(&err));
	for (int i = 0; i < 4; i++) {
		char more[64];

		snprintf(more, sizeof more,
		    ",\"requestId\":\"req_00000000000000%s\"", requests[i]);
		append(&log, (uint64_t)i + 1, i == 2 ? "end" : "begin", i - 1,
		    more);
	}
	c = judge(&log);
	cr_expect_eq(n_found, 0, "it is no problem");
	cr_expect_eq(uses_left(on_left, NULL), 2);
	cr_expect_eq(left[0], 2);
	cr_expect_eq(left[1], 4);
	cr_expect_eq(c.n_unbegun, 0);
}

Test(chain, finds_each_use_among_many)
{
	enum { N = 50000 };

	for (uint64_t i = 1; i <= N; i++)
		uses_begin(i * 0x100000001, i);
	for (uint64_t i = N; i > 10; i--)
		cr_assert(uses_end(i * 0x100000001), "%d", (int)i);
	cr_expect_not(uses_end(11 * 0x100000001));
	cr_expect_eq(uses_left(on_left, NULL), 10);
	cr_expect_eq(left[1], 10, "the last of ten");
}
