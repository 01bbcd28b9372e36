/* SPDX-License-Identifier: ISC */
/*
 * kill_writing PID CALL WHEN N: kills a process at its Nth CALL (write, sync) of the
 * audit log: WHEN is before, half (of a write: the rest finds no room) or after.
 * Says "ready" when it watches; exits 0 when it has killed.
 */
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_NAME "/audit.jsonl"

static pid_t pid;
static bool is_write;
static enum { BEFORE, HALF, AFTER } when;
static int n_left;
static pid_t leaving;	/* whose Nth call ends next; 0: nobody's yet */

static bool
watch_all(void)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	if (tasks == NULL)
		return false;
	while ((entry = readdir(tasks)) != NULL) {
		pid_t tid = atoi(entry->d_name);

		if (tid != 0 && (ptrace(PTRACE_SEIZE, tid, NULL,
		    PTRACE_O_TRACESYSGOOD) == -1 ||
		    ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) == -1))
			return false;
	}
	closedir(tasks);
	return true;
}

static bool
is_of_log(unsigned long fd, struct stat *log)
{
	char path[64], target[PATH_MAX];
	size_t len = strlen(LOG_NAME);
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%lu", (int)pid, fd);
	n = readlink(path, target, sizeof target);
	return n > (ssize_t)len && stat(path, log) == 0 &&
	    memcmp(target + n - len, LOG_NAME, len) == 0;
}

/* As if the disk were full in the middle of what is written. */
static void
leave_room_for(const struct stat *log, unsigned long len)
{
	struct rlimit limit;

	prlimit(pid, RLIMIT_FSIZE, NULL, &limit);
	limit.rlim_cur = (rlim_t)log->st_size + len;
	prlimit(pid, RLIMIT_FSIZE, &limit, NULL);
}

/* At a call's start or end; true when this is the moment. */
static bool
is_moment(pid_t tid)
{
	struct __ptrace_syscall_info call;
	struct stat log;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof call, &call) <= 0)
		return false;
	if (call.op == PTRACE_SYSCALL_INFO_EXIT)
		return tid == leaving;
	if (call.op != PTRACE_SYSCALL_INFO_ENTRY || leaving != 0 ||
	    call.entry.nr != (is_write ? SYS_write : SYS_fdatasync) ||
	    !is_of_log(call.entry.args[0], &log) || --n_left > 0)
		return false;
	leaving = tid;
	if (when == HALF)
		leave_room_for(&log, call.entry.args[2] / 2);
	return when == BEFORE;
}

/* Until the moment has come; false when the process ended by itself. */
static bool
follow(void)
{
	int status, signal;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		if (!WIFSTOPPED(status))
			continue;
		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80) && is_moment(tid))
			return true;
		if (signal == (SIGTRAP | 0x80) || status >> 16 != 0)
			signal = 0;
		ptrace(PTRACE_SYSCALL, tid, NULL, signal);
	}
	return false;
}

int
main(int argc, char *argv[])
{
	if (argc != 5)
		return 2;
	pid = atoi(argv[1]);
	is_write = strcmp(argv[2], "write") == 0;
	when = strcmp(argv[3], "before") == 0 ? BEFORE :
	    strcmp(argv[3], "half") == 0 ? HALF : AFTER;
	n_left = atoi(argv[4]);
	if (!watch_all())
		return 2;
	puts("ready");
	fflush(stdout);
	return follow() && kill(pid, SIGKILL) == 0 ? 0 : 1;
}
