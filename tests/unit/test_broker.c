/* SPDX-License-Identifier: ISC */
/* A vault that is changed, locked and put back while other things go on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/broker_world.h"

TestSuite(broker, .init = world_open, .fini = world_close, .timeout = 60);

static int
change_passphrase(const char *old, const char *new)
{
	struct ipc_passwd body = { (uint32_t)strlen(old),
	    (uint32_t)strlen(new) };
	char tail[128];
	int cli = connect_cli();

	snprintf(tail, sizeof tail, "%s%s", old, new);
	say(cli, IPC_PASSWD, &body, tail);
	return cli;
}

Test(broker, makes_a_vault_that_its_passphrase_opens)
{
	struct vault v;

	make_vault("first");
	cr_expect(opens("first", &v));
	cr_expect_not(opens("other", &v));
}

/* The new wrapping must not meet the old wrapped key, or all is lost. */
Test(broker, changes_the_passphrase_while_another_change_is_being_stored)
{
	struct vault v;
	int agent, passwd;

	make_vault("first");
	agent = add_agent("bot", "0123456789abcdef");
	take_image();
	passwd = change_passphrase("first", "second");
	play_kdf();
	play_kdf();
	store(0);
	cr_expect_eq(answer_to(agent), ERR_NONE);
	take_image();
	store(0);
	cr_expect_eq(answer_to(passwd), ERR_NONE);
	cr_expect(opens("second", &v));
	cr_expect_not(opens("first", &v));
}

Test(broker, forgets_the_new_passphrase_when_it_could_not_be_stored)
{
	struct vault v;
	int agent, passwd;

	make_vault("first");
	agent = add_agent("bot", "0123456789abcdef");
	take_image();
	passwd = change_passphrase("first", "second");
	play_kdf();
	play_kdf();
	store(5);
	cr_expect_eq(answer_to(agent), ERR_FILE_FAILED);
	cr_expect_eq(answer_to(passwd), ERR_FILE_FAILED);
	agent = add_agent("bot", "0123456789abcdef");
	take_image();
	store(0);
	cr_expect_eq(answer_to(agent), ERR_NONE);
	cr_expect(opens("first", &v));
}

/* Who is told "done" has it on the disk; who is not, is told so at once. */
Test(broker, refuses_what_was_not_yet_stored_when_the_vault_is_locked)
{
	struct vault v;
	int one, two, lock;

	make_vault("first");
	one = add_agent("one", "0123456789abcdef");
	take_image();
	two = add_agent("two", "fedcba9876543210");
	lock = connect_cli();
	say(lock, IPC_LOCK, NULL, "");
	cr_expect_eq(answer_to(lock), ERR_NONE);
	cr_expect_eq(answer_to(two), ERR_VAULT_LOCKED);
	store(0);
	cr_expect_eq(answer_to(one), ERR_NONE);
	cr_assert(opens("first", &v));
	cr_expect_not_null(vault_find_agent(&v, "one"));
	cr_expect_null(vault_find_agent(&v, "two"));
}

Test(broker, does_not_unlock_what_is_still_being_stored)
{
	struct ipc_passphrase unlock = { 0 };
	int one, lock, cli;

	make_vault("first");
	one = add_agent("one", "0123456789abcdef");
	take_image();
	lock = connect_cli();
	say(lock, IPC_LOCK, NULL, "");
	cli = connect_cli();
	say(cli, IPC_UNLOCK, &unlock, "first");
	cr_expect_eq(answer_to(cli), ERR_OVERLOADED);
	store(0);
	cr_expect_eq(answer_to(one), ERR_NONE);
}

Test(broker, is_locked_by_lock_whatever_is_under_way)
{
	struct ipc_derived derived = { .ok = 1 };
	int passwd, lock, kdf;

	make_vault("first");
	passwd = change_passphrase("first", "second");
	play_kdf();
	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_KDF_WANTED));
	kdf = hand_channel(KDF, 0);
	cr_assert(comes(kdf, KDF, IPC_DERIVE));
	lock = connect_cli();
	say(lock, IPC_LOCK, NULL, "");
	cr_expect_eq(answer_to(lock), ERR_NONE);
	cr_expect_eq(answer_to(passwd), ERR_VAULT_LOCKED);
	ipc_send(kdf, &(struct ipc_outgoing) { .type = IPC_DERIVED,
	    .body = &derived, .fd = -1 }, &(struct err) { 0 });
	world_turn();
	cr_expect(vault_is_locked(&b->vault));
}

