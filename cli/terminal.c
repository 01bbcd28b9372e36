/* SPDX-License-Identifier: ISC */
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "cli/secret_input.h"
#include "common/errors.h"
#include "common/scoped.h"

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
	SIGTSTP };
#define N_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static volatile sig_atomic_t pending;

static void
on_signal(int number)
{
	pending = number;
}

static int
open_terminal(void)
{
	return isatty(STDIN_FILENO) ?
	    open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
}

bool
terminal_is_there(void)
{
	AUTO_CLOSE int fd = open_terminal();

	return fd != -1;
}

bool
terminal_confirm(const char *question)
{
	AUTO_CLOSE int fd = open_terminal();
	char answer[16] = "";
	ssize_t n;

	if (fd == -1)
		return false;
	dprintf(fd, "%s [y/N] ", question);
	n = read(fd, answer, sizeof answer - 1);
	if (n <= 0)
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

/* How signals were treated before the question. */
struct signals {
	struct sigaction actions[N_SIGNALS];
	sigset_t mask;
};

/* From here on they are delivered inside wait_for_line() only. */
static void
catch_signals(struct signals *before)
{
	struct sigaction catch = { .sa_handler = on_signal };
	sigset_t ending;

	pending = 0;
	sigemptyset(&ending);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaddset(&ending, ending_signals[i]);
	sigprocmask(SIG_BLOCK, &ending, &before->mask);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(ending_signals[i], &catch, &before->actions[i]);
}

static void
release_signals(const struct signals *before)
{
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(ending_signals[i], &before->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
	if (pending != 0)
		raise(pending);
}

/* A terminal in its usual mode can be read when a whole line is there. */
static bool
wait_for_line(int fd, const struct signals *before, struct err *err)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return ppoll(&wait, 1, NULL, &before->mask) == 1 ||
	    err_set_os(err, ERR_FILE_FAILED, "/dev/tty");
}

static struct secret *
read_without_echo(int fd, const char *label, size_t max, struct err *err)
{
	struct termios with_echo, without;
	struct secret *s = NULL;
	struct signals before;

	if (tcgetattr(fd, &with_echo) == -1) {
		err_set_os(err, ERR_FILE_FAILED, "/dev/tty");
		return NULL;
	}
	without = with_echo;
	without.c_lflag &= ~(tcflag_t)ECHO;
	without.c_lflag |= ECHONL;
	catch_signals(&before);
	tcsetattr(fd, TCSAFLUSH, &without);
	dprintf(fd, "%s: ", label);
	if (wait_for_line(fd, &before, err))
		s = secret_input_read(fd, max, SECRET_INPUT_LINE,
		    ERR_KEY_INVALID, err);
	tcsetattr(fd, TCSAFLUSH, &with_echo);
	release_signals(&before);
	return s;
}

struct secret *
terminal_ask(const char *label, size_t max, struct err *err)
{
	AUTO_CLOSE int fd = open_terminal();

	if (fd != -1)
		return read_without_echo(fd, label, max, err);
	err_set(err, ERR_PASSPHRASE_NEEDED, "%s", label);
	return NULL;
}
