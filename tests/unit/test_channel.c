/* SPDX-License-Identifier: ISC */
/* What becomes of a peer that breaks the rules: its channel ends, no more. */
#include <criterion/criterion.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/channel.h"
#include "common/scoped.h"

static struct event_base *base;
static struct dispatcher d;
static ipc_handler *handlers[IPC_TYPES];
static int n_handled, n_closed, n_suspected, kept_fd;
static uint32_t closed_number;

static void
handle(struct channel *c, const struct ipc_message *msg, void *self)
{
	(void)c;
	(void)self;
	n_handled++;
	if (msg->fd != NULL && kept_fd == 0)
		kept_fd = take_fd(msg->fd);
}

static void
on_closed(struct channel *c, void *self)
{
	(void)self;
	n_closed++;
	closed_number = channel_number(c);
}

static void
on_suspect(struct channel *c, void *self)
{
	(void)c;
	(void)self;
	n_suspected++;
}

static void
be_quiet(enum log_level level, const char *text, size_t len)
{
	(void)level;
	(void)text;
	(void)len;
}

static void
setup(void)
{
	log_set_sink(be_quiet);
	base = event_base_new();
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		handlers[t] = handle;
	d = (struct dispatcher) { .role = BROKER, .base = base,
	    .handlers = handlers, .closed = on_closed,
	    .suspect = on_suspect };
}

TestSuite(channel, .init = setup);

/* A channel of the broker to 'peer'; the peer's end. */
static int
open_channel(enum role peer, uint32_t number, struct channel **c)
{
	struct err err;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0, pair), 0);
	*c = channel_new(&d, pair[0], peer, number, &err);
	cr_assert_not_null(*c);
	return pair[1];
}

