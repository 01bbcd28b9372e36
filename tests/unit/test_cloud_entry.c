/* SPDX-License-Identifier: ISC */
/*
 * A login as a syncer in an attacker's hands would like it: where it goes is the
 * user's word alone, and everything has its one moment.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/broker_world.h"

#define CLOUD "https://cloud.example"
#define TOKEN "device-token-of-a-cloud"

static int to_connector;

static void
open_world(void)
{
	world_open();
	make_vault("first");
	to_connector = hand_channel(CONNECTOR, 0);
}

TestSuite(cloud_entry, .init = open_world, .fini = world_close,
    .timeout = 60);

static enum err_code
approve(const char *url, uint32_t flags)
{
	struct ipc_login_approve body = { .flags = flags };
	int cli = connect_cli();

	say(cli, IPC_LOGIN_APPROVE, &body, url);
	return answer_to(cli);
}

static int
start_syncer(void)
{
	return hand_channel(SYNCER, 0);
}

static enum err_code
denied(int syncer)
{
	if (!comes(syncer, SYNCER, IPC_DENIED))
		return ERR_CODES;
	return ((const struct ipc_denied *)msg.body)->code;
}

static bool
is_cut_off(int syncer)
{
	char byte;

	for (int i = 0; i < 50; i++)
		world_turn();
	return recv(syncer, &byte, 1, MSG_DONTWAIT) == 0;
}

static int
log_in(void)
{
	int syncer;

	cr_assert_eq(approve(CLOUD, 0), ERR_NONE);
	syncer = start_syncer();
	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_assert(comes(syncer, SYNCER, IPC_LOGIN_GRANTED));
	say(syncer, IPC_LOGIN_TOKEN, NULL, TOKEN);
	take_image();
	store(0);
	cr_assert(comes(syncer, SYNCER, IPC_DONE));
	cr_assert_eq(((const struct ipc_done *)msg.body)->code, ERR_NONE);
	return syncer;
}

Test(cloud_entry, names_no_endpoint_that_its_user_did_not)
{
	int syncer = start_syncer();

	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_expect_eq(denied(syncer), ERR_NOT_PERMITTED);
	cr_expect_not(comes(to_connector, CONNECTOR, IPC_ENDPOINT));
	cr_expect_eq(n_lines("\"event\":\"login\""), 0);
}

Test(cloud_entry, gives_an_approved_login_the_url_and_the_way_to_it)
{
	int syncer;

	cr_assert_eq(approve(CLOUD, 0), ERR_NONE);
	cr_expect_not(comes(to_connector, CONNECTOR, IPC_ENDPOINT),
	    "nobody has asked for it yet");
	syncer = start_syncer();
	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_assert(comes(syncer, SYNCER, IPC_LOGIN_GRANTED));
	cr_expect_eq(n_lines("\"event\":\"login\""), 1,
	    "I4: the record is there before");
	cr_expect_arr_eq(msg.tail, CLOUD, strlen(CLOUD));
	cr_assert(comes(to_connector, CONNECTOR, IPC_ENDPOINT));
	cr_expect_arr_eq(msg.tail, "cloud.example", 13);
}

Test(cloud_entry, takes_an_approval_once)
{
	int syncer;

	cr_assert_eq(approve(CLOUD, 0), ERR_NONE);
	syncer = start_syncer();
	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_assert(comes(syncer, SYNCER, IPC_LOGIN_GRANTED));
	syncer = start_syncer();
	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_expect_eq(denied(syncer), ERR_NOT_PERMITTED);
}

Test(cloud_entry, takes_no_token_out_of_turn)
{
	int syncer = start_syncer();

	say(syncer, IPC_LOGIN_TOKEN, NULL, TOKEN);
	cr_expect(is_cut_off(syncer), "without a login");
	cr_expect(LIST_EMPTY(&b->vault.credentials));
	syncer = log_in();
	say(syncer, IPC_LOGIN_TOKEN, NULL, "another-device-token");
	cr_expect(is_cut_off(syncer), "twice");
}

Test(cloud_entry, pins_the_token_to_what_was_approved)
{
	const struct credential *c;

	log_in();
	c = LIST_FIRST(&b->vault.credentials);
	cr_assert(c != NULL);
	cr_expect_str_eq(c->pin, CLOUD);
	cr_expect_eq(c->flags, CREDENTIAL_IS_CLOUD);
	cr_expect_eq(n_lines(TOKEN), 0, "the log does not have it");
}

Test(cloud_entry, keeps_a_login_unless_told_otherwise)
{
	log_in();
	cr_expect_eq(approve("https://evil.example", 0),
	    ERR_ALREADY_LOGGED_IN);
	cr_expect_eq(approve("https://other.example", LOGIN_REPLACE),
	    ERR_NONE);
}

Test(cloud_entry, refuses_what_is_not_the_canonical_url)
{
	static const char *const urls[] = { "", "cloud.example",
		"http://cloud.example", "https://CLOUD.example",
		"https://cloud.example/", "https://u@cloud.example",
		"https://cloud.example/?a" };

	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
		cr_expect_eq(approve(urls[i], 0), ERR_URL_INVALID, "%s",
		    urls[i]);
}

Test(cloud_entry, refuses_a_token_that_could_not_be_sent)
{
	int syncer;

	cr_assert_eq(approve(CLOUD, 0), ERR_NONE);
	syncer = start_syncer();
	say(syncer, IPC_LOGIN_REQUEST, NULL, "");
	cr_assert(comes(syncer, SYNCER, IPC_LOGIN_GRANTED));
	say(syncer, IPC_LOGIN_TOKEN, NULL, "a token\nwith a line");
	cr_assert(comes(syncer, SYNCER, IPC_DONE));
	cr_expect_eq(((const struct ipc_done *)msg.body)->code,
	    ERR_CLOUD_INVALID);
	cr_expect(LIST_EMPTY(&b->vault.credentials));
}

Test(cloud_entry, lets_no_syncer_ask_for_both)
{
	int syncer = log_in();

	say(syncer, IPC_SYNC_REQUEST, NULL, "");
	cr_expect(is_cut_off(syncer));
}
