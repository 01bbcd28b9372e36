/* SPDX-License-Identifier: ISC */
#include "tests/bench/first_answer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/scoped.h"
#include "tests/bench/answer_reader.h"
#include "tests/bench/nanoseconds.h"

#define PAUSE_NS 200000L		/* between two attempts */

static void
ignore_event(void *arg, uint64_t stamp_ns)
{
	(void)arg;
	(void)stamp_ns;
}

static bool
is_answered(const struct first_answer *f)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons(f->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = FIRST_ANSWER_TIMEOUT_S };
	struct answer_reader answer = { .on_event = ignore_event };
	char bytes[4096];
	ssize_t n;
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    send(fd, f->bytes, f->len, MSG_NOSIGNAL) != (ssize_t)f->len)
		return false;
	while (answer.state < ANSWER_WHOLE &&
	    (n = recv(fd, bytes, sizeof bytes, 0)) > 0)
		answer_reader_take(&answer, bytes, (size_t)n);
	return answer.state == ANSWER_WHOLE && answer.status == 200;
}

/* The command says what it has to say on standard error only. */
static pid_t
run(char *const *command)
{
	pid_t pid = fork();
	int nowhere;

	if (pid != 0)
		return pid;
	nowhere = open("/dev/null", O_RDWR);
	dup2(nowhere, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

bool
first_answer_measure(const struct first_answer *f, uint64_t *took_ns)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	uint64_t started_ns = nanoseconds_now();

	if (run(f->command) == -1)
		return false;
	do {
		bool done = is_answered(f);

		*took_ns = nanoseconds_now() - started_ns;
		if (done)
			return true;
		nanosleep(&pause, NULL);
	} while (*took_ns < FIRST_ANSWER_TIMEOUT_S * NS_PER_S);
	return false;
}
