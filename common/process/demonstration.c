/* SPDX-License-Identifier: ISC */
#include "common/process/demonstration.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/confine/trials.h"
#include "common/confine/sandbox.h"
#include "common/errors.h"

#define NOT_CONFINED 255	/* no errno is that large */

/* How a stopped one ends where the signal alone did not end it. */
#define REPORTED (128 + SIGSYS)

bool
demonstration_open(struct err *err)
{
	return trials_prepare(err);
}

static int
make_apart(const struct sandbox *sandbox, const struct trial *a)
{
	struct ipc_ready ignored;
	struct err err;
	int status = -1;
	/* By number: MAY_USE forbids fork() to roles, and rightly. */
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	/* How it ends is its parent's to tell: the channel is not its own. */
	if (pid == 0) {
		sandbox_set_last_word(NULL);
		_exit(sandbox_confine_calls(sandbox, &ignored, &err) ?
		    trial_make(a) : NOT_CONFINED);
	}
	if (pid == -1)
		return NOT_CONFINED << 8;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

/* What a kernel answers whom it does not let; else the attempt was a bad one. */
static bool
is_refusal(int os)
{
	static const int refusals[] = { EACCES, EPERM, ENOSYS, EAFNOSUPPORT,
	    EPROTONOSUPPORT, ESOCKTNOSUPPORT };

	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		if (refusals[i] == os)
			return true;
	return false;
}

static struct ipc_tried
judge(const struct trial *a, enum role role, int status)
{
	struct ipc_tried how = { .outcome = TRIAL_UNCLEAR };
	bool was_reached = trials_port_was_reached();

	if (WIFSIGNALED(status)) {
		how.value = (uint32_t)WTERMSIG(status);
		if (WTERMSIG(status) == SIGSYS)
			how.outcome = TRIAL_STOPPED;
		return how;
	}
	how.value = (uint32_t)WEXITSTATUS(status);
	if (how.value == REPORTED)
		how.outcome = TRIAL_STOPPED;
	/* A connection that is said to be under way is one if somebody came. */
	else if (how.value == 0 || was_reached)
		how.outcome = (a->for_whom & 1u << role) != 0 ?
		    TRIAL_BY_DESIGN : TRIAL_ALLOWED;
	else if (is_refusal((int)how.value) || how.value == EINPROGRESS)
		how.outcome = TRIAL_REFUSED;
	return how;
}

bool
demonstration_run(const struct sandbox *sandbox, enum role role, int channel,
    struct err *err)
{
	for (size_t i = 0; i < n_trials; i++) {
		struct ipc_tried how = judge(&trials[i], role,
		    make_apart(sandbox, &trials[i]));

		if (!ipc_send(channel, &(struct ipc_outgoing) {
		    .type = IPC_TRIED, .body = &how,
		    .tail = trials[i].name,
		    .tail_len = strlen(trials[i].name), .fd = -1 }, err))
			return false;
	}
	return true;
}
