/* SPDX-License-Identifier: ISC */
#include "auditor/chain.h"

#include <string.h>

#include "auditor/signature.h"
#include "auditor/uses.h"
#include "common/crypto/digest.h"

static const char *const kind_names[CHAIN_KINDS] = {
	[CHAIN_EDITED] = "edited",
	[CHAIN_GAP] = "gap",
	[CHAIN_SIGNATURE] = "signature",
	[CHAIN_MALFORMED] = "malformed",
	[CHAIN_TORN] = "torn",
	[CHAIN_UNSIGNED] = "unsigned",
	[CHAIN_HEAD] = "head",
};

static const uint8_t no_hash[LINE_HASH_LEN];

const char *
chain_kind_name(enum chain_kind kind)
{
	return kind_names[kind];
}

void
chain_init(struct chain *c, chain_problem *problem, void *arg)
{
	*c = (struct chain) { .problem = problem, .arg = arg };
}

void
chain_expect(struct chain *c, const struct chain_link *head)
{
	c->head = *head;
}

static void
report(struct chain *c, uint64_t seq, enum chain_kind kind, const char *detail)
{
	c->n_problems++;
	c->problem(seq, kind, detail, c->arg);
}

static bool
is_same_hash(const uint8_t a[LINE_HASH_LEN], const uint8_t b[LINE_HASH_LEN])
{
	return memcmp(a, b, LINE_HASH_LEN) == 0;
}

/*
 * A crash can tear a line off.  The broker ends it, and its next record says
 * how long it was and goes on from the line before: what was torn is no record.
 */
static bool
explains_malformed(const struct chain *c, const struct line *l)
{
	return l->event == LINE_TORN && l->n_bytes == c->malformed_len;
}

/* As above, where only the line's end was missing. */
static bool
voids_last(const struct chain *c, const struct line *l)
{
	return l->event == LINE_TORN && c->malformed_len == 0 &&
	    c->has_before && l->n_bytes == c->last_len &&
	    l->seq == c->last.seq && is_same_hash(l->previous, c->before.hash);
}

static void
settle_malformed(struct chain *c, const struct line *l)
{
	if (c->malformed_len != 0 && (l == NULL || !explains_malformed(c, l)))
		report(c, c->last.seq + 1, CHAIN_MALFORMED,
		    "this line is not a record");
	c->malformed_len = 0;
}

/*
 * A log begins with 1 and zeros; later when retention removed its start, and
 * then whole files of it, or when it says itself that it was lost.
 */
static void
check_first(struct chain *c, const struct line *l)
{
	c->first_seq = l->seq;
	if (l->seq == 1 && !is_same_hash(l->previous, no_hash))
		report(c, l->seq, CHAIN_EDITED,
		    "the first record names one before it");
	else if (l->seq > 1 && l->event != LINE_SEGMENT &&
	    l->event != LINE_GAP && l->event != LINE_TORN)
		report(c, l->seq, CHAIN_GAP,
		    "a file does not begin here: what was before is missing");
	else if (l->seq == 0)
		report(c, l->seq, CHAIN_GAP, "numbers begin with 1");
}

static void
check_link(struct chain *c, const struct line *l)
{
	if (l->seq > c->last.seq + 1)
		report(c, c->last.seq + 1, CHAIN_GAP,
		    "records are missing from this number on");
	else if (l->seq <= c->last.seq)
		report(c, l->seq, CHAIN_GAP, "this number comes again");
	else if (!is_same_hash(l->previous, c->last.hash))
		report(c, c->last.seq, CHAIN_EDITED,
		    "the next record was written behind another one");
}

/* false also when it is none. */
static bool
check_signature(struct chain *c, const struct line *l)
{
	/* The line that stands there is signed, not what is said of it. */
	const uint8_t *hash = c->n_records > 0 ? c->last.hash : l->previous;

	if (l->event != LINE_CHECKPOINT)
		return false;
	if (signature_is_good(l->signature, hash)) {
		c->last_signed = l->seq;
		return true;
	}
	report(c, l->seq, CHAIN_SIGNATURE,
	    "not signed by this key over the record before");
	return false;
}

static void
check_head(struct chain *c)
{
	if (c->head.seq == 0 || c->last.seq != c->head.seq)
		return;
	/* A line that was torn off may have had its number before. */
	c->seen_head = is_same_hash(c->last.hash, c->head.hash) ? HEAD_RIGHT :
	    HEAD_WRONG;
}

static void
step(struct chain *c, const struct line *l, const char *text, size_t len)
{
	if (c->n_records > 0 && voids_last(c, l)) {
		c->last = c->before;
		c->n_records--;
	}
	settle_malformed(c, l);
	if (c->n_records == 0)
		check_first(c, l);
	else
		check_link(c, l);
	starts_note(&c->starts, l, check_signature(c, l) ? STARTS_SIGNED :
	    STARTS_UNSIGNED);
	c->before = c->last;
	c->has_before = c->n_records > 0 || l->seq == 1;
	c->last.seq = c->last_seq = l->seq;
	digest_sha256(text, len, c->last.hash);
	c->last_len = len;
	c->n_records++;
	check_head(c);
	if (l->event == LINE_SEGMENT) {
		if (c->n_records == 1)
			c->first_segment = l->segment;
		c->oldest_segment = l->oldest;
	}
	if (l->event == LINE_BEGIN && l->request != 0)
		uses_begin(l->request, l->seq);
	if (l->event == LINE_END && l->request != 0 && !uses_end(l->request))
		c->n_unbegun++;
}

void
chain_feed(struct chain *c, const char *text, size_t len,
    enum chain_line_end end)
{
	struct line l;

	if (end == CHAIN_LINE_TORN) {
		settle_malformed(c, NULL);
		report(c, c->last.seq + 1, CHAIN_TORN,
		    "the last line has no end");
	} else if (line_parse(&l, text, len))
		step(c, &l, text, len);
	else {
		/* Several, when it was killed while it told of one. */
		c->malformed_len += len;
		if (len == 0)
			report(c, c->last.seq + 1, CHAIN_MALFORMED,
			    "this line is empty");
	}
}

void
chain_finish(struct chain *c)
{
	settle_malformed(c, NULL);
	if (c->n_records > 0 && c->last_signed == 0)
		report(c, c->first_seq, CHAIN_UNSIGNED,
		    "none of these records is signed: anybody may have written "
		    "them");
	if (c->head.seq != 0 && c->seen_head == HEAD_ABSENT)
		report(c, c->last.seq + 1, CHAIN_HEAD,
		    "the record that is known to be the last is not there");
	if (c->seen_head == HEAD_WRONG)
		report(c, c->head.seq, CHAIN_HEAD,
		    "this is not the record that is known to stand here");
}
