/* SPDX-License-Identifier: ISC */
/* audit_sign: the head of the chain, signed in the log, and told outside it. */
#include "broker/audit_parts.h"
#include "broker/seal.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/log.h"

/* Outside the file too, for audit verify --head: what is cut off shows. */
void
audit_tell_head(const struct audit *a)
{
	char head[DIGEST_HEX];

	digest_hex(a->chain.hash, sizeof a->chain.hash, head);
	log_info("audit: head %llu:%s", (unsigned long long)a->chain.seq,
	    head);
}

/* What a file begins with, or goes on with after a gap, comes before all else. */
static bool
is_beginning(const struct audit *a)
{
	const struct item *first = STAILQ_FIRST(&a->queued);

	return first != NULL && (first->record.event == AUDIT_SEGMENT ||
	    first->record.event == AUDIT_GAP);
}

void
audit_checkpoint(struct audit *a)
{
	struct audit_record r = { .event = AUDIT_CHECKPOINT };
	uint8_t signature[SEAL_SIGNATURE_LEN];
	/* The line that will stand before it; else it is dropped again. */
	const uint8_t *last = audit_writer_is_busy(a->writer) ?
	    a->batch.hash : a->chain.hash;
	struct err err;

	if (a->signing == NULL || a->n_unsigned == 0 || !a->has_started ||
	    a->log.torn.unended + a->log.torn.untold != 0 || is_beginning(a))
		return;
	if (!seal_sign(a->signing, last, DIGEST_LEN, signature, &err)) {
		log_err("audit", &err);
		return;
	}
	digest_hex(signature, sizeof signature, r.signature);
	audit_prepend(a, &r);
	a->n_unsigned = 0;
	a->has_to_sign = false;
}
