/* SPDX-License-Identifier: ISC */
#include "supervisor/child.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/confine/sandbox.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/waiver.h"
#include "supervisor/measured.h"
#include "supervisor/spawn.h"

uint64_t
child_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
arm(struct child *c, uint64_t ms)
{
	struct timeval t = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };

	event_add(c->timer, &t);
}

void
child_name(const struct child *c, char text[CHILD_NAME_TEXT])
{
	if (c->role == EGRESS)
		snprintf(text, CHILD_NAME_TEXT, "egress %u", c->number);
	else
		snprintf(text, CHILD_NAME_TEXT, "%s", role_name(c->role));
}

static void enter(struct child *, enum child_event);

static bool
died_of_sandbox(const siginfo_t *info)
{
	return (info->si_code == CLD_KILLED || info->si_code == CLD_DUMPED) &&
	    info->si_status == SIGSYS;
}

static void
describe_death(const struct child *c, const siginfo_t *info, char text[64])
{
	char call[SANDBOX_CALL_TEXT];

	if (info->si_code == CLD_EXITED)
		snprintf(text, 64, "exited %d", info->si_status);
	else if (died_of_sandbox(info) && c->was_stopped) {
		sandbox_call_name(c->stopped_at, call);
		snprintf(text, 64, "was stopped by its sandbox at %s", call);
	} else if (died_of_sandbox(info))
		snprintf(text, 64, "was stopped by its sandbox");
	else
		snprintf(text, 64, "was killed by SIG%s%s",
		    sigabbrev_np(info->si_status),
		    info->si_code == CLD_DUMPED ? ", and left a core file" : "");
}

/* Configuration does not heal by trying again. */
static bool
is_hopeless(struct child *c, const siginfo_t *info)
{
	bool is_configuration = info->si_code == CLD_EXITED &&
	    (info->si_status == EX_CONFIG || info->si_status == EX_NOPERM);

	/* Whoever accuses others must not be able to have them parked. */
	if (c->blame != CHILD_TO_BLAME) {
		restart_is_hopeless(&c->kills, child_now_ms());
		return false;
	}
	return restart_is_hopeless(&c->restarts, child_now_ms()) ||
	    is_configuration;
}

static void
bury(struct child *c)
{
	event_free(c->exited);
	c->exited = NULL;
	close(c->pidfd);
	c->pidfd = -1;
	c->pid = 0;
	channel_free(c->channel);
	c->channel = NULL;
}

static void
on_exited(evutil_socket_t fd, short what, void *arg)
{
	struct child *c = arg;
	siginfo_t info = { 0 };
	char name[CHILD_NAME_TEXT], death[64];

	(void)what;
	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) == -1 ||
	    info.si_pid == 0)
		return;
	/* Its last words stand in the channel that goes with it. */
	if (c->channel != NULL)
		channel_read_rest(c->channel);
	child_name(c, name);
	describe_death(c, &info, death);
	bury(c);
	if (c->blame == CHILD_UNWANTED && info.si_status == SIGKILL)
		log_info("%s: ended, as nobody wants it any more", name);
	else if (c->state != CHILD_STOPPING &&
	    (c->life == CHILD_FOR_EVER || info.si_code != CLD_EXITED))
		log_warning("%s: %s", name, death);
	if (c->life == CHILD_FOR_ONE_JOB)
		enter(c, CHILD_IS_FINISHED);
	else if (c->state != CHILD_STOPPING && is_hopeless(c, &info)) {
		log_error("%s: given up after %u deaths; mend the cause, then: "
		    "cofferdam reload", name, c->restarts.n_deaths);
		enter(c, CHILD_IS_HOPELESS);
	} else
		enter(c, CHILD_IS_EXITED);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct child *c = arg;

	(void)fd;
	(void)what;
	/* One that could not be forked has no death to wait for. */
	enter(c, c->state == CHILD_STOPPING && c->pid == 0 ?
	    CHILD_IS_FINISHED : CHILD_IS_TIMEOUT);
}

static void
kill_now(struct child *c)
{
	if (c->pidfd != -1)
		pidfd_send_signal(c->pidfd, SIGKILL, NULL, 0);
}

/* Forked, but it cannot be watched: as if it had not been. */
static void
abandon(struct child *c)
{
	channel_free(c->channel);
	c->channel = NULL;
	if (c->pid != 0) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	c->pid = 0;
	if (c->exited != NULL)
		event_free(c->exited);
	c->exited = NULL;
	if (c->pidfd != -1)
		close(c->pidfd);
	c->pidfd = -1;
}

/* From its fork to its death, which may never come. */
static bool
watch(struct child *c, struct err *err)
{
	c->exited = event_new(c->dispatcher->base, c->pidfd,
	    EV_READ | EV_PERSIST, on_exited, c);
	return (c->exited != NULL && event_add(c->exited, NULL) == 0) ||
	    err_set_os(err, ERR_START_FAILED, "watch");
}

static void
start_now(struct child *c)
{
	struct err err = { 0 };

	c->blame = CHILD_TO_BLAME;
	c->was_stopped = false;
	c->ping = c->pong = 0;
	c->started_ms = child_now_ms();
	c->ready = (struct ipc_ready) { 0 };
	c->last_error[0] = '\0';
	if (!spawn_child(c, &err) || !watch(c, &err)) {
		char name[CHILD_NAME_TEXT];

		child_name(c, name);
		log_err(name, &err);
		abandon(c);
		return;
	}
	c->hooks->started(c, c->hooks->owner);
}

static void
ask_to_stop(struct child *c)
{
	struct ipc_stop stop = { .grace_ms = c->grace_ms };

	if (c->channel != NULL)
		channel_send_body(c->channel, IPC_STOP, &stop);
}

