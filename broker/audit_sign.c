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

void
audit_checkpoint(struct audit *a)
{
	struct audit_record r = { .event = AUDIT_CHECKPOINT };
	uint8_t signature[SEAL_SIGNATURE_LEN];
	struct err err;

	if (a->signing == NULL || a->chain.n_unsigned == 0 || !a->has_started ||
	    a->log.n_torn != 0)
		return;
	if (!seal_sign(a->signing, a->chain.hash, sizeof a->chain.hash,
	    signature, &err)) {
		log_err("audit", &err);
		return;
	}
	digest_hex(signature, sizeof signature, r.signature);
	audit_prepend(a, &r);
	a->chain.n_unsigned = 0;
}