static void
run(void)
{
	for (int i = 0; i < 8; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void
send_lawful(int socket, enum ipc_type type)
{
	struct err err;

	cr_assert(ipc_send(socket, &(struct ipc_outgoing) { .type = type,
	    .fd = ipc_declarations[type].n_fds > 0 ? STDIN_FILENO : -1 },
	    &err), "%s", ipc_declarations[type].name);
}

Test(channel, hands_each_message_that_the_peer_may_send_to_its_handler)
{
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		for (enum role r = 0; r < ROLES; r++) {
			const struct ipc_declaration *m = &ipc_declarations[t];
			bool may = (m->from & 1u << r) != 0 &&
			    (m->to & 1u << BROKER) != 0;
			struct channel *c;
			int before = n_handled, ended = n_closed;
			int peer = open_channel(r, 0, &c);

			send_lawful(peer, t);
			run();
			cr_expect_eq(n_handled - before, may ? 1 : 0,
			    "%s from %s", m->name, role_name(r));
			cr_expect_eq(n_closed - ended, may ? 0 : 1);
			close(peer);
			run();
		}
}

Test(channel, ends_for_the_one_that_broke_the_rules_alone)
{
	struct channel *good, *bad;
	int good_peer = open_channel(PROXY, 1, &good);
	int bad_peer = open_channel(EGRESS, 2, &bad);

	cr_assert_eq(send(bad_peer, "garbage", 7, 0), 7);
	run();
	cr_expect_eq(n_closed, 1);
	cr_expect_eq(closed_number, 2);
	cr_expect_eq(n_suspected, 1, "one of ours: taken for compromised");
	send_lawful(good_peer, IPC_WHO);
	run();
	cr_expect_eq(n_handled, 1);
}

Test(channel, only_drops_an_outside_client)
{
	struct channel *c;
	int peer = open_channel(CLI, 0, &c);

	cr_assert_eq(send(peer, "garbage", 7, 0), 7);
	run();
	cr_expect_eq(n_closed, 1);
	cr_expect_eq(n_suspected, 0);
}

/* Says a word of another version; what comes back, if anything. */
static enum ipc_received
hear_of_another_version(enum role peer, struct ipc_packet *p)
{
	struct ipc_header h = { IPC_VERSION + 1, IPC_STOP_REQUEST };
	struct channel *c;
	struct err err;
	int end = open_channel(peer, 0, &c);

	cr_assert_eq(send(end, &h, sizeof h, 0), sizeof h);
	run();
	cr_expect_eq(n_handled, 0);
	return ipc_receive(end, p, &err);
}

Test(channel, tells_a_command_of_another_version_its_own)
{
	static struct ipc_packet p;
	struct ipc_header h;

	cr_assert_eq(hear_of_another_version(CLI, &p), IPC_GOT);
	memcpy(&h, p.bytes, sizeof h);
	cr_expect_eq(h.version, IPC_VERSION);
	cr_expect_eq(n_closed, 1);
	cr_expect_eq(n_suspected, 0);
}

Test(channel, suspects_a_process_of_another_version)
{
	static struct ipc_packet p;

	cr_expect_eq(hear_of_another_version(PROXY, &p), IPC_CLOSED);
	cr_expect_eq(n_closed, 1);
	cr_expect_eq(n_suspected, 1);
}

Test(channel, refuses_a_message_that_is_not_permitted_now)
{
	struct channel *c;
	int peer = open_channel(PROXY, 0, &c);

	channel_forbid(c, IPC_WHO);
	send_lawful(peer, IPC_GRANT_REQUEST);
	run();
	cr_expect_eq(n_handled, 1);
	send_lawful(peer, IPC_WHO);
	run();
	cr_expect_eq(n_handled, 1);
	cr_expect_eq(n_closed, 1);
}

static int
n_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

Test(channel, leaks_no_descriptor_that_nobody_took)
{
	struct channel *c;
	int peer = open_channel(SUPERVISOR, 0, &c), before;

	kept_fd = -1;
	before = n_open();
	for (int i = 0; i < 10; i++)
		send_lawful(peer, IPC_HAND);
	run();
	cr_expect_eq(n_handled, 10);
	cr_expect_eq(n_open(), before);
	channel_forbid(c, IPC_HAND);
	send_lawful(peer, IPC_HAND);
	run();
	cr_expect_eq(n_closed, 1);
	cr_expect_eq(n_open(), before - 1, "with the channel's own");
}

Test(channel, queues_for_a_slow_peer_and_loses_nothing)
{
	static struct ipc_packet p;
	struct channel *c;
	int peer = open_channel(PROXY, 0, &c), n = 0;
	struct ipc_who_is who = { 0 };
	struct err err;

	for (uint64_t i = 0; i < 2000; i++) {
		who.serial = i;
		cr_assert(channel_send_body(c, IPC_WHO_IS, &who));
	}
	for (int turn = 0; turn < 4000 && n < 2000; turn++) {
		struct ipc_message msg;

		event_base_loop(base, EVLOOP_NONBLOCK);
		if (ipc_receive(peer, &p, &err) != IPC_GOT)
			continue;
		cr_assert(ipc_check(&msg, &p, BROKER, PROXY, &err));
		cr_assert_eq(((const struct ipc_who_is *)msg.body)->serial, n);
		n++;
	}
	cr_expect_eq(n, 2000);
}

Test(channel, hears_the_last_words_of_a_peer_that_did_not_listen_any_more)
{
	struct ipc_egress gone = { .number = 1 };
	struct channel *c;
	int peer = open_channel(SUPERVISOR, 0, &c);

	/* What a peer leaves unread resets the pair when it goes. */
	cr_assert(channel_send_body(c, IPC_EGRESS_UNWANTED, &gone));
	send_lawful(peer, IPC_EGRESS_READY);
	close(peer);
	run();
	cr_expect_eq(n_handled, 1);
	cr_expect_eq(n_closed, 1);
}

Test(channel, hears_the_last_words_of_a_peer_that_hears_nothing_any_more)
{
	struct ipc_egress gone = { .number = 1 };
	struct channel *c;
	int peer = open_channel(SUPERVISOR, 0, &c);

	send_lawful(peer, IPC_EGRESS_READY);
	close(peer);
	cr_assert_not(channel_send_body(c, IPC_EGRESS_UNWANTED, &gone));
	run();
	cr_expect_eq(n_handled, 1);
	cr_expect_eq(n_closed, 1);
}

Test(channel, ends_with_a_peer_that_speaks_and_does_not_listen)
{
	struct ipc_egress gone = { .number = 1 };
	struct channel *c;
	int peer = open_channel(SUPERVISOR, 0, &c);

	cr_assert_eq(shutdown(peer, SHUT_RD), 0);
	cr_assert_not(channel_send_body(c, IPC_EGRESS_UNWANTED, &gone));
	run();
	cr_expect_eq(n_closed, 1);
	close(peer);
}

Test(channel, gives_up_on_a_peer_that_never_reads)
{
	struct channel *c;
	int peer = open_channel(PROXY, 0, &c), n = 0;

	while (channel_send_body(c, IPC_WHO_IS, NULL) && n < 100000)
		n++;
	cr_expect_lt(n, 100000, "memory is bounded");
	run();
	cr_expect_eq(n_closed, 1);
	close(peer);
}

static void
free_when_closed(struct channel *c, void *self)
{
	(void)self;
	n_closed++;
	channel_free(c);
}

Test(channel, may_be_freed_by_who_is_told_of_its_end)
{
	struct channel *c;
	int peer;

	d.closed = free_when_closed;
	peer = open_channel(PROXY, 0, &c);
	close(peer);
	run();
	cr_expect_eq(n_closed, 1);
}

static void
run_without_descriptors(void)
{
	struct rlimit before, none;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	run();
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* Else a burst of requests would have the proxy killed for it. */
Test(channel, blames_nobody_for_having_no_room_for_a_descriptor)
{
	struct channel *c;
	int peer;

	d.role = EGRESS;
	peer = open_channel(PROXY, 0, &c);
	send_lawful(peer, IPC_REQUEST);
	run_without_descriptors();
	cr_expect_eq(n_suspected, 0);
	cr_expect_eq(n_closed, 0);
	cr_expect_eq(n_handled, 0, "the packet is lost");
	kept_fd = -1;
	send_lawful(peer, IPC_REQUEST);
	run();
	cr_expect_eq(n_handled, 1);
}

Test(channel, ends_when_what_the_supervisor_handed_is_lost)
{
	struct channel *c;
	int peer = open_channel(SUPERVISOR, 0, &c);

	send_lawful(peer, IPC_HAND);
	run_without_descriptors();
	cr_expect_eq(n_suspected, 0);
	cr_expect_eq(n_closed, 1);
}

Test(channel, may_be_freed_by_its_own_handler)
{
	struct channel *c;
	int peer = open_channel(PROXY, 0, &c);

	send_lawful(peer, IPC_WHO);
	send_lawful(peer, IPC_WHO);
	channel_set_data(c, c);
	close(peer);
	run();
	cr_expect_eq(n_handled, 2, "what was sent before the end counts");
	cr_expect_eq(n_closed, 1);
}
