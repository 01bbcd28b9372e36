/* SPDX-License-Identifier: ISC */
/* The broker as its neighbours see it; all of them are played here. */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/broker.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/commands.h"
#include "common/scoped.h"
#include "common/secret.h"

static char folder[] = "/tmp/test_broker.XXXXXX";
static struct event_base *base;
static struct settings settings;
static struct channel *supervisor;
static struct broker *b;
static struct ipc_packet packet;
static struct ipc_message msg;
static uint8_t image[65536];
static size_t image_len;
static uint64_t generation;
static int to_supervisor, to_proxy, to_kdf = -1;

static ipc_handler *const handlers[IPC_TYPES] = {
	[IPC_WHO] = on_who,
	[IPC_GRANT_REQUEST] = on_grant_request,
	[IPC_OUTCOME] = on_outcome,
	[IPC_EGRESS_STARTED] = on_egress_started,
	[IPC_EGRESS_READY] = on_egress_ready,
	[IPC_EGRESS_GONE] = on_egress_gone,
	[IPC_DERIVED] = on_derived,
	[IPC_VAULT_STORED] = on_vault_stored,
	[IPC_AUDIT_REOPEN] = on_audit_reopen,
	[IPC_INIT_VAULT] = on_init_vault,
	[IPC_UNLOCK] = on_unlock,
	[IPC_LOCK] = on_lock,
	[IPC_PASSWD] = on_passwd,
	[IPC_ADD_CREDENTIAL] = on_add_credential,
	[IPC_REMOVE_CREDENTIAL] = on_remove_credential,
	[IPC_TRUST] = on_trust,
	[IPC_ADD_AGENT] = on_add_agent,
	[IPC_REMOVE_AGENT] = on_remove_agent,
};
static struct dispatcher dispatcher = { .role = BROKER,
    .handlers = handlers, .closed = broker_closed };

struct event_base *process_base(void) { return base; }
const struct settings *process_settings(void) { return &settings; }
struct channel *process_supervisor(void) { return supervisor; }
const struct dispatcher *process_dispatcher(void) { return &dispatcher; }
void process_end(int exit_status) { (void)exit_status; }

struct channel *
process_adopt_channel(const struct ipc_hand *hand, int *fd, struct err *err)
{
	return channel_new(&dispatcher, take_fd(fd), (enum role)hand->role,
	    hand->number, err);
}

static void
be_quiet(enum log_level level, const char *text, size_t len)
{
	(void)level;
	(void)text;
	(void)len;
}

static void
hand(enum hand_kind kind, enum role role, uint32_t number, int fd)
{
	struct ipc_hand h = { .kind = kind, .role = role, .number = number };
	struct err err = { 0 };

	cr_assert(broker_adopt(b, &h, &fd, &err), "%s", err.about);
	if (fd != -1)
		close(fd);
}

/* A pair between the broker and somebody; our end. */
static int
hand_channel(enum role role, uint32_t number)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	hand(HAND_CHANNEL, role, number, pair[0]);
	return pair[1];
}

static int
connect_cli(void)
{
	int pair[2];
	struct err err;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	cr_assert_not_null(channel_new(&dispatcher, pair[0], CLI, 1, &err));
	return pair[1];
}

static void
start_broker(void)
{
	struct err err = { 0 };
	int pair[2], commands[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	b = broker_open(&err);
	cr_assert_not_null(b, "%s", err.about);
	dispatcher.self = b;
	supervisor = channel_new(&dispatcher, pair[0], SUPERVISOR, 0, &err);
	to_supervisor = pair[1];
	cr_assert_eq(pipe(commands), 0);
	hand(HAND_COMMANDS, CLI, 0, commands[0]);
	hand(HAND_AUDIT_FOLDER, SUPERVISOR, 0, open(".", O_PATH | O_DIRECTORY));
	hand(HAND_AUDIT_READ, SUPERVISOR, 1, open("audit.jsonl",
	    O_RDONLY | O_CREAT, 0600));
	hand(HAND_AUDIT_LOG, SUPERVISOR, 1, open("audit.jsonl",
	    O_RDWR | O_APPEND));
	if (access("vault", R_OK) == 0)
		hand(HAND_VAULT, SUPERVISOR, 0, open("vault", O_RDONLY));
	cr_assert(broker_warm(b, &err), "%s", err.about);
	to_proxy = hand_channel(PROXY, 0);
}

static void
setup(void)
{
	log_set_sink(be_quiet);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	settings_default(&settings);
	base = event_base_new();
	dispatcher.base = base;
	start_broker();
}

static void
teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_expect_eq(system(command), 0);
}

TestSuite(broker, .init = setup, .fini = teardown, .timeout = 60);

/* Lets the broker work, its disk too. */
static void
turn(void)
{
	event_base_loop(base, EVLOOP_NONBLOCK);
	usleep(200);
}

static bool
comes(int socket, enum role to, enum ipc_type type)
{
	struct err err;

	for (int i = 0; i < 500; i++) {
		turn();
		while (ipc_receive(socket, &packet, &err) == IPC_GOT) {
			cr_assert(ipc_check(&msg, &packet, BROKER, to, &err));
			if (msg.type == type)
				return true;
			ipc_packet_release(&packet, PLAIN);
		}
	}
	return false;
}

static void
say(int socket, enum ipc_type type, const void *body, const char *tail)
{
	struct err err = { 0 };

	cr_assert(ipc_send(socket, &(struct ipc_outgoing) { .type = type,
	    .body = body, .tail = tail, .tail_len = strlen(tail), .fd = -1 },
	    &err), "%s", err.about);
	turn();
}

