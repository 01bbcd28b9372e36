/* SPDX-License-Identifier: ISC */
/* What a process does with a packet from a process that may be hostile. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "tests/unit/ipc_table_sum.h"

/* A packet that obeys its declaration in every respect. */
static struct ipc_packet
lawful(enum ipc_type type)
{
	const struct ipc_declaration *d = &ipc_declarations[type];
	struct ipc_header h = { IPC_VERSION, type };
	struct ipc_packet p = { .len = sizeof h + d->body_size,
	    .n_fds = d->n_fds };

	memcpy(p.bytes, &h, sizeof h);
	return p;
}

static bool
accepted(struct ipc_packet *p, enum role from, enum role to)
{
	struct ipc_message msg;
	struct err err;

	return ipc_check(&msg, p, from, to, &err);
}

static enum role
first_of(enum role_set set)
{
	for (enum role r = 0; r < ROLES; r++)
		if ((set & 1u << r) != 0)
			return r;
	return ROLES;
}

#define EACH_TYPE(t) for (enum ipc_type t = 0; t < IPC_TYPES; t++)
#define EACH_ROLE(r) for (enum role r = 0; r < ROLES; r++)

Test(ipc, accepts_every_message_from_its_senders_to_its_receivers)
{
	EACH_TYPE(t) EACH_ROLE(from) EACH_ROLE(to) {
		const struct ipc_declaration *d = &ipc_declarations[t];
		struct ipc_packet p = lawful(t);

		cr_expect_eq(accepted(&p, from, to),
		    (d->from & 1u << from) != 0 && (d->to & 1u << to) != 0,
		    "%s from %s to %s", d->name, role_name(from),
		    role_name(to));
	}
}

Test(ipc, refuses_a_body_that_is_one_byte_short)
{
	EACH_TYPE(t) {
		const struct ipc_declaration *d = &ipc_declarations[t];
		struct ipc_packet p = lawful(t);

		p.len--;
		cr_expect_not(accepted(&p, first_of(d->from),
		    first_of(d->to)), "%s", d->name);
	}
}

Test(ipc, refuses_a_tail_that_is_one_byte_too_long)
{
	EACH_TYPE(t) {
		const struct ipc_declaration *d = &ipc_declarations[t];
		struct ipc_packet p = lawful(t);

		p.len += d->tail_max;
		cr_expect(accepted(&p, first_of(d->from), first_of(d->to)),
		    "%s at its limit", d->name);
		p.len++;
		cr_expect_not(accepted(&p, first_of(d->from),
		    first_of(d->to)), "%s", d->name);
	}
}

Test(ipc, refuses_a_descriptor_too_many_or_too_few)
{
	EACH_TYPE(t) {
		const struct ipc_declaration *d = &ipc_declarations[t];
		struct ipc_packet p = lawful(t);

		p.n_fds = 1 - d->n_fds;
		cr_expect_not(accepted(&p, first_of(d->from),
		    first_of(d->to)), "%s", d->name);
	}
}

Test(ipc, refuses_another_version_and_an_unknown_type)
{
	struct ipc_packet p = lawful(IPC_READY);
	struct ipc_header h = { IPC_VERSION + 1, IPC_READY };
	struct ipc_message msg;
	struct err err;

	memcpy(p.bytes, &h, sizeof h);
	cr_expect_not(ipc_check(&msg, &p, BROKER, SUPERVISOR, &err));
	cr_expect_eq(err.code, ERR_OTHER_VERSION);
	h = (struct ipc_header) { IPC_VERSION, IPC_TYPES };
	memcpy(p.bytes, &h, sizeof h);
	cr_expect_not(accepted(&p, BROKER, SUPERVISOR));
}

Test(ipc, refuses_every_prefix_of_a_header)
{
	struct ipc_packet p = lawful(IPC_GRANT_REQUEST);

	for (p.len = 0; p.len < sizeof(struct ipc_header); p.len++)
		cr_expect_not(accepted(&p, PROXY, BROKER), "%zu bytes", p.len);
}

