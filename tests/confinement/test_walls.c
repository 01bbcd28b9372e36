/* SPDX-License-Identifier: ISC */
/*
 * Each role, confined as it confines itself, tries each thing that it must not
 * do, and is stopped (I1, I3, I7; threats.md rows 9 to 13).
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/confine/sandbox.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "tests/confinement/attempts.h"

extern const struct sandbox broker_sandbox, proxy_sandbox, egress_sandbox,
    connector_sandbox, syncer_sandbox, kdf_sandbox;

static const struct {
	const char *name;
	const struct sandbox *sandbox;
} roles[] = {
	{ "broker", &broker_sandbox },
	{ "proxy", &proxy_sandbox },
	{ "egress", &egress_sandbox },
	{ "connector", &connector_sandbox },
	{ "syncer", &syncer_sandbox },
	{ "kdf", &kdf_sandbox },
};

/* Everything else is forbidden to everybody. */
static const struct { const char *role, *attempt; } exceptions[] = {
	{ "connector", "connect_tcp_as_our_connector_does" },	/* I7 */
};

static char folder[] = "/tmp/test_walls.XXXXXX";

static void
make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void
remove_folder(void)
{
	attempts_remove();
	rmdir(folder);
}

/* For tests whose own process stays without walls. */
#define IN_A_FOLDER .init = make_folder, .fini = remove_folder

static bool
is_exception(const char *role, const char *attempt)
{
	for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
		if (strcmp(exceptions[i].role, role) == 0 &&
		    strcmp(exceptions[i].attempt, attempt) == 0)
			return true;
	return false;
}

enum { SUCCEEDED = 10, FAILED = 11, NOT_CONFINED = 12 };

/* In a process of its own: confine, try, tell by the exit status. */
static int
attempt(const struct sandbox *sandbox, const struct attempt *a)
{
	struct ipc_ready ready;
	struct err err;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (sandbox != NULL && (!sandbox_begin(&err) ||
		    !sandbox_confine_files(sandbox, NULL, 0, &err) ||
		    !sandbox_confine_calls(sandbox, &ready, &err)))
			_exit(NOT_CONFINED);
		_exit(a->try() ? SUCCEEDED : FAILED);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static bool
try_named(const char *name)
{
	for (size_t i = 0; i < n_attempts; i++)
		if (strcmp(attempts[i].name, name) == 0)
			return attempts[i].try();
	return false;
}

static bool
was_stopped(int status)
{
	return (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) ||
	    (WIFEXITED(status) && (WEXITSTATUS(status) == FAILED ||
	    WEXITSTATUS(status) == 128 + SIGSYS));
}

Test(walls, stop_every_role_at_everything_that_it_must_not_do,
    IN_A_FOLDER)
{
	attempts_prepare(folder);
	for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++)
		for (size_t i = 0; i < n_attempts; i++) {
			int status = attempt(roles[r].sandbox, &attempts[i]);

			cr_expect_eq(was_stopped(status) ||
			    is_exception(roles[r].name, attempts[i].name),
			    true, "%s could %s (status %x)", roles[r].name,
			    attempts[i].name, (unsigned)status);
			cr_expect(!WIFEXITED(status) ||
			    WEXITSTATUS(status) != NOT_CONFINED, "%s",
			    roles[r].name);
		}
}

/* Else the test above would prove nothing: the attempts are real ones. */
Test(walls, are_what_stops_them,
    IN_A_FOLDER)
{
	for (size_t i = 0; i < n_attempts; i++) {
		int status;

		if (!attempts[i].is_possible_outside)
			continue;
		attempts_prepare(folder);
		status = attempt(NULL, &attempts[i]);
		cr_expect(WIFEXITED(status) &&
		    WEXITSTATUS(status) == SUCCEEDED, "%s (status %x)",
		    attempts[i].name, (unsigned)status);
	}
}

