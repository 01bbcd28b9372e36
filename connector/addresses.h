/* SPDX-License-Identifier: ISC */
/*
 * addresses: where a host may be reached, in the order in which to try.
 *
 * Pure.  IPv6 and IPv4 take turns, so that a network on which one of them does
 * not work costs one attempt and not all of them (RFC 8305, section 4).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct addrinfo;

#define ADDRESSES_MAX 8		/* those beyond are not tried */

struct address {
	struct sockaddr_storage to;
	socklen_t len;
};

struct addresses {
	struct address list[ADDRESSES_MAX];
	size_t n;
};

/*
 * An address in numbers, or "localhost", which never asks a name server.
 * false when 'host' is a name; *a is empty then.
 */
bool addresses_parse(struct addresses *a, const char *host, uint16_t port);

/* The answer of a name server; other families than these are left out. */
void addresses_take(struct addresses *a, const struct addrinfo *found,
    uint16_t port);
