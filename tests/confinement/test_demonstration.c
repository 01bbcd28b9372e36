/* SPDX-License-Identifier: ISC */
/*
 * The demonstration that "cofferdam doctor" asks for: each trial is a real one,
 * and only a process that holds nothing makes them.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/confine/trials.h"
#include "common/errors.h"
#include "common/ipc.h"

static char folder[] = "/tmp/test_demonstration.XXXXXX";
static int channel = -1;
static pid_t child;

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void
teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_expect_eq(system(command), 0);
}

TestSuite(demonstration, .init = setup, .fini = teardown, .timeout = 60);

/* Else a denial would prove nothing. */
Test(demonstration, tries_what_anybody_could_do_without_walls)
{
	for (size_t i = 0; i < n_trials; i++) {
		int status = 0;
		pid_t pid;

		if (trials[i].without_walls != FOR_ANYBODY)
			continue;
		cr_assert_eq(system("rm -rf file other"), 0);
		pid = fork();
		if (pid == 0)
			_exit(trials_prepare(&(struct err) { 0 }) ?
			    trial_make(&trials[i]) : 255);
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_expect(WIFEXITED(status) && (WEXITSTATUS(status) == 0 ||
		    (trials[i].call == SYS_connect &&
		    WEXITSTATUS(status) == EINPROGRESS)), "%s: %x",
		    trials[i].name, (unsigned)status);
	}
}

/* The real executable, with us in the supervisor's place. */
static void
start(const char *role)
{
	const char *build = getenv("top_builddir");
	char path[512];
	int pair[2];

	snprintf(path, sizeof path, "%s/%s/cofferdam-%s",
	    build != NULL ? build : ".", role, role);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	channel = pair[0];
	child = fork();
	if (child == 0) {
		dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
		dup2(pair[1], 3);
		execl(path, role, (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
}

static void
say(enum ipc_type type, int fd)
{
	static struct ipc_settings settings;
	struct ipc_hand hand = { .kind = HAND_CHANNEL, .role = BROKER };
	struct err err = { 0 };

	settings_default(&settings.settings);
	ipc_send(channel, &(struct ipc_outgoing) { .type = type, .fd = fd,
	    .body = type == IPC_SETTINGS ? (void *)&settings :
	    type == IPC_HAND ? (void *)&hand : NULL }, &err);
}

/* How many trials it tells of until it is READY or ends. */
static size_t
n_tried(bool *is_ready)
{
	static struct ipc_packet packet;
	struct ipc_message msg;
	struct err err;
	size_t n = 0;

	*is_ready = false;
	while (!*is_ready && ipc_receive(channel, &packet, &err) == IPC_GOT &&
	    ipc_check(&msg, &packet, KDF, SUPERVISOR, &err)) {
		n += msg.type == IPC_TRIED;
		*is_ready = msg.type == IPC_READY;
	}
	return n;
}

static void
end(void)
{
	close(channel);
	cr_expect_eq(waitpid(child, NULL, 0), child);
}

Test(demonstration, tells_of_each_trial)
{
	bool is_ready;

	start("kdf");
	say(IPC_SETTINGS, -1);
	say(IPC_DEMONSTRATE, -1);
	cr_expect_eq(n_tried(&is_ready), n_trials);
	cr_expect(is_ready);
	end();
}

Test(demonstration, is_refused_by_one_that_holds_a_channel)
{
	bool is_ready;
	int pair[2];

	start("kdf");
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	say(IPC_SETTINGS, -1);
	say(IPC_HAND, pair[0]);
	say(IPC_DEMONSTRATE, -1);
	cr_expect_eq(n_tried(&is_ready), 0);
	cr_expect_not(is_ready);
	end();
}

Test(demonstration, is_refused_by_one_that_serves)
{
	bool is_ready;

	start("kdf");
	say(IPC_SETTINGS, -1);
	say(IPC_CONFINE, -1);
	cr_expect_eq(n_tried(&is_ready), 0);
	cr_expect(is_ready);
	say(IPC_DEMONSTRATE, -1);
	cr_expect_eq(n_tried(&is_ready), 0);
	end();
}

Test(demonstration, is_all_that_such_a_process_does)
{
	bool is_ready;

	start("kdf");
	say(IPC_SETTINGS, -1);
	say(IPC_DEMONSTRATE, -1);
	say(IPC_CONFINE, -1);
	cr_expect_eq(n_tried(&is_ready), n_trials);
	cr_expect_eq(n_tried(&is_ready), 0);
	cr_expect_not(is_ready);
	end();
}
