/* SPDX-License-Identifier: ISC */
#include "cli/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/environment.h"
#include "cli/invocation.h"
#include "cli/program.h"
#include "common/errors.h"
#include "common/scoped.h"

#define READY_TIMEOUT_MS 30000
#define END_TIMEOUT_MS 15000

/* The daemon's descriptors beyond the usual three, and how many there are. */
enum { READY_FD = 3, ATTACHED_FD, FIRST_UNUSED_FD };
#define LISTEN_MAX 16
#define WORDS_MAX (8 + 2 * LISTEN_MAX)

/* What a start takes; descriptors belong to the caller. */
struct start {
	char path[PROGRAM_PATH_MAX];
	const char *words[WORDS_MAX + 1];
	int n_words;
	int log;
	int ready;		/* the daemon's end */
	int attached;		/* the daemon's end, -1: it is to stay */
};

static void
add_word(struct start *s, const char *word)
{
	if (s->n_words < WORDS_MAX)
		s->words[s->n_words++] = word;
}

static bool
prepare(struct start *s, struct invocation *inv, struct err *err)
{
	*s = (struct start) { .log = -1, .ready = -1, .attached = -1 };
	if (invocation_home(inv, HOME_MAKE, err) == -1 ||
	    !program_find("../sbin/cofferdamd", SBINDIR "/cofferdamd", s->path,
	    err))
		return false;
	add_word(s, "cofferdamd");
	if (inv->install.kind == INSTALL_SYSTEM) {
		add_word(s, "--system");
		if (inv->install.root[0] != '\0') {
			add_word(s, "--root");
			add_word(s, inv->install.root);
		}
	} else {
		add_word(s, "--home");
		add_word(s, inv->home_path);
	}
	for (int i = 0; invocation_option_at(inv, "listen", i) != NULL; i++) {
		if (i == LISTEN_MAX)
			return err_set(err, ERR_USAGE, "more than %d --listen",
			    LISTEN_MAX);
		add_word(s, "--listen");
		add_word(s, invocation_option_at(inv, "listen", i));
	}
	return true;
}

static int
open_log(struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "log", err);
	int log;

	if (folder == -1)
		return -1;
	log = openat(folder, "cofferdamd.log", O_WRONLY | O_APPEND | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (log == -1)
		err_set_os(err, ERR_FILE_FAILED, "cofferdamd.log");
	return log;
}

/*
 * In the child.  First out of the way of the numbers that they will get, then
 * onto them: none of ours may be one of those.
 */
static bool
arrange_descriptors(const struct start *s)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int from[] = { null, s->log, s->log, s->ready, s->attached };
	int n = s->attached != -1 ? FIRST_UNUSED_FD : ATTACHED_FD;

	for (int i = 0; i < n; i++) {
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, FIRST_UNUSED_FD);
		if (from[i] == -1)
			return false;
	}
	for (int i = 0; i < n; i++)
		if (dup2(from[i], i) == -1)
			return false;
	program_close_from(n);
	return true;
}

static void
become_child(const struct start *s)
{
	char *variables[ENVIRONMENT_MAX];

	environment_harmless(variables);
	umask(077);
	if (setsid() != -1 && chdir("/") == 0 && arrange_descriptors(s))
		execve(s->path, (char *const *)s->words, variables);
	_exit(EX_OSERR);
}

/* "error <name> <about>" as the daemon wrote it. */
static bool
take_error(const char *line, struct err *err)
{
	size_t len = strcspn(line, " \n");
	const char *about = line + len + (line[len] == ' ' ? 1 : 0);

	for (int code = 1; code < ERR_CODES; code++) {
		const char *name = err_name((enum err_code)code);

		if (strlen(name) == len && strncmp(name, line, len) == 0)
			return err_set(err, (enum err_code)code, "%.*s",
			    (int)strcspn(about, "\n"), about);
	}
	return err_set(err, ERR_START_FAILED, "cofferdamd");
}

