/* SPDX-License-Identifier: ISC */
/* When a process that has died is started again: not at once. */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/confine/sandbox.h"
#include "common/errors.h"
#include "common/log.h"
#include "supervisor/child.h"
#include "supervisor/spawn.h"

static struct dispatcher d = { .role = SUPERVISOR };
static struct child *child;
static int n_spawned;

/* The loop's clock and the child's; it goes when a test says so. */
static bool is_in_loop;
static uint64_t now_ms = 1000000;
static uint32_t dice;

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	if (!is_in_loop)
		return (int)syscall(SYS_clock_gettime, clock, t);
	t->tv_sec = (time_t)(now_ms / 1000);
	t->tv_nsec = (long)(now_ms % 1000 * 1000000);
	return 0;
}

ssize_t
getrandom(void *bytes, size_t len, unsigned flags)
{
	if (!is_in_loop)
		return syscall(SYS_getrandom, bytes, len, flags);
	memset(bytes, 0, len);
	memcpy(bytes, &dice, len < sizeof dice ? len : sizeof dice);
	return (ssize_t)len;
}

/* Played: a process is a descriptor that can be read when it has died. */
bool
spawn_child(struct child *c, struct err *err)
{
	(void)err;
	n_spawned++;
	c->pid = 1000000 + n_spawned;
	c->pidfd = eventfd(0, EFD_CLOEXEC);
	return true;
}

int
waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	if (!is_in_loop)
		return (int)syscall(SYS_waitid, type, id, info, options, NULL);
	info->si_pid = 1;
	info->si_code = CLD_KILLED;
	info->si_status = SIGKILL;
	return 0;
}

void
sandbox_call_name(uint32_t number, char text[SANDBOX_CALL_TEXT])
{
	(void)number;
	text[0] = '\0';
}

static void
on_started(struct child *c, void *owner)
{
	(void)c;
	(void)owner;
}

static void
on_changed(struct child *c, enum child_state before, void *owner)
{
	(void)c;
	(void)before;
	(void)owner;
}

static void
be_quiet(enum log_level level, const char *text, size_t len)
{
	(void)level;
	(void)text;
	(void)len;
}

static void
run(void)
{
	is_in_loop = true;
	for (int i = 0; i < 8; i++)
		event_base_loop(d.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	is_in_loop = false;
}

static void
setup(void)
{
	static const struct child_hooks hooks = { on_started, on_changed,
	    NULL };

	log_set_sink(be_quiet);
	d.base = event_base_new();
	child = child_new(PROXY, CHILD_FOR_EVER, -1, &d, &hooks);
	is_in_loop = true;
	child_start(child);
	is_in_loop = false;
}

TestSuite(child, .init = setup, .timeout = 60);

static void
die(void)
{
	cr_assert_eq(write(child->pidfd, &(uint64_t) { 1 }, 8), 8);
	run();
}

/* Not a millisecond before. */
static bool
comes_back_after(uint64_t ms)
{
	int before = n_spawned;

	now_ms += ms - 1;
	run();
	if (n_spawned != before)
		return false;
	now_ms += 1;
	run();
	return n_spawned == before + 1;
}

Test(child, waits_twice_as_long_after_each_death_and_is_given_up)
{
	cr_assert_eq(n_spawned, 1);
	for (uint32_t ms = 100; ms <= 800; ms *= 2) {
		dice = ms / 4;	/* half the greatest offset is none */
		die();
		cr_expect_eq(child->state, CHILD_WAITING);
		cr_expect(comes_back_after(ms), "%u", ms);
	}
	die();
	cr_expect_eq(child->state, CHILD_PARKED);
}

Test(child, that_died_together_with_others_comes_back_apart_from_them)
{
	dice = 0;
	die();
	cr_expect(comes_back_after(75));
	dice = 100;
	die();
	cr_expect(comes_back_after(250));
}
