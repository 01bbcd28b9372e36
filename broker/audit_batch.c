/* SPDX-License-Identifier: ISC */
#include "broker/audit_batch.h"

#include <string.h>

#include "common/crypto/digest.h"

void
audit_batch_start(struct audit_batch *b, const struct audit_chain *chain)
{
	b->len = b->n = 0;
	b->seq = chain->seq;
	memcpy(b->hash, chain->hash, sizeof b->hash);
}

void
audit_batch_end_line(struct audit_batch *b)
{
	b->text[b->len++] = '\n';
}

void
audit_batch_add(struct audit_batch *b, const struct audit_record *record)
{
	char previous[DIGEST_HEX], *line = b->text + b->len;
	size_t len;

	digest_hex(b->hash, sizeof b->hash, previous);
	len = audit_record_format(record, ++b->seq, previous, line);
	digest_sha256(line, len - 1, b->hash);
	b->len += len;
	b->lines[b->n].end = b->len;
	b->lines[b->n].is_checkpoint = record->event == AUDIT_CHECKPOINT;
	memcpy(b->lines[b->n].hash, b->hash, sizeof b->hash);
	b->n++;
}

size_t
audit_batch_settle(const struct audit_batch *b, size_t written,
    struct audit_chain *chain, uint32_t *n_torn)
{
	size_t n = 0, end = 0;

	for (; n < b->n && b->lines[n].end <= written; n++) {
		end = b->lines[n].end;
		chain->n_unsigned += b->lines[n].is_checkpoint ? 0 : 1;
	}
	if (n > 0) {
		chain->seq += n;
		memcpy(chain->hash, b->lines[n - 1].hash, sizeof chain->hash);
	}
	*n_torn = (uint32_t)(written - end);
	return n;
}