/* The wire and its version change together, or this test fails. */
Test(ipc, changes_its_version_with_its_table)
{
	uint32_t sum = IPC_VERSION;

	EACH_TYPE(t) {
		const struct ipc_declaration *d = &ipc_declarations[t];

		for (const char *c = d->name; *c != '\0'; c++)
			sum = sum * 31 + (unsigned char)*c;
		sum = sum * 31 + (uint32_t)(d->body_size * 7 +
		    d->tail_max * 5 + d->n_fds * 3 + d->from * 11 + d->to +
		    d->secrecy * 13);
	}
	cr_expect_eq(sum, IPC_TABLE_SUM, "table changed: bump IPC_VERSION, "
	    "then write 0x%08x in tests/unit/ipc_table_sum.h", sum);
}

Test(ipc, accepts_ids_and_nothing_else_as_names)
{
	static const char *const bad[] = { "", "a b", "a/b", "a\n", "\xc3\xa4",
	    "12345678901234567890123456789012345678901234567890123456789012345"
	};
	struct ipc_name name;
	char text[IPC_NAME_TEXT];
	struct err err;

	cr_assert(ipc_name_set(&name, "claude-code_1.2", &err));
	cr_assert(ipc_name_get(&name, text, &err));
	cr_expect_str_eq(text, "claude-code_1.2");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(ipc_name_set(&name, bad[i], &err), "%s", bad[i]);
	name = (struct ipc_name) { .len = 255 };
	cr_expect_not(ipc_name_get(&name, text, &err), "length of a peer");
	name = (struct ipc_name) { .len = 3, .text = "a\0b" };
	cr_expect_not(ipc_name_get(&name, text, &err), "NUL inside");
}

static size_t
n_open(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			n++;
	return n;
}

/* Sends one header with 'n' descriptors, past ipc_send()'s own limit. */
static void
send_fds(int socket, int n)
{
	struct ipc_header h = { IPC_VERSION, IPC_HAND };
	struct ipc_hand body = { 0 };
	struct iovec iov[] = { { &h, sizeof h }, { &body, sizeof body } };
	union {
		char bytes[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2,
	    .msg_control = control.bytes,
	    .msg_controllen = CMSG_SPACE((size_t)n * sizeof(int)) };

	control.align.cmsg_level = SOL_SOCKET;
	control.align.cmsg_type = SCM_RIGHTS;
	control.align.cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
	for (int i = 0; i < n; i++)
		memcpy(CMSG_DATA(&control.align) + (size_t)i * sizeof(int),
		    &(int) { 0 }, sizeof(int));
	cr_assert_neq(sendmsg(socket, &m, 0), -1);
}

Test(ipc, closes_surplus_descriptors_and_leaks_none)
{
	static struct ipc_packet p;
	struct err err;
	int pair[2];
	size_t before;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	before = n_open();
	for (int n = 2; n <= 8; n++) {
		send_fds(pair[0], n);
		cr_expect_eq(ipc_receive(pair[1], &p, &err), IPC_FAILED);
		cr_expect_eq(n_open(), before, "%d descriptors", n);
	}
	send_fds(pair[0], 1);
	cr_expect_eq(ipc_receive(pair[1], &p, &err), IPC_GOT);
	cr_expect_eq(n_open(), before + 1);
	ipc_packet_release(&p, PLAIN);
	cr_expect_eq(n_open(), before);
}

Test(ipc, refuses_a_packet_that_was_cut)
{
	static struct ipc_packet p;
	static char long_one[IPC_PACKET_MAX + 1];
	struct err err;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	cr_assert_neq(send(pair[0], long_one, sizeof long_one, 0), -1);
	cr_expect_eq(ipc_receive(pair[1], &p, &err), IPC_FAILED);
}

Test(ipc, takes_pieces_of_the_tail_and_not_a_byte_more)
{
	const uint8_t tail[] = "hostport\n";
	struct ipc_message msg = { .type = IPC_ENDPOINT, .tail = tail,
	    .tail_len = 9 };
	struct err err;
	size_t at = 0;

	cr_expect_not_null(ipc_take(&msg, &at, 4, IPC_TEXT, &err));
	cr_expect_null(ipc_take(&msg, &at, 6, IPC_BYTES, &err));
	cr_expect_null(ipc_take(&msg, &at, SIZE_MAX, IPC_BYTES, &err));
	cr_expect_null(ipc_take(&msg, &at, 5, IPC_TEXT, &err), "line end");
	cr_expect_not_null(ipc_take(&msg, &at, 5, IPC_BYTES, &err));
}