static bool
wait_ready(int ready, struct err *err)
{
	struct pollfd wait = { .fd = ready, .events = POLLIN };
	char line[ERR_TEXT_MAX];
	ssize_t n;
	int result;

	do
		result = poll(&wait, 1, READY_TIMEOUT_MS);
	while (result == -1 && errno == EINTR);
	if (result == 0)
		return err_set(err, ERR_TIMED_OUT, "start of cofferdamd");
	/* One write of the daemon's, far below what a pipe keeps together. */
	n = read(ready, line, sizeof line - 1);
	if (n <= 0)
		return err_set(err, ERR_START_FAILED,
		    "cofferdamd ended; see log/cofferdamd.log");
	line[n] = '\0';
	if (strcmp(line, "ok\n") == 0)
		return true;
	return strncmp(line, "error ", 6) == 0 ? take_error(line + 6, err) :
	    err_set(err, ERR_START_FAILED, "cofferdamd");
}

/* Waits for a child's end, but not for ever. */
static void
wait_end(int pid)
{
	AUTO_CLOSE int fd = pidfd_open(pid, 0);
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (fd != -1 && poll(&wait, 1, END_TIMEOUT_MS) == 1)
		waitpid(pid, NULL, 0);
}

/* The daemon's pid, or -1. */
static int
launch(struct start *s, struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int log = open_log(inv, err);
	AUTO_CLOSE int ours = -1, theirs = -1;
	int ready[2], pid;

	if (log == -1)
		return -1;
	if (pipe2(ready, O_CLOEXEC) == -1) {
		err_set_os(err, ERR_START_FAILED, "pipe");
		return -1;
	}
	ours = ready[0];
	theirs = ready[1];
	add_word(s, "--ready-fd");
	add_word(s, "3");
	s->log = log;
	s->ready = theirs;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become_child(s);
	if (pid == -1) {
		err_set_os(err, ERR_START_FAILED, "fork");
		return -1;
	}
	close(take_fd(&theirs));
	if (wait_ready(ours, err))
		return pid;
	kill(pid, SIGTERM);
	wait_end(pid);
	return -1;
}

bool
daemon_start(struct invocation *inv, struct err *err)
{
	struct start s;

	if (!prepare(&s, inv, err))
		return false;
	if (call_is_running(inv->home))
		return daemon_is_understood(inv->home, err) && err_set(err,
		    ERR_ALREADY_RUNNING, "%.100s", inv->home_path);
	return launch(&s, inv, err) != -1;
}

bool
daemon_become(struct invocation *inv, struct err *err)
{
	char *variables[ENVIRONMENT_MAX];
	struct start s;

	if (!prepare(&s, inv, err))
		return false;
	add_word(&s, "--foreground");
	environment_harmless(variables);
	fflush(NULL);
	program_close_from(STDERR_FILENO + 1);
	execve(s.path, (char *const *)s.words, variables);
	return err_set_os(err, ERR_START_FAILED, "%.100s", s.path);
}

bool
daemon_attach(struct invocation *inv, struct attachment *a, struct err *err)
{
	struct start s;
	int hold[2], pid;

	*a = (struct attachment) { .hold = -1 };
	/* Who may not start one may well talk to one. */
	if (invocation_home(inv, HOME_EXISTS, err) != -1 &&
	    call_is_running(inv->home))
		return true;
	if (!prepare(&s, inv, err))
		return false;
	if (pipe2(hold, O_CLOEXEC) == -1)
		return err_set_os(err, ERR_START_FAILED, "pipe");
	s.attached = hold[0];
	add_word(&s, "--attached-fd");
	add_word(&s, "4");
	pid = launch(&s, inv, err);
	close(hold[0]);
	a->hold = hold[1];
	a->pid = pid;
	if (pid != -1)
		return true;
	a->pid = 0;
	daemon_detach(a);
	return false;
}

void
daemon_detach(struct attachment *a)
{
	if (a->hold != -1)
		close(a->hold);
	if (a->pid != 0)
		wait_end(a->pid);
	*a = (struct attachment) { .hold = -1 };
}
