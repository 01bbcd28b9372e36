/* SPDX-License-Identifier: ISC */
/*
 * peer: whose a connection over the loopback is, by the kernel's word.
 *
 * Asked once, when it is accepted and before a byte of it is read, over a
 * sock_diag(7) socket that the supervisor opened.  It is the user who made the
 * connection; he may have handed it on, so it says who may call, and the token
 * says which agent does.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/*
 * The user at the other end of the connection from 'agent' to 'ours', both
 * IPv4 or both IPv6.  IPC_UID_UNKNOWN when the kernel does not say, or there is
 * nobody any more: it then speaks of user 0, whom nobody may pass for.
 */
uint32_t peer_find_uid(int diag, const struct sockaddr *agent,
    const struct sockaddr *ours);

/* What the kernel's answer number 'sequence' says; for peer_find_uid(). */
enum peer_answer { PEER_OTHER, PEER_ANSWER };
enum peer_answer peer_read_answer(const void *bytes, size_t len,
    uint32_t sequence, uint32_t *uid);