Test(walls, let_the_connector_do_what_it_is_for,
    IN_A_FOLDER)
{
	attempts_prepare(folder);
	for (size_t i = 0; i < n_attempts; i++)
		if (strcmp(attempts[i].name,
		    "connect_tcp_as_our_connector_does") == 0) {
			int status = attempt(&connector_sandbox, &attempts[i]);

			/* a connection under way is not yet one */
			cr_expect(WIFEXITED(status), "status %x",
			    (unsigned)status);
		}
}

static void *
wait_and_open(void *end)
{
	char told;

	if (read(*(int *)end, &told, 1) == 1)
		_exit(open("/etc/passwd", O_RDONLY) != -1 ? SUCCEEDED : FAILED);
	return NULL;
}

/* The broker's writer: a thread that was there before the filter. */
Test(walls, stand_around_every_thread)
{
	struct ipc_ready ready;
	struct err err;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		pthread_t thread;
		int pair[2];

		if (pipe(pair) == -1 || !sandbox_begin(&err) ||
		    pthread_create(&thread, NULL, wait_and_open, pair) != 0 ||
		    !sandbox_confine_calls(&broker_sandbox, &ready, &err))
			_exit(NOT_CONFINED);
		if (write(pair[1], "x", 1) == 1)
			poll(NULL, 0, -1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(was_stopped(status) && (!WIFEXITED(status) ||
	    WEXITSTATUS(status) != FAILED), "status %x", (unsigned)status);
}

/* Landlock alone, where it knows of networks: what seccomp would miss. */
static int
network_by_landlock(const struct sandbox *sandbox, bool (*try)(void))
{
	struct ipc_ready ready;
	struct err err;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (!sandbox_begin(&err) ||
		    !sandbox_confine_files(sandbox, NULL, 0, &err))
			_exit(NOT_CONFINED);
		sandbox_measure(&ready);
		_exit(ready.landlock_abi < 4 ? FAILED : try() ? SUCCEEDED :
		    errno == EACCES ? FAILED : NOT_CONFINED);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static bool
connect_to_target(void)
{
	return try_named("connect_tcp");
}

static bool
bind_anywhere(void)
{
	return try_named("bind_a_port");
}

Test(walls, take_tcp_by_landlock_too_where_the_kernel_can,
    IN_A_FOLDER)
{
	attempts_prepare(folder);
	for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++) {
		const struct sandbox *s = roles[r].sandbox;
		int connecting = network_by_landlock(s, connect_to_target);

		if (s->network == SANDBOX_NO_NETWORK)
			cr_expect_eq(connecting, FAILED, "%s", s->name);
		cr_expect_eq(network_by_landlock(s, bind_anywhere), FAILED,
		    "%s", s->name);
	}
	cr_expect_eq(connector_sandbox.network, SANDBOX_CONNECTS);
}

/* What is said is what was taken, not what the kernel could have done. */
Test(walls, tell_the_landlock_that_they_enforce)
{
	struct ipc_ready ready;
	struct err err;

	cr_assert(sandbox_begin(&err));
	sandbox_measure(&ready);
	cr_expect_eq(ready.landlock_abi, 0);
	cr_assert(sandbox_confine_files(&kdf_sandbox, NULL, 0, &err));
	sandbox_measure(&ready);
	cr_expect_geq(ready.landlock_abi, 1);
	cr_expect_eq(ready.waived, 0);
	cr_expect_eq(ready.no_new_privs, 1);
	cr_expect_eq(ready.dumpable, 0);
}

Test(walls, leave_nothing_of_the_callers_environment)
{
	extern char **environ;
	struct err err;
	size_t n = 0;

	setenv("LD_PRELOAD", "/evil.so", 1);
	setenv("OPENSSL_CONF", "/evil.cnf", 1);
	setenv("GLIBC_TUNABLES", "glibc.malloc.check=1", 1);
	setenv("SSLKEYLOGFILE", "/tmp/keys", 1);
	setenv("https_proxy", "http://evil", 1);
	cr_assert(sandbox_begin(&err));
	for (char **e = environ; *e != NULL; e++, n++)
		cr_expect_str_eq(*e, "LANG=C.UTF-8");
	cr_expect_eq(n, 1);
}
