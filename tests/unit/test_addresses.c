/* SPDX-License-Identifier: ISC */
/* In which order the connector tries what a name server said. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "connector/addresses.h"

/* "6:<address>%<port>" or "4:...", in the order of the list. */
static const char *
text_of(const struct addresses *a)
{
	static char text[1024];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < a->n; i++) {
		char number[64], port[8];

		getnameinfo((const struct sockaddr *)&a->list[i].to,
		    a->list[i].len, number, sizeof number, port, sizeof port,
		    NI_NUMERICHOST | NI_NUMERICSERV);
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s@%s",
		    at > 0 ? " " : "", number, port);
	}
	return text;
}

struct answer {
	struct addrinfo info[16];
	struct sockaddr_storage at[16];
	size_t n;
};

static void
put(struct answer *a, const char *number)
{
	struct addrinfo *i = &a->info[a->n];
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	*i = (struct addrinfo) { .ai_addr = (void *)&a->at[a->n] };
	if (inet_pton(AF_INET6, number, &six.sin6_addr) == 1) {
		i->ai_family = AF_INET6;
		i->ai_addrlen = sizeof six;
		memcpy(i->ai_addr, &six, sizeof six);
	} else {
		cr_assert_eq(inet_pton(AF_INET, number, &four.sin_addr), 1);
		i->ai_family = AF_INET;
		i->ai_addrlen = sizeof four;
		memcpy(i->ai_addr, &four, sizeof four);
	}
	if (a->n > 0)
		a->info[a->n - 1].ai_next = i;
	a->n++;
}

Test(addresses, are_known_without_a_name_server_when_in_numbers)
{
	struct addresses a;

	cr_expect(addresses_parse(&a, "192.0.2.7", 443));
	cr_expect_str_eq(text_of(&a), "192.0.2.7@443");
	cr_expect(addresses_parse(&a, "2001:db8::1", 8443));
	cr_expect_str_eq(text_of(&a), "2001:db8::1@8443");
}

Test(addresses, of_localhost_are_the_two_loopback_ones)
{
	struct addresses a;

	cr_expect(addresses_parse(&a, "localhost", 80));
	cr_expect_str_eq(text_of(&a), "::1@80 127.0.0.1@80");
}

Test(addresses, of_a_name_are_not_guessed)
{
	static const char *const names[] = { "a.example", "localhost.example",
		"127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "", "::g" };
	struct addresses a;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		cr_expect_not(addresses_parse(&a, names[i], 80), "%s",
		    names[i]);
		cr_expect_eq(a.n, 0);
	}
}

Test(addresses, take_turns_between_the_families)
{
	static struct answer found;
	struct addresses a;

	put(&found, "192.0.2.1");
	put(&found, "192.0.2.2");
	put(&found, "192.0.2.3");
	put(&found, "2001:db8::1");
	put(&found, "2001:db8::2");
	addresses_take(&a, found.info, 443);
	cr_expect_str_eq(text_of(&a), "2001:db8::1@443 192.0.2.1@443 "
	    "2001:db8::2@443 192.0.2.2@443 192.0.2.3@443");
}

Test(addresses, beyond_the_limit_are_left_out)
{
	static struct answer found;
	struct addresses a;

	for (int i = 0; i < 12; i++)
		put(&found, i < 9 ? "192.0.2.1" : "2001:db8::1");
	addresses_take(&a, found.info, 443);
	cr_expect_eq(a.n, ADDRESSES_MAX);
	cr_expect_eq(a.list[0].to.ss_family, AF_INET6);
	cr_expect_eq(a.list[1].to.ss_family, AF_INET);
}

Test(addresses, of_other_families_are_left_out)
{
	static struct answer found;
	struct addresses a;

	put(&found, "192.0.2.1");
	put(&found, "192.0.2.2");
	found.info[0].ai_family = AF_UNIX;
	found.info[1].ai_addrlen = 3;
	addresses_take(&a, found.info, 443);
	cr_expect_eq(a.n, 0);
	addresses_take(&a, NULL, 443);
	cr_expect_eq(a.n, 0);
}
