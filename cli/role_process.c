/* SPDX-License-Identifier: ISC */
#include "cli/role_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/program.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"

#define CHANNEL_FD 3		/* common/process/process.h */

static void
become(const struct role_process *p, const char *path, int channel)
{
	char *words[] = { (char *)path, NULL };
	char *environment[] = { (char *)"LANG=C.UTF-8", NULL };
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent ||
	    chdir(p->folder) == -1 || nothing == -1 ||
	    dup2(nothing, STDIN_FILENO) == -1 ||
	    dup2(nothing, STDOUT_FILENO) == -1 ||
	    dup2(nothing, STDERR_FILENO) == -1 ||
	    dup2(channel, CHANNEL_FD) == -1)
		_exit(EX_OSERR);
	program_close_from(CHANNEL_FD + 1);
	execve(path, words, environment);
	_exit(EX_UNAVAILABLE);
}

static bool
make_folder(char path[32])
{
	char inner[64];

	snprintf(path, 32, "/tmp/cofferdam-XXXXXX");
	if (mkdtemp(path) == NULL) {
		path[0] = '\0';
		return false;
	}
	snprintf(inner, sizeof inner, "%s/" ROLE_PROCESS_STAND_IN, path);
	return mkdir(inner, 0700) == 0;
}

/* Nothing in it is a folder with something in it, but the stand-in. */
static void
empty_folder(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (unlinkat(dirfd(d), entry->d_name, 0) == -1)
			unlinkat(dirfd(d), entry->d_name, AT_REMOVEDIR);
	if (d != NULL)
		closedir(d);
}

static void
remove_folder(const char *path)
{
	char inner[64];

	snprintf(inner, sizeof inner, "%s/" ROLE_PROCESS_STAND_IN, path);
	empty_folder(inner);
	empty_folder(path);
	rmdir(path);
}

bool
role_process_pair(int pair[2], uint64_t limit_ms, struct err *err)
{
	struct timeval limit = { (time_t)(limit_ms / 1000),
	    (suseconds_t)(limit_ms % 1000 * 1000) };

	/* Theirs hangs on an event loop, ours waits. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1)
		return err_set_os(err, ERR_START_FAILED, "pair");
	fcntl(pair[0], F_SETFL, O_RDWR);
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	return true;
}

bool
role_process_start(struct role_process *p, enum role role, struct err *err)
{
	char beside[64], compiled[256], path[PROGRAM_PATH_MAX];
	AUTO_CLOSE int theirs = -1;
	int pair[2];

	*p = (struct role_process) { .role = role, .channel = -1 };
	snprintf(beside, sizeof beside, "../libexec/cofferdam/cofferdam-%s",
	    role_name(role));
	snprintf(compiled, sizeof compiled, "%s/cofferdam-%s", PKGLIBEXECDIR,
	    role_name(role));
	if (!program_find(beside, compiled, path, err))
		return false;
	if (!make_folder(p->folder))
		return err_set_os(err, ERR_START_FAILED, "working folder");
	if (!role_process_pair(pair, ROLE_PROCESS_TIMEOUT_MS, err))
		return false;
	p->channel = pair[0];
	theirs = pair[1];
	fflush(NULL);
	p->pid = fork();
	if (p->pid == 0)
		become(p, path, theirs);
	return p->pid != -1 || err_set_os(err, ERR_START_FAILED, "fork");
}

void
role_process_end(struct role_process *p)
{
	if (p->channel != -1)
		close(p->channel);
	p->channel = -1;
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		while (waitpid(p->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	p->pid = 0;
	if (p->folder[0] != '\0')
		remove_folder(p->folder);
	p->folder[0] = '\0';
}

bool
role_process_send(struct role_process *p, enum ipc_type type, const void *body,
    struct err *err)
{
	return ipc_send(p->channel, &(struct ipc_outgoing) { .type = type,
	    .body = body, .fd = -1 }, err);
}

bool
role_process_hand(struct role_process *p, const struct ipc_hand *hand, int fd,
    struct err *err)
{
	AUTO_CLOSE int handed = fd;

	return handed == -1 || ipc_send(p->channel, &(struct ipc_outgoing) {
	    .type = IPC_HAND, .body = hand, .fd = handed }, err);
}

bool
role_process_next(struct role_process *p, struct ipc_message *msg,
    struct err *err)
{
	static struct ipc_packet packet;
	char said[80] = "it ended";

	for (;;) {
		enum ipc_received got;
		const struct ipc_log *line;

		ipc_packet_release(&packet, PLAIN);
		packet.n_fds = 0;
		got = ipc_receive(p->channel, &packet, err);
		if (got == IPC_NOTHING_YET)
			return err_set(err, ERR_TIMED_OUT, "%s",
			    role_name(p->role));
		if (got != IPC_GOT)
			return err_set(err, ERR_START_FAILED, "%s: %s",
			    role_name(p->role), said);
		if (!ipc_check(msg, &packet, p->role, SUPERVISOR, err))
			return false;
		if (msg->type != IPC_LOG)
			return true;
		line = msg->body;
		if (line->level <= LOG_AT_WARNING)
			snprintf(said, sizeof said, "%.*s", (int)msg->tail_len,
			    (const char *)msg->tail);
	}
}