/* What the caller is told in the end; ERR_CODES: nothing. */
static enum err_code
answer_to(int cli)
{
	if (!comes(cli, CLI, IPC_DONE))
		return ERR_CODES;
	return ((const struct ipc_done *)msg.body)->code;
}

static void
derive(const uint8_t salt[32], const char *passphrase, uint8_t key[32])
{
	struct digest_piece piece = { passphrase, strlen(passphrase) };

	digest_hmac(salt, 32, &piece, 1, key);
}

/* The kdf's part: started when it is wanted, it answers once. */
static void
play_kdf(void)
{
	struct ipc_derived derived = { .ok = 1 };
	char passphrase[64] = "";
	const struct ipc_derive *ask;

	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_KDF_WANTED));
	to_kdf = hand_channel(KDF, 0);
	cr_assert(comes(to_kdf, KDF, IPC_DERIVE));
	ask = msg.body;
	memcpy(passphrase, msg.tail, msg.tail_len);
	derive(ask->salt, passphrase, derived.key);
	say(to_kdf, IPC_DERIVED, &derived, "");
}

/* The supervisor's part, in two: the image comes; it is stored. */
static void
take_image(void)
{
	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_VAULT_IMAGE));
	generation = ((const struct ipc_vault_image *)msg.body)->generation;
	image_len = (size_t)pread(*msg.fd, image, sizeof image, 0);
	ipc_packet_release(&packet, PLAIN);
}

static void
store(uint32_t os)
{
	struct ipc_vault_stored stored = { .generation = generation,
	    .os = os };
	FILE *f = os == 0 ? fopen("vault", "we") : NULL;

	if (f != NULL) {
		cr_assert_eq(fwrite(image, 1, image_len, f), image_len);
		fclose(f);
	}
	say(to_supervisor, IPC_VAULT_STORED, &stored, "");
}

static void
make_vault(const char *passphrase)
{
	struct ipc_passphrase init = { 0 };
	int cli = connect_cli();

	say(cli, IPC_INIT_VAULT, &init, passphrase);
	play_kdf();
	take_image();
	store(0);
	cr_assert_eq(answer_to(cli), ERR_NONE);
}

/* Does this passphrase open what is stored, and is it whole? */
static bool
opens(const char *passphrase, struct vault *v)
{
	struct err err = { 0 };
	AUTO_WIPE struct secret *kek = secret_new(32, &err);
	uint8_t *copy = memcpy(malloc(image_len), image, image_len);

	vault_init(v);
	cr_assert(vault_load(v, copy, image_len, &err));
	derive(v->wrapping.salt, passphrase, secret_bytes(kek));
	return vault_unlock(v, kek, &err);
}

static int
add_agent(const char *id, const char *token)
{
	struct ipc_add_agent body = { .dialect = DIALECT_CHAT };
	int cli = connect_cli();
	struct err err;

	cr_assert(ipc_name_set(&body.agent, id, &err));
	say(cli, IPC_ADD_AGENT, &body, token);
	return cli;
}

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
	turn();
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

static int
n_lines(const char *containing)
{
	FILE *f = fopen("audit.jsonl", "re");
	char line[AUDIT_LINE_MAX + 1];
	int n = 0;

	while (fgets(line, sizeof line, f) != NULL)
		n += strstr(line, containing) != NULL;
	fclose(f);
	return n;
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
		turn();
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
		turn();
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
	for (int i = 0; i < 50; i++)
		turn();
	cr_expect_eq(n_lines("\"reason\":\"file_failed\""), 1);
}

Test(broker, records_a_wrong_passphrase)
{
	int lock;

	make_vault("first");
	lock = connect_cli();
	say(lock, IPC_LOCK, NULL, "");
	cr_expect_eq(unlock("guess", 0), ERR_WRONG_PASSPHRASE);
	for (int i = 0; i < 50; i++)
		turn();
	cr_expect_eq(n_lines("\"reason\":\"wrong_passphrase\""), 1);
}

/* --- grants --- */

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
ask_grant(uint64_t request, const char *url)
{
	struct ipc_grant_request ask = { .request = request,
	    .uid = IPC_UID_UNKNOWN, .method = "POST" };
	struct err err;

	digest_sha256("0123456789abcdef", 16, ask.token);
	digest_sha256(url, strlen(url), ask.origin);
	cr_assert(ipc_name_set(&ask.provider, "one", &err));
	say(to_proxy, IPC_GRANT_REQUEST, &ask, "/v1/messages");
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

Test(broker, grants_when_the_record_is_written_and_the_egress_serves)
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
Test(broker, denies_a_grant_whose_agent_was_removed_while_it_waited)
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

/* A bad peer that only shuts its pair must not keep what it holds. */
Test(broker, has_an_egress_killed_that_does_not_listen_any_more)
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

Test(broker, bounds_what_waits_for_an_egress)
{
	make_world();
	for (uint64_t i = 0; i < 6000; i++) {
		ask_grant(i + 1, "https://one.example");
		if (i % 16 == 0)
			for (int n = 0; n < 4; n++)
				turn();
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

Test(broker, records_no_query_of_a_path_that_it_refuses)
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
		turn();
	cr_expect_eq(n_lines("\"event\":\"denied\""), 1);
	cr_expect_eq(n_lines("sk-canary"), 0);
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
