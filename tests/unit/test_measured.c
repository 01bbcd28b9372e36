/* SPDX-License-Identifier: ISC */
/* What the supervisor finds out about a process, whatever that says of itself. */
#include <criterion/criterion.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ipc_bodies.h"
#include "supervisor/measured.h"

static void *
wait_for_the_end(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

static void
start_another(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, wait_for_the_end, NULL) != 0)
		_exit(1);
}

/* This thread alone: those that were there before stay as they were. */
static void
confine_myself(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog all = { 1, &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == -1)
		_exit(1);
}

/* A process of its own, without the threads of Criterion. */
static struct ipc_ready
measure(void (*first)(void), void (*second)(void))
{
	struct ipc_ready seen = { .seccomp = 77, .no_new_privs = 77 };
	bool ignored;
	int pair[2];
	pid_t pid;

	cr_assert_eq(pipe(pair), 0);
	pid = fork();
	if (pid == 0) {
		first();
		second();
		if (write(pair[1], "x", 1) == 1)
			pause();
	}
	cr_assert_eq(read(pair[0], &(char) { 0 }, 1), 1);
	cr_expect(measured_read(pid, &seen, &ignored));
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	return seen;
}

Test(measured, is_a_filter_where_each_thread_has_one)
{
	struct ipc_ready seen = measure(confine_myself, start_another);

	cr_expect_eq(seen.seccomp, 2);
	cr_expect_eq(seen.no_new_privs, 1);
}

Test(measured, is_no_filter_where_one_thread_has_none)
{
	struct ipc_ready seen = measure(start_another, confine_myself);

	cr_expect_eq(seen.seccomp, 0);
	cr_expect_eq(seen.no_new_privs, 0);
}

Test(measured, is_nothing_of_a_process_that_is_not_there)
{
	struct ipc_ready seen = { 0 };
	bool has_capabilities;

	cr_expect_not(measured_read(-1, &seen, &has_capabilities));
}
