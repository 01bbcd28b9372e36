/* SPDX-License-Identifier: ISC */
#include "proxy/peer.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ipc_bodies.h"

/* In a user namespace: everybody who has no number there. */
#define OVERFLOW_UID 65534

struct diag_question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

static bool
set_address(const struct sockaddr *a, __be16 *port, __be32 address[4])
{
	if (a->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)a;

		*port = four->sin_port;
		memcpy(address, &four->sin_addr, sizeof four->sin_addr);
		return true;
	}
	if (a->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)a;

		*port = six->sin6_port;
		memcpy(address, &six->sin6_addr, sizeof six->sin6_addr);
		return true;
	}
	return false;
}

enum peer_answer
peer_read_answer(const void *bytes, size_t len, uint32_t sequence,
    uint32_t *uid)
{
	struct nlmsghdr header;
	struct inet_diag_msg found;

	*uid = IPC_UID_UNKNOWN;
	if (len < sizeof header)
		return PEER_OTHER;
	memcpy(&header, bytes, sizeof header);
	if (header.nlmsg_seq != sequence)
		return PEER_OTHER;
	if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    len < NLMSG_HDRLEN + sizeof found)
		return PEER_ANSWER;
	memcpy(&found, (const uint8_t *)bytes + NLMSG_HDRLEN, sizeof found);
	/* Closed by its owner, it has no inode, and its uid is a mere 0. */
	if (found.idiag_state == TCP_ESTABLISHED && found.idiag_inode != 0 &&
	    found.idiag_uid != OVERFLOW_UID)
		*uid = found.idiag_uid;
	return PEER_ANSWER;
}

uint32_t
peer_find_uid(int diag, const struct sockaddr *agent,
    const struct sockaddr *ours)
{
	static uint32_t sequence;
	struct diag_question q = {
		.header = { sizeof q, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST,
		    ++sequence, 0 },
		.body = { .sdiag_family = (uint8_t)agent->sa_family,
		    .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0u },
	};
	struct inet_diag_sockid *id = &q.body.id;
	uint8_t answer[1024];
	uint32_t uid = IPC_UID_UNKNOWN;
	ssize_t n;

	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	/* The agent's end of it: his is the source. */
	if (agent->sa_family != ours->sa_family ||
	    !set_address(agent, &id->idiag_sport, id->idiag_src) ||
	    !set_address(ours, &id->idiag_dport, id->idiag_dst) ||
	    write(diag, &q, sizeof q) != sizeof q)
		return IPC_UID_UNKNOWN;
	/* It is there when write() returns; what is older is not for us. */
	while ((n = read(diag, answer, sizeof answer)) > 0)
		if (peer_read_answer(answer, (size_t)n, sequence, &uid) ==
		    PEER_ANSWER)
			break;
	return uid;
}
