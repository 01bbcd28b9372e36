/* SPDX-License-Identifier: ISC */
#include "broker/audit_batch.h"

#include <string.h>

#include "common/crypto/digest.h"

void
audit_batch_start(struct audit_batch *b, const struct audit_chain *chain)
{
	b->len = b->n = 0;
	b->ends_line = b->tells_torn = false;
	b->seq = chain->seq;
	memcpy(b->hash, chain->hash, sizeof b->hash);
}

void
audit_batch_mend(struct audit_batch *b, const struct audit_torn *torn,
    struct audit_record *record)
{
	b->ends_line = torn->unended != 0;
	b->tells_torn = torn->unended + torn->untold != 0;
	if (b->ends_line)
		b->text[b->len++] = '\n';
	if (!b->tells_torn)
		return;
	record->number = torn->unended + torn->untold;
	audit_batch_add(b, record);
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
	memcpy(b->lines[b->n].hash, b->hash, sizeof b->hash);
	b->n++;
}

/* Not one line is whole: was the torn one before them ended? */
static void
settle_nothing(const struct audit_batch *b, size_t written,
    struct audit_torn *torn)
{
	if (!b->ends_line)
		torn->unended = (uint32_t)written;
	else if (written > 0) {
		torn->untold += torn->unended;
		torn->unended = (uint32_t)written - 1;
	}
}

size_t
audit_batch_settle(const struct audit_batch *b, size_t written,
    struct audit_chain *chain, struct audit_torn *torn)
{
	size_t n = 0;

	while (n < b->n && b->lines[n].end <= written)
		n++;
	if (n == 0) {
		settle_nothing(b, written, torn);
		return 0;
	}
	chain->seq += n;
	memcpy(chain->hash, b->lines[n - 1].hash, sizeof chain->hash);
	torn->unended = (uint32_t)(written - b->lines[n - 1].end);
	torn->untold = 0;
	return n - (b->tells_torn ? 1 : 0);
}
