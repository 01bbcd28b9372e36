/* SPDX-License-Identifier: ISC */
/*
 * Tickets at the egress, from a proxy in an attacker's hands: a run of them, of
 * which the first byte of each says what was changed after the broker's MAC.
 * None that was changed is accepted, none is accepted twice.
 */
#include <assert.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/crypto/ticket.h"
#include "common/errors.h"
#include "tests/fuzz/fuzz.h"

#define NOW_MS 5000
#define SEEN_MAX 256

static const uint8_t key[TICKET_KEY_LEN] = { 7 };
static const char path[] = "/v1/messages";

struct one {
	uint8_t change, at, value;
	uint8_t sequence[4];
} __attribute__((packed));

static bool
is_accepted(struct ticket_history *h, const struct one *o, bool *is_changed)
{
	struct ipc_request r = { .method = "POST",
	    .path_len = sizeof path - 1, .ticket = { .request = 9,
	    .expires_ms = NOW_MS + TICKET_LIFETIME_MS, .egress = 3 } };
	struct ipc_request before;
	struct err err;

	memcpy(&r.ticket.sequence, o->sequence, 4);
	ticket_sign(&r.ticket, key, r.method, path, r.path_len);
	before = r;
	if (o->change & 1)
		((uint8_t *)&r.ticket)[o->at % sizeof r.ticket] ^= o->value;
	if (o->change & 2)
		r.method[o->at % 8] ^= (char)o->value;
	*is_changed = memcmp(&before, &r, sizeof r) != 0;
	return ticket_accept(h, &r, key, 3, path, NOW_MS, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static bool is_open;
	struct ticket_history h = { 0 };
	uint8_t seen[SEEN_MAX][4];
	size_t n_seen = 0;

	if (!is_open)
		is_open = digest_open(&(struct err) { 0 });
	assert(is_open);
	for (; len >= sizeof(struct one) && n_seen < SEEN_MAX;
	    len -= sizeof(struct one), bytes += sizeof(struct one)) {
		struct one o;
		bool is_changed;

		memcpy(&o, bytes, sizeof o);
		if (!is_accepted(&h, &o, &is_changed))
			continue;
		assert(!is_changed);
		for (size_t i = 0; i < n_seen; i++)
			assert(memcmp(seen[i], o.sequence, 4) != 0);
		memcpy(seen[n_seen++], o.sequence, 4);
	}
	return 0;
}
