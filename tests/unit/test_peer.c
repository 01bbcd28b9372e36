/* SPDX-License-Identifier: ISC */
/* Whose a connection is: the kernel's answers, true ones and odd ones. */
#include <criterion/criterion.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ipc_bodies.h"
#include "proxy/peer.h"

#define SEQUENCE 7

struct answer {
	struct nlmsghdr header;
	struct inet_diag_msg found;
};

static struct answer
lawful(void)
{
	return (struct answer) {
		.header = { sizeof(struct answer), SOCK_DIAG_BY_FAMILY, 0,
		    SEQUENCE, 0 },
		.found = { .idiag_state = TCP_ESTABLISHED, .idiag_uid = 1000,
		    .idiag_inode = 5 },
	};
}

static uint32_t
uid_of(const struct answer *a, size_t len)
{
	uint32_t uid = 0;

	cr_expect_eq(peer_read_answer(a, len, SEQUENCE, &uid), PEER_ANSWER);
	return uid;
}

Test(peer, is_whom_the_kernel_names)
{
	struct answer a = lawful();

	cr_expect_eq(uid_of(&a, sizeof a), 1000);
	a.found.idiag_uid = 0;
	cr_expect_eq(uid_of(&a, sizeof a), 0);
}

Test(peer, is_unknown_and_never_root_without_an_inode)
{
	struct answer a = lawful();

	a.found.idiag_uid = a.found.idiag_inode = 0;
	cr_expect_eq(uid_of(&a, sizeof a), IPC_UID_UNKNOWN);
}

Test(peer, is_unknown_in_every_state_but_established)
{
	for (uint8_t state = 0; state < 16; state++) {
		struct answer a = lawful();

		a.found.idiag_state = state;
		if (state != TCP_ESTABLISHED)
			cr_expect_eq(uid_of(&a, sizeof a), IPC_UID_UNKNOWN);
	}
}

Test(peer, is_unknown_when_it_has_no_number_here)
{
	struct answer a = lawful();

	a.found.idiag_uid = 65534;
	cr_expect_eq(uid_of(&a, sizeof a), IPC_UID_UNKNOWN);
}

Test(peer, is_unknown_when_the_kernel_refuses_or_says_too_little)
{
	struct answer a = lawful();

	for (size_t len = sizeof a.header; len < sizeof a; len++)
		cr_expect_eq(uid_of(&a, len), IPC_UID_UNKNOWN);
	a.header.nlmsg_type = NLMSG_ERROR;
	cr_expect_eq(uid_of(&a, sizeof a), IPC_UID_UNKNOWN);
}

Test(peer, is_not_read_from_an_answer_to_another_question)
{
	struct answer a = lawful();
	uint32_t uid = 0;

	a.header.nlmsg_seq++;
	cr_expect_eq(peer_read_answer(&a, sizeof a, SEQUENCE, &uid),
	    PEER_OTHER);
	cr_expect_eq(peer_read_answer(&a, 3, SEQUENCE, &uid), PEER_OTHER);
	cr_expect_eq(uid, IPC_UID_UNKNOWN);
}

/* A connection over the loopback of that family; descriptors in fds[]. */
static void
connect_pair(int family, int fds[3], struct sockaddr_storage *agent,
    struct sockaddr_storage *ours)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET,
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	void *address = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t len = family == AF_INET ? sizeof four : sizeof six;

	fds[0] = socket(family, SOCK_STREAM, 0);
	fds[1] = socket(family, SOCK_STREAM, 0);
	if (bind(fds[0], address, len) == -1)
		cr_skip_test("no loopback of this family");
	listen(fds[0], 1);
	getsockname(fds[0], address, &len);
	cr_assert_eq(connect(fds[1], address, len), 0);
	len = sizeof *agent;
	fds[2] = accept(fds[0], (struct sockaddr *)agent, &len);
	len = sizeof *ours;
	cr_assert_eq(getsockname(fds[2], (struct sockaddr *)ours, &len), 0);
}

static void
ask_the_kernel(int family)
{
	int diag = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK,
	    NETLINK_SOCK_DIAG), fds[3];
	struct sockaddr_storage agent, ours;
	const struct sockaddr *from = (const void *)&agent;
	const struct sockaddr *to = (const void *)&ours;

	connect_pair(family, fds, &agent, &ours);
	cr_expect_eq(peer_find_uid(diag, from, to), getuid());
	/* An answer that nobody read must not be taken for the next one's. */
	cr_expect_eq(peer_find_uid(diag, from, to), getuid());
	close(fds[1]);
	cr_expect_eq(peer_find_uid(diag, from, to), IPC_UID_UNKNOWN,
	    "a client that has gone");
	cr_expect_eq(peer_find_uid(-1, from, to), IPC_UID_UNKNOWN);
}

Test(peer, is_found_by_asking_the_kernel_until_it_closes)
{
	ask_the_kernel(AF_INET);
}

Test(peer, is_found_over_ipv6_too)
{
	ask_the_kernel(AF_INET6);
}
