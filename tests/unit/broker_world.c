/* SPDX-License-Identifier: ISC */
#include "tests/unit/broker_world.h"

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
static uint8_t image[65536];
static size_t image_len;
static uint64_t generation;

struct broker *b;
struct ipc_packet packet;
struct ipc_message msg;
int to_supervisor, to_proxy;

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
	[IPC_SYNC_REQUEST] = on_sync_request,
	[IPC_SYNCED] = on_synced,
	[IPC_LOGIN_APPROVE] = on_login_approve,
	[IPC_LOGIN_REQUEST] = on_login_request,
	[IPC_LOGIN_TOKEN] = on_login_token,
	[IPC_INIT_VAULT] = on_init_vault,
	[IPC_UNLOCK] = on_unlock,
	[IPC_LOCK] = on_lock,
	[IPC_PASSWD] = on_passwd,
	[IPC_ADD_CREDENTIAL] = on_add_credential,
	[IPC_ROTATE_KEY] = on_rotate_key,
	[IPC_REMOVE_CREDENTIAL] = on_remove_credential,
	[IPC_TRUST] = on_trust,
	[IPC_MARK_CENTRAL] = on_mark_central,
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

void
allow_users(const char *numbers)
{
	snprintf(settings.users, sizeof settings.users, "%s", numbers);
}

int
hand_channel(enum role role, uint32_t number)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	hand(HAND_CHANNEL, role, number, pair[0]);
	return pair[1];
}

int
connect_cli(void)
{
	int pair[2];
	struct err err;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	cr_assert_not_null(channel_new(&dispatcher, pair[0], CLI, 1, &err));
	return pair[1];
}

void
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

void
world_open(void)
{
	log_set_sink(be_quiet);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	settings_default(&settings);
	settings.users[0] = '*';
	/* No test waits for it; a busy machine must not make one do so. */
	settings.grant_timeout_ms = 600000;
	base = event_base_new();
	dispatcher.base = base;
	start_broker();
}

void
world_close(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_expect_eq(system(command), 0);
}

void
world_turn(void)
{
	event_base_loop(base, EVLOOP_NONBLOCK);
	usleep(200);
}

bool
comes(int socket, enum role to, enum ipc_type type)
{
	struct err err;

	for (int i = 0; i < 20000; i++) {
		world_turn();
		while (ipc_receive(socket, &packet, &err) == IPC_GOT) {
			cr_assert(ipc_check(&msg, &packet, BROKER, to, &err));
			if (msg.type == type)
				return true;
			ipc_packet_release(&packet, PLAIN);
		}
	}
	return false;
}

void
say(int socket, enum ipc_type type, const void *body, const char *tail)
{
	struct err err = { 0 };

	cr_assert(ipc_send(socket, &(struct ipc_outgoing) { .type = type,
	    .body = body, .tail = tail, .tail_len = strlen(tail), .fd = -1 },
	    &err), "%s", err.about);
	world_turn();
}

enum err_code
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

void
play_kdf(void)
{
	struct ipc_derived derived = { .ok = 1 };
	char passphrase[64] = "";
	const struct ipc_derive *ask;
	int to_kdf;

	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_KDF_WANTED));
	to_kdf = hand_channel(KDF, 0);
	cr_assert(comes(to_kdf, KDF, IPC_DERIVE));
	ask = msg.body;
	memcpy(passphrase, msg.tail, msg.tail_len);
	derive(ask->salt, passphrase, derived.key);
	say(to_kdf, IPC_DERIVED, &derived, "");
}

void
take_image(void)
{
	cr_assert(comes(to_supervisor, SUPERVISOR, IPC_VAULT_IMAGE));
	generation = ((const struct ipc_vault_image *)msg.body)->generation;
	image_len = (size_t)pread(*msg.fd, image, sizeof image, 0);
	ipc_packet_release(&packet, PLAIN);
}

void
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

void
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

bool
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

int
add_agent(const char *id, const char *token)
{
	struct ipc_add_agent body = { .dialect = DIALECT_CHAT };
	int cli = connect_cli();
	struct err err;

	cr_assert(ipc_name_set(&body.agent, id, &err));
	say(cli, IPC_ADD_AGENT, &body, token);
	return cli;
}

int
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

int
n_lines_written(const char *containing)
{
	int n = n_lines(containing);

	for (int i = 0; i < 20000 && n == 0; i++) {
		world_turn();
		n = n_lines(containing);
	}
	return n;
}
