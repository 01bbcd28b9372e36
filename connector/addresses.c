/* SPDX-License-Identifier: ISC */
#include "connector/addresses.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static void
add_six(struct addresses *a, const struct in6_addr *six, uint16_t port)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
	    .sin6_port = htons(port), .sin6_addr = *six };

	if (a->n == ADDRESSES_MAX)
		return;
	memcpy(&a->list[a->n].to, &to, sizeof to);
	a->list[a->n++].len = sizeof to;
}

static void
add_four(struct addresses *a, const struct in_addr *four, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(port), .sin_addr = *four };

	if (a->n == ADDRESSES_MAX)
		return;
	memcpy(&a->list[a->n].to, &to, sizeof to);
	a->list[a->n++].len = sizeof to;
}

bool
addresses_parse(struct addresses *a, const char *host, uint16_t port)
{
	struct in_addr four = { htonl(INADDR_LOOPBACK) };
	struct in6_addr six = in6addr_loopback;
	bool is_local = strcmp(host, "localhost") == 0;

	*a = (struct addresses) { .n = 0 };
	if (is_local || inet_pton(AF_INET6, host, &six) == 1)
		add_six(a, &six, port);
	if (is_local || inet_pton(AF_INET, host, &four) == 1)
		add_four(a, &four, port);
	return a->n > 0;
}

static const struct addrinfo *
next_of(const struct addrinfo *at, int family, socklen_t len)
{
	while (at != NULL &&
	    (at->ai_family != family || at->ai_addrlen != len))
		at = at->ai_next;
	return at;
}

void
addresses_take(struct addresses *a, const struct addrinfo *found,
    uint16_t port)
{
	const struct addrinfo *six = found, *four = found;

	*a = (struct addresses) { .n = 0 };
	for (;;) {
		struct sockaddr_in6 to6;
		struct sockaddr_in to4;

		six = next_of(six, AF_INET6, sizeof to6);
		four = next_of(four, AF_INET, sizeof to4);
		if (six == NULL && four == NULL)
			return;
		if (six != NULL) {
			memcpy(&to6, six->ai_addr, sizeof to6);
			add_six(a, &to6.sin6_addr, port);
			six = six->ai_next;
		}
		if (four != NULL) {
			memcpy(&to4, four->ai_addr, sizeof to4);
			add_four(a, &to4.sin_addr, port);
			four = four->ai_next;
		}
	}
}
