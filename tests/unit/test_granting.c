/* SPDX-License-Identifier: ISC */
/* From the question to the ticket, with a record in between (I2, I4). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/crypto/digest.h"
#include "tests/unit/broker_world.h"

TestSuite(granting, .init = world_open, .fini = world_close, .timeout = 60);

static void
add_credential(const char *provider, const char *url)
{
	struct ipc_add_credential body = { .scheme = AUTH_BEARER,
	    .uid = IPC_UID_UNKNOWN, .url_len = (uint32_t)strlen(url),
	    .key_len = 8 };
	int cli = connect_cli();
	struct err err;
	char tail[256];

	cr_assert(ipc_name_set(&body.provider, provider, &err));
	snprintf(tail, sizeof tail, "%s12345678", url);
	say(cli, IPC_ADD_CREDENTIAL, &body, tail);
	take_image();
	store(0);
	cr_assert_eq(answer_to(cli), ERR_NONE);
}

static void
make_world(void)
{
	make_vault("first");
	cr_assert_eq(add_agent("bot", "0123456789abcdef") > 0, true);
	take_image();
	store(0);
	add_credential("one", "https://one.example");
}

static void
ask_grant_of(const char *provider, uint64_t request, const char *url)
{
	struct ipc_grant_request ask = { .request = request,
	    .uid = IPC_UID_UNKNOWN, .method = "POST" };
	struct err err;

	digest_sha256("0123456789abcdef", 16, ask.token);
	digest_sha256(url, strlen(url), ask.origin);
	cr_assert(ipc_name_set(&ask.provider, provider, &err));
	say(to_proxy, IPC_GRANT_REQUEST, &ask, "/v1/messages");
}

static void
ask_grant(uint64_t request, const char *url)
{
	ask_grant_of("one", request, url);
}

/* The supervisor's part; the egress's end of its pair to the broker. */
static int
start_egress(uint32_t number)
{
	struct ipc_egress_started started = { .number = number };
	int egress;

	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_EGRESS_WANTED));
	started.serial = ((const struct ipc_egress_wanted *)msg.body)->serial;
	say(to_supervisor, IPC_EGRESS_STARTED, &started, "");
	egress = hand_channel(EGRESS, number);
	cr_assert(comes(egress, EGRESS, IPC_PROVISION));
	return egress;
}

static void
egress_is_ready(uint32_t number)
{
	struct ipc_egress ready = { .number = number };

	say(to_supervisor, IPC_EGRESS_READY, &ready, "");
}

static enum err_code
denial(void)
{
	if (!comes(to_proxy, PROXY, IPC_DENIED))
		return ERR_CODES;
	return ((const struct ipc_denied *)msg.body)->code;
}

Test(granting, grants_when_the_record_is_written_and_the_egress_serves)
{
	make_world();
	ask_grant(77, "https://one.example");
	start_egress(1);
	cr_expect_eq(n_lines("\"event\":\"begin\""), 1, "before the ticket");
	egress_is_ready(1);
	cr_assert(comes(to_proxy, PROXY, IPC_GRANTED));
	cr_expect_eq(((const struct ipc_granted *)msg.body)->request, 77);
}

/* I2: what is asked when the ticket is issued, not only at the question. */
Test(granting, denies_a_grant_whose_agent_was_removed_while_it_waited)
{
	struct ipc_name_pair who = { 0 };
	struct err err;

	make_world();
	ask_grant(77, "https://one.example");
	start_egress(1);
	cr_assert(ipc_name_set(&who.first, "bot", &err));
	say(connect_cli(), IPC_REMOVE_AGENT, &who, "");
	egress_is_ready(1);
	cr_expect_eq(denial(), ERR_UNAUTHENTICATED);
}

/* Whatever the proxy says or forgets to ask: here it is asked again. */
Test(granting, denies_another_user_and_records_it)
{
	make_world();
	allow_users("1000");
	ask_grant(77, "https://one.example");
	cr_expect_eq(denial(), ERR_FOREIGN_USER);
	cr_expect_eq(n_lines("\"event\":\"denied\""), 1);
	cr_expect_eq(n_lines("\"event\":\"begin\""), 0);
}

