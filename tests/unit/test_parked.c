/* SPDX-License-Identifier: ISC */
/* What somebody hears who calls a process that was given up. */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "supervisor/parked.h"
#include "supervisor/supervisor.h"

#define LONGEST_MS 30000
#define CALLERS_MAX 64

static struct supervisor s;
static struct child proxy = { .role = PROXY, .state = CHILD_PARKED };
static uint64_t now_ms = 1000000;

uint64_t
child_now_ms(void)
{
	return now_ms;
}

bool
supervisor_is_daemon(const struct supervisor *unused)
{
	(void)unused;
	return true;
}

/* Of an agent's kind where 'family' is AF_INET; the kernel chooses a name. */
static int
listen_in(sa_family_t family)
{
	struct sockaddr_storage a = { .ss_family = family };
	bool is_agents = family == AF_INET;
	socklen_t len = is_agents ? sizeof(struct sockaddr_in) : sizeof family;
	int fd = socket(family, SOCK_NONBLOCK |
	    (is_agents ? SOCK_STREAM : SOCK_SEQPACKET), 0);

	if (is_agents)
		((struct sockaddr_in *)&a)->sin_addr.s_addr =
		    htonl(INADDR_LOOPBACK);
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, len), 0);
	cr_assert_eq(listen(fd, 128), 0);
	return fd;
}

static int
call(int listener, int type)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof a;
	int fd;

	cr_assert_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	fd = socket(a.ss_family, type, 0);
	cr_assert_eq(connect(fd, (struct sockaddr *)&a, len), 0);
	return fd;
}

static void
setup(void)
{
	struct err err;

	s.base = event_base_new();
	s.commands[BROKER] = listen_in(AF_UNIX);
	s.commands[PROXY] = listen_in(AF_UNIX);
	s.listeners[0].fd = listen_in(AF_INET);
	s.n_listeners = 1;
	cr_assert(parked_open(&s, &err));
	parked_look(&s, &proxy);
}

static void
teardown(void)
{
	parked_close(&s);
}

TestSuite(parked, .init = setup, .fini = teardown, .timeout = 60);

/* Ours and those of whoever serves it: all are in this process. */
static int
n_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 512; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* Until something has happened; a test that waits in vain is ended. */
static void
run(void)
{
	event_base_loop(s.base, EVLOOP_ONCE);
}

/* Called, and let in. */
static int
be_let_in(int listener, int type)
{
	int fd = call(listener, type), before = n_open();

	run();
	cr_assert_eq(n_open(), before + 1);
	return fd;
}

static int
agent_let_in(void)
{
	return be_let_in(s.listeners[0].fd, SOCK_STREAM);
}

static int
command_let_in(void)
{
	return be_let_in(s.commands[PROXY], SOCK_SEQPACKET);
}

/* false when that was the end. */
static bool
speak(int fd)
{
	int before = n_open();

	cr_assert_eq(send(fd, "word", 4, MSG_NOSIGNAL), 4);
	run();
	return n_open() == before;
}

Test(parked, answers_an_agent_that_speaks)
{
	char text[2048] = "";
	int fd = agent_let_in();

	cr_expect_eq(recv(fd, text, sizeof text, MSG_DONTWAIT), -1, "not before");
	cr_assert(speak(fd));
	cr_assert_gt(recv(fd, text, sizeof text - 1, 0), 0);
	cr_expect_eq(strncmp(text, "HTTP/1.1 503 ", 13), 0);
	cr_expect_not_null(strstr(text, "\"process_parked\""));
	cr_expect_not_null(strstr(text, "cofferdam reload"));
	cr_expect_eq(recv(fd, text, sizeof text, 0), 0, "and that is all");
}

Test(parked, answers_a_command_that_speaks)
{
	static struct ipc_packet packet;
	struct ipc_message msg;
	struct err err;
	int fd = command_let_in();

	cr_assert(speak(fd));
	cr_assert_eq(ipc_receive(fd, &packet, &err), IPC_GOT);
	cr_assert(ipc_check(&msg, &packet, PROXY, CLI, &err));
	cr_expect_eq(msg.type, IPC_DONE);
	cr_expect_eq(((const struct ipc_done *)msg.body)->code,
	    ERR_PROCESS_PARKED);
}

Test(parked, hangs_up_on_who_goes_on_speaking_for_half_a_minute)
{
	int agent = agent_let_in(), command = command_let_in();

	cr_expect(speak(agent));
	cr_expect(speak(command));
	now_ms += LONGEST_MS;
	cr_expect(speak(agent), "not before");
	cr_expect(speak(command), "not before");
	now_ms += 1;
	cr_expect_not(speak(agent));
	cr_expect_not(speak(command));
}

Test(parked, hangs_up_on_who_has_hung_up)
{
	int fd = agent_let_in(), before;

	cr_assert(speak(fd));
	cr_assert_eq(shutdown(fd, SHUT_WR), 0);
	before = n_open();
	run();
	cr_expect_eq(n_open(), before - 1);
}

Test(parked, takes_so_many_callers_at_once)
{
	int first = agent_let_in(), last, before;

	for (int i = 1; i < CALLERS_MAX; i++)
		agent_let_in();
	last = call(s.listeners[0].fd, SOCK_STREAM);
	before = n_open();
	run();
	cr_expect_eq(n_open(), before, "one more");
	cr_expect_eq(recv(last, &(char) { 0 }, 1, 0), 0);
	cr_expect(speak(first));
}

Test(parked, leaves_callers_to_a_process_that_is_back)
{
	proxy.state = CHILD_STARTING;
	parked_look(&s, &proxy);
	call(s.listeners[0].fd, SOCK_STREAM);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	cr_expect_neq(accept(s.listeners[0].fd, NULL, NULL), -1);
}

Test(parked, takes_no_callers_of_others)
{
	call(s.commands[BROKER], SOCK_SEQPACKET);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	cr_expect_neq(accept(s.commands[BROKER], NULL, NULL), -1);
}
