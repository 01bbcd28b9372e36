/* SPDX-License-Identifier: ISC */
/* daemon_end: ends the one that runs, of whatever version it is. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/daemon.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"

#define END_TIMEOUT_S 20

/* Who made the socket that answers us, as the kernel saw it; ours or root. */
static bool
find_listener(const struct call *c, struct ucred *who)
{
	socklen_t len = sizeof *who;

	return getsockopt(c->socket, SOL_SOCKET, SO_PEERCRED, who, &len) == 0 &&
	    who->pid > 0 && (who->uid == 0 || who->uid == geteuid());
}

/*
 * Its number is its own as long as it listens, so that is looked at once more
 * when the number can be given to nobody else.
 */
static int
hold_listener(int home, const struct call *c)
{
	AUTO_CLOSE int process = -1;
	struct ucred before, now;
	struct call again;
	struct err ignored;
	bool ok;

	if (!find_listener(c, &before))
		return -1;
	process = pidfd_open(before.pid, 0);
	ok = call_open(&again, home, SUPERVISOR, &ignored) &&
	    find_listener(&again, &now) && now.pid == before.pid;
	call_close(&again);
	return ok ? take_fd(&process) : -1;
}

/* By the signal that every version knows.  Keeps *err where that cannot be. */
static bool
terminate(int home, const struct call *c, struct err *err)
{
	AUTO_CLOSE int process = hold_listener(home, c);
	struct pollfd end = { .fd = process, .events = POLLIN };

	if (process == -1)
		return !call_is_running(home);
	if (pidfd_send_signal(process, SIGTERM, NULL, 0) == -1 &&
	    errno != ESRCH)
		return errno == EPERM ?
		    err_set(err, ERR_NOT_ROOT, "ending another version") :
		    false;
	return poll(&end, 1, END_TIMEOUT_S * 1000) == 1 ||
	    err_set(err, ERR_TIMED_OUT, "cofferdamd does not end");
}

/* It lets go of the home last: the next command may rely on "stopped". */
static bool
wait_until_free(int home, struct err *err)
{
	const struct timespec pause = { 0, 20000000L };

	for (int i = 0; i < 250; i++) {
		AUTO_CLOSE int lock = home_lock(home, "lock", err);

		/* Not root's: what it listened on is all that can be seen. */
		if (lock != -1 || (err->os == EACCES && !call_is_running(home)))
			return true;
		if (err->os != EACCES && err->code != ERR_ALREADY_RUNNING)
			return false;
		nanosleep(&pause, NULL);
	}
	return err_set(err, ERR_TIMED_OUT, "cofferdamd does not end");
}

static bool
ask_to_end(int home, struct call *c, struct err *err)
{
	call_set_timeout(c, END_TIMEOUT_S);
	if (call_send(c, IPC_STOP_REQUEST, NULL, err) && call_next(c, err))
		/* It hangs up when it has ended, and nothing else tells. */
		return call_wait_end(c, err);
	/* One that does not answer in time did at least understand. */
	return err->code != ERR_TIMED_OUT && terminate(home, c, err);
}

bool
daemon_end(int home, struct err *err)
{
	struct call c;
	bool ok = call_open(&c, home, SUPERVISOR, err) &&
	    ask_to_end(home, &c, err);

	call_close(&c);
	return ok && wait_until_free(home, err);
}