Test(broker, makes_one_vault_and_no_second_one_over_it)
{
	struct ipc_passphrase init = { 0 };
	int one = connect_cli(), two = connect_cli();
	struct vault v;

	say(one, IPC_INIT_VAULT, &init, "first");
	play_kdf();
	take_image();
	say(two, IPC_INIT_VAULT, &init, "second");
	cr_expect_eq(answer_to(two), ERR_VAULT_EXISTS);
	store(0);
	cr_expect_eq(answer_to(one), ERR_NONE);
	cr_expect(opens("first", &v));
}

static enum err_code
unlock(const char *passphrase, uint32_t flags)
{
	struct ipc_passphrase body = { .flags = flags };
	int cli = connect_cli();

	say(cli, IPC_UNLOCK, &body, passphrase);
	play_kdf();
	return answer_to(cli);
}

static void
copy_file(const char *from, const char *to)
{
	char command[64];

	snprintf(command, sizeof command, "cp %s %s", from, to);
	cr_assert_eq(system(command), 0);
}

/* The last change too: nothing need have happened since. */
Test(broker, notices_that_the_vault_was_put_back_by_one_change)
{
	int cli;

	make_vault("first");
	copy_file("vault", "older");
	cli = add_agent("bot", "0123456789abcdef");
	take_image();
	store(0);
	cr_expect_eq(answer_to(cli), ERR_NONE);
	for (int i = 0; i < 50; i++)
		world_turn();
	copy_file("older", "vault");
	start_broker();
	cr_expect_eq(unlock("first", 0), ERR_VAULT_ROLLED_BACK);
	cr_expect(vault_is_locked(&b->vault));
}

Test(broker, accepts_a_vault_that_was_put_back_once_and_for_all)
{
	int cli;

	make_vault("first");
	copy_file("vault", "older");
	cli = add_agent("bot", "0123456789abcdef");
	take_image();
	store(0);
	cr_expect_eq(answer_to(cli), ERR_NONE);
	for (int i = 0; i < 50; i++)
		world_turn();
	copy_file("older", "vault");
	start_broker();
	cr_expect_eq(unlock("first", ACCEPT_ROLLBACK), ERR_NONE);
	take_image();
	store(0);
	start_broker();
	cr_expect_eq(unlock("first", 0), ERR_NONE);
}

Test(broker, records_that_a_change_could_not_be_stored)
{
	int cli;

	make_vault("first");
	cli = add_agent("bot", "0123456789abcdef");
	take_image();
	store(28);
	cr_expect_eq(answer_to(cli), ERR_FILE_FAILED);
	cr_expect_eq(n_lines_written("\"reason\":\"file_failed\""), 1);
}

Test(broker, records_a_wrong_passphrase)
{
	int lock;

	make_vault("first");
	lock = connect_cli();
	say(lock, IPC_LOCK, NULL, "");
	cr_expect_eq(unlock("guess", 0), ERR_WRONG_PASSPHRASE);
	cr_expect_eq(n_lines_written("\"reason\":\"wrong_passphrase\""), 1);
}

Test(broker, writes_all_that_is_queued_before_it_ends_and_signs_it)
{
	make_vault("first");
	for (int i = 0; i < 300; i++)
		broker_record(b, AUDIT_DENIED, "one", "bot", NULL);
	broker_stop(b, 0);
	broker_close(b);
	cr_expect_eq(n_lines("\"event\":\"denied\""), 300);
	cr_expect_eq(n_lines("\"event\":\"stop\""), 1);
	cr_expect_eq(system("tail -n 1 audit.jsonl | grep -q checkpoint"), 0,
	    "the signature is over the last record");
}