static uint64_t
longest_ms(const struct child *c)
{
	return c->longest_ms != 0 ? c->longest_ms :
	    c->role == KDF ? CHILD_DERIVE_MS : 0;
}

static uint64_t
delay_ms(const struct child *c)
{
	uint64_t now = child_now_ms(), own, other;
	uint32_t random = 0;

	/* Without it they come back all at once, and that is all. */
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) == -1)
		random = 0;
	own = restart_delay_ms(&c->restarts, now, random);
	other = restart_delay_ms(&c->kills, now, random);

	return own > other ? own : other;
}

/* What a state demands when an event has led to it. */
static void
act(struct child *c, enum child_event event)
{
	switch (c->state) {
	case CHILD_STARTING:
		if (event == CHILD_IS_TIMEOUT && c->pid != 0)
			kill_now(c);
		else
			start_now(c);
		arm(c, CHILD_START_TIMEOUT_MS);
		break;
	case CHILD_RUNNING:
		event_del(c->timer);
		if (event == CHILD_IS_TIMEOUT)
			kill_now(c);
		else if (longest_ms(c) != 0)
			arm(c, longest_ms(c));
		break;
	case CHILD_STOPPING:
		/* A READY buys no time. */
		if (event == CHILD_IS_READY)
			break;
		if (event == CHILD_IS_TIMEOUT)
			kill_now(c);
		else
			ask_to_stop(c);
		arm(c, c->grace_ms + CHILD_KILL_TIMEOUT_MS);
		break;
	case CHILD_WAITING:
		c->n_restarts++;
		arm(c, delay_ms(c));
		break;
	default:
		event_del(c->timer);
		break;
	}
}

static void
enter(struct child *c, enum child_event event)
{
	enum child_state before = c->state, state = child_next(before, event);
	char name[CHILD_NAME_TEXT];

	assert(state != CHILD_NOWHERE);
	child_name(c, name);
	c->state = state;
	if (state != before)
		log_debug("%s: %s -> %s", name, child_state_name(before),
		    child_state_name(state));
	act(c, event);
	/* Last: a child that has done its job is freed in there. */
	if (state != before)
		c->hooks->changed(c, before, c->hooks->owner);
}

struct child *
child_new(enum role role, enum child_life life, int program,
    const struct dispatcher *dispatcher, const struct child_hooks *hooks)
{
	struct child *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	*c = (struct child) { .role = role, .life = life, .program = program,
	    .dispatcher = dispatcher, .hooks = hooks, .pidfd = -1,
	    .state = CHILD_ABSENT };
	c->timer = evtimer_new(dispatcher->base, on_timer, c);
	if (c->timer == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
child_free(struct child *c)
{
	if (c == NULL)
		return;
	kill_now(c);
	if (c->exited != NULL)
		event_free(c->exited);
	event_free(c->timer);
	channel_free(c->channel);
	if (c->pidfd != -1) {
		waitid(P_PIDFD, (id_t)c->pidfd, &(siginfo_t) { 0 }, WEXITED);
		close(c->pidfd);
	}
	free(c);
}

void
child_start(struct child *c)
{
	if (c->state == CHILD_ABSENT || c->state == CHILD_PARKED) {
		c->restarts = (struct restart_history) { 0 };
		enter(c, CHILD_IS_WANTED);
	}
}

void
child_stop(struct child *c, uint32_t grace_ms)
{
	c->grace_ms = grace_ms;
	enter(c, CHILD_IS_UNWANTED);
}

void
child_kill(struct child *c, enum child_blame blame)
{
	/* The first word counts. */
	if (c->blame == CHILD_TO_BLAME)
		c->blame = blame;
	kill_now(c);
}

/*
 * As it says, as the kernel shows, and without a gap that nobody allowed.  A
 * filter that it does not claim may be that of whoever started us.
 */
static bool
is_confined(const struct child *c, const struct ipc_ready *said,
    struct ipc_ready *seen)
{
	if (said->seccomp == 0)
		seen->seccomp = 0;
	return (said->waived & ~c->waived) == 0 &&
	    (seen->seccomp == 2 || (said->waived & WAIVE_SECCOMP) != 0) &&
	    (said->landlock_abi > 0 || (said->waived & WAIVE_LANDLOCK) != 0) &&
	    seen->no_new_privs == 1 && said->dumpable == 0;
}

void
child_on_ready(struct child *c, const struct ipc_ready *said)
{
	struct ipc_ready seen = *said;
	bool has_capabilities = false;
	char name[CHILD_NAME_TEXT];

	/* Once; what a compromised one says later costs us nothing. */
	if (c->state != CHILD_STARTING && c->state != CHILD_STOPPING)
		return;
	child_name(c, name);
	if (!measured_read(c->pid, &seen, &has_capabilities) ||
	    !is_confined(c, said, &seen)) {
		log_error("%s: not confined as it says: killed", name);
		kill_now(c);
		return;
	}
	c->ready = seen;
	c->has_capabilities = has_capabilities;
	enter(c, CHILD_IS_READY);
}

void
child_on_channel_closed(struct child *c)
{
	c->channel = NULL;
	/* A process that does not listen any more is of no use. */
	if (c->state == CHILD_RUNNING || c->state == CHILD_STARTING)
		arm(c, CHILD_KILL_TIMEOUT_MS);
}

void
child_hand(struct child *c, enum hand_kind kind, enum role peer,
    uint32_t number, int fd)
{
	struct ipc_hand hand = { .kind = kind, .role = peer, .number = number };

	if (c->channel == NULL || fd == -1) {
		if (fd != -1)
			close(fd);
		return;
	}
	channel_send(c->channel, &(struct ipc_outgoing) { .type = IPC_HAND,
	    .body = &hand, .fd = fd });
}
