/* SPDX-License-Identifier: ISC */
/*
 * on_terminal [PROMPT ANSWER]... -- COMMAND...: runs it on a terminal of its own
 * and types each answer when its prompt is there.  What comes from the terminal
 * goes to standard output; the exit status is the command's, or 99 when a prompt
 * did not come.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENCE_MS 30000

static char seen[65536];
static size_t n_seen, n_used;

/* What is new, to standard output too; 0 when the command is gone. */
static int
read_more(int terminal)
{
	struct pollfd wait = { .fd = terminal, .events = POLLIN };
	ssize_t n;

	if (n_seen == sizeof seen - 1 || poll(&wait, 1, SILENCE_MS) != 1)
		return 0;
	n = read(terminal, seen + n_seen, sizeof seen - 1 - n_seen);
	if (n <= 0)
		return 0;
	fwrite(seen + n_seen, 1, (size_t)n, stdout);
	n_seen += (size_t)n;
	seen[n_seen] = '\0';
	return 1;
}

static int
answer(int terminal, const char *prompt, const char *text)
{
	const char *at;

	while ((at = strstr(seen + n_used, prompt)) == NULL)
		if (!read_more(terminal))
			return 0;
	n_used = (size_t)(at - seen) + strlen(prompt);
	return write(terminal, text, strlen(text)) == (ssize_t)strlen(text) &&
	    write(terminal, "\n", 1) == 1;
}

int
main(int argc, char *argv[])
{
	int terminal, status, i = 1, is_answered = 1;
	pid_t pid;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	if (i + 1 >= argc || i % 2 == 0)
		return 99;
	setvbuf(stdout, NULL, _IONBF, 0);
	pid = forkpty(&terminal, NULL, NULL, NULL);
	if (pid == 0) {
		execvp(argv[i + 1], argv + i + 1);
		_exit(127);
	}
	for (int p = 1; p < i && is_answered; p += 2)
		is_answered = answer(terminal, argv[p], argv[p + 1]);
	while (is_answered && read_more(terminal))
		;
	close(terminal);
	if (waitpid(pid, &status, 0) != pid || !is_answered)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