Test(granting, denies_a_user_who_may_not_any_more_when_the_ticket_is_issued)
{
	make_world();
	ask_grant(77, "https://one.example");
	start_egress(1);
	allow_users("1000");
	egress_is_ready(1);
	cr_expect_eq(denial(), ERR_FOREIGN_USER);
}

/* A bad peer that only shuts its pair must not keep what it holds. */
Test(granting, has_an_egress_killed_that_does_not_listen_any_more)
{
	int egress;

	make_world();
	ask_grant(77, "https://one.example");
	egress = start_egress(5);
	egress_is_ready(5);
	close(egress);
	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_EGRESS_UNWANTED));
	cr_expect_eq(((const struct ipc_egress *)msg.body)->number, 5);
}

Test(granting, bounds_what_waits_for_an_egress)
{
	make_world();
	for (uint64_t i = 0; i < 6000; i++) {
		ask_grant(i + 1, "https://one.example");
		if (i % 16 == 0)
			for (int n = 0; n < 4; n++)
				world_turn();
		while (ipc_receive(to_proxy, &packet,
		    &(struct err) { 0 }) == IPC_GOT) {
			cr_assert(ipc_check(&msg, &packet, BROKER, PROXY,
			    &(struct err) { 0 }));
			if (msg.type == IPC_DENIED && ((const struct
			    ipc_denied *)msg.body)->code == ERR_OVERLOADED)
				return;
		}
	}
	cr_assert(false, "as many as the proxy likes");
}

/* One more key in use than there may be processes; "one" is in use too. */
static void
ask_for_more_than_may_be(void)
{
	char name[16], url[32];

	for (uint64_t i = 1; i <= IPC_EGRESSES_MAX; i++) {
		snprintf(name, sizeof name, "p%u", (unsigned)i);
		snprintf(url, sizeof url, "https://%s.example", name);
		add_credential(name, url);
		ask_grant_of(name, 1000 + i, url);
		if (i < IPC_EGRESSES_MAX)
			cr_assert(comes(to_supervisor, SUPERVISOR,
			    IPC_EGRESS_WANTED));
	}
}

Test(granting, asks_for_no_more_egresses_than_there_may_be)
{
	make_world();
	ask_grant(77, "https://one.example");
	start_egress(1);
	ask_for_more_than_may_be();
	cr_expect_eq(denial(), ERR_TOO_MANY_EGRESSES);
}

Test(granting, has_the_idlest_egress_make_room)
{
	struct ipc_outcome outcome = { .request = 77 };
	int egress;

	make_world();
	ask_grant(77, "https://one.example");
	egress = start_egress(1);
	egress_is_ready(1);
	cr_assert(comes(to_proxy, PROXY, IPC_GRANTED));
	outcome.sequence = ((const struct ipc_granted *)msg.body)->sequence;
	say(egress, IPC_OUTCOME, &outcome, "");
	ask_for_more_than_may_be();
	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_EGRESS_UNWANTED));
	cr_expect_eq(((const struct ipc_egress *)msg.body)->number, 1);
	cr_expect(comes(to_supervisor, SUPERVISOR, IPC_EGRESS_WANTED));
}

Test(granting, records_no_query_of_a_path_that_it_refuses)
{
	struct ipc_grant_request ask = { .request = 5, .method = "POST" };
	struct err err;

	make_world();
	digest_sha256("0123456789abcdef", 16, ask.token);
	digest_sha256("https://one.example", 19, ask.origin);
	cr_assert(ipc_name_set(&ask.provider, "one", &err));
	say(to_proxy, IPC_GRANT_REQUEST, &ask, "/v1/files?key=sk-canary");
	cr_expect_eq(denial(), ERR_NOT_PERMITTED);
	for (int i = 0; i < 50; i++)
		world_turn();
	cr_expect_eq(n_lines("\"event\":\"denied\""), 1);
	cr_expect_eq(n_lines("sk-canary"), 0);
}

