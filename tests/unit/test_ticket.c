/* SPDX-License-Identifier: ISC */
/* A ticket works once, for its egress, its request, for seconds (I3, I4). */
#include <criterion/criterion.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/crypto/ticket.h"
#include "common/errors.h"

static const uint8_t key[TICKET_KEY_LEN] = { 1, 2, 3 };
static const char path[] = "/v1/messages";

/* A request with the ticket that the broker would give. */
static struct ipc_request
granted(uint32_t sequence)
{
	struct ipc_request r = { .method = "POST",
	    .path_len = sizeof path - 1,
	    .ticket = { .request = 7, .expires_ms = 1000, .egress = 3,
	    .sequence = sequence } };

	digest_open(&(struct err) { 0 });
	ticket_sign(&r.ticket, key, r.method, path, r.path_len);
	return r;
}

static bool
accepted(struct ticket_history *h, const struct ipc_request *r)
{
	struct err err;

	return ticket_accept(h, r, key, 3, path, 500, &err);
}

Test(ticket, is_good_once)
{
	struct ticket_history h = { 0 };
	struct ipc_request r = granted(1);

	cr_expect(accepted(&h, &r));
	cr_expect_not(accepted(&h, &r));
}

Test(ticket, is_good_for_its_own_fields_alone)
{
	struct ipc_request r;
	struct ticket_history h;

#define WITH(change)							\
	h = (struct ticket_history) { 0 };				\
	r = granted(1);							\
	change;								\
	cr_expect_not(accepted(&h, &r), #change)

	WITH(r.ticket.request++);
	WITH(r.ticket.expires_ms++);
	WITH(r.ticket.sequence++);
	WITH(r.ticket.egress++);
	WITH(r.ticket.mac[31] ^= 1);
	WITH(r.ticket.mac[0] ^= 0x80);
	WITH(memcpy(r.method, "GET\0", 4));
	WITH(r.path_len--);
#undef WITH
}

Test(ticket, is_not_good_for_another_path_egress_key_or_time)
{
	static const uint8_t other[TICKET_KEY_LEN] = { 9 };
	struct ticket_history h = { 0 };
	struct ipc_request r = granted(1);
	struct err err;

	cr_expect_not(ticket_accept(&h, &r, key, 3, "/v1/messagez", 500, &err));
	cr_expect_not(ticket_accept(&h, &r, key, 4, path, 500, &err));
	cr_expect_not(ticket_accept(&h, &r, other, 3, path, 500, &err));
	cr_expect_not(ticket_accept(&h, &r, key, 3, path, 1001, &err));
	cr_expect(ticket_accept(&h, &r, key, 3, path, 1000, &err));
}

Test(ticket, may_come_out_of_order_but_never_twice)
{
	static const uint32_t order[] = { 5, 3, 1, 2, 4000, 4, 9000 };
	struct ticket_history h = { 0 };

	for (size_t i = 0; i < 6; i++) {
		struct ipc_request r = granted(order[i]);

		cr_expect(accepted(&h, &r), "first %u", order[i]);
		cr_expect_not(accepted(&h, &r), "again %u", order[i]);
	}
	struct ipc_request far = granted(9000), old = granted(6);

	cr_expect(accepted(&h, &far));
	cr_expect_not(accepted(&h, &old), "fell out of the window");
	for (size_t i = 0; i < 7; i++) {
		struct ipc_request r = granted(order[i]);

		cr_expect_not(accepted(&h, &r), "replay %u", order[i]);
	}
}
