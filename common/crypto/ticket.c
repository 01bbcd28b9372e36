/* SPDX-License-Identifier: ISC */
#include "common/crypto/ticket.h"

#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"

static void
compute(const struct ipc_granted *ticket, const uint8_t key[TICKET_KEY_LEN],
    const char method[8], const char *path, size_t path_len,
    uint8_t mac[DIGEST_LEN])
{
	struct digest_piece pieces[] = {
		{ &ticket->request, sizeof ticket->request },
		{ &ticket->expires_ms, sizeof ticket->expires_ms },
		{ &ticket->egress, sizeof ticket->egress },
		{ &ticket->sequence, sizeof ticket->sequence },
		{ method, 8 },
		{ path, path_len },
	};

	digest_hmac(key, TICKET_KEY_LEN, pieces,
	    sizeof pieces / sizeof pieces[0], mac);
}

void
ticket_sign(struct ipc_granted *ticket, const uint8_t key[TICKET_KEY_LEN],
    const char method[8], const char *path, size_t path_len)
{
	compute(ticket, key, method, path, path_len, ticket->mac);
}

/* A number that fell out of the window counts as seen. */
static bool
was_seen(const struct ticket_history *h, uint32_t sequence)
{
	uint32_t bit = sequence % TICKET_WINDOW;

	if (sequence > h->newest)
		return false;
	return h->newest - sequence >= TICKET_WINDOW ||
	    (h->seen[bit / 64] >> (bit % 64) & 1) != 0;
}

static void
forget(struct ticket_history *h, uint32_t sequence)
{
	uint32_t bit = sequence % TICKET_WINDOW;

	h->seen[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

static void
mark(struct ticket_history *h, uint32_t sequence)
{
	uint32_t bit = sequence % TICKET_WINDOW;

	if (sequence > h->newest && sequence - h->newest >= TICKET_WINDOW)
		memset(h->seen, 0, sizeof h->seen);
	else
		for (uint32_t s = h->newest; s < sequence; s++)
			forget(h, s + 1);
	if (sequence > h->newest)
		h->newest = sequence;
	h->seen[bit / 64] |= UINT64_C(1) << (bit % 64);
}

bool
ticket_accept(struct ticket_history *h, const struct ipc_request *request,
    const uint8_t key[TICKET_KEY_LEN], uint32_t egress, const char *path,
    uint64_t now_ms, struct err *err)
{
	const struct ipc_granted *ticket = &request->ticket;
	uint8_t mac[DIGEST_LEN];

	compute(ticket, key, request->method, path, request->path_len, mac);
	if (!secret_bytes_equal(mac, ticket->mac, sizeof mac))
		return err_set(err, ERR_NOT_PERMITTED, "ticket: not genuine");
	if (ticket->egress != egress)
		return err_set(err, ERR_NOT_PERMITTED, "ticket: other egress");
	if (ticket->expires_ms < now_ms)
		return err_set(err, ERR_NOT_PERMITTED, "ticket: expired");
	if (ticket->sequence == 0 || was_seen(h, ticket->sequence))
		return err_set(err, ERR_NOT_PERMITTED, "ticket: used before");
	mark(h, ticket->sequence);
	return true;
}
