/* SPDX-License-Identifier: ISC */
/*
 * kill_at: stands in the place of a program of ours, becomes it, and is killed
 * at its n-th system call.
 *
 * Beside it lie the program itself, under its name with ".real", and the file
 * "kill-at" with the number n (0: never) and which calls count: "files", those
 * that change files, or "all".  What was done goes to "killed-at".  It is killed
 * as it enters the call, so the call is not done; what is there after it is
 * there before the next one.
 *
 * The supervisor knows the program by its pid, so that is kept: the tracer is a
 * child of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct plan {
	long n;
	int is_files_only;
	int report;		/* "killed-at", to append */
};

static const struct { long nr; const char *name; } file_calls[] = {
	{ SYS_openat, "openat" }, { SYS_write, "write" },
	{ SYS_pwrite64, "pwrite64" }, { SYS_ftruncate, "ftruncate" },
	{ SYS_fchmod, "fchmod" }, { SYS_fsync, "fsync" },
	{ SYS_fdatasync, "fdatasync" }, { SYS_renameat, "renameat" },
	{ SYS_renameat2, "renameat2" }, { SYS_linkat, "linkat" },
	{ SYS_unlinkat, "unlinkat" }, { SYS_flock, "flock" },
};

static const char *
name_of(long nr)
{
	for (size_t i = 0; i < sizeof file_calls / sizeof file_calls[0]; i++)
		if (file_calls[i].nr == nr)
			return file_calls[i].name;
	return NULL;
}

/* An open that makes nothing changes nothing. */
static int
counts(const struct plan *p, const struct __ptrace_syscall_info *info)
{
	if (!p->is_files_only)
		return 1;
	if ((long)info->entry.nr == SYS_openat)
		return (info->entry.args[2] & O_CREAT) != 0;
	return name_of((long)info->entry.nr) != NULL;
}

static void
report(const struct plan *p, long nr)
{
	const char *name = name_of(nr);

	dprintf(p->report, "%ld %ld %s\n", p->n, nr,
	    name != NULL ? name : "-");
}

/* From its exec on, until it is killed or has ended. */
static void
watch(pid_t pid, const struct plan *p)
{
	struct __ptrace_syscall_info info;
	long n = 0;
	int status;

	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		int signal = WSTOPSIG(status), is_event = status >> 16 != 0;
		int is_call = signal == (SIGTRAP | 0x80);

		if (is_call && ptrace(PTRACE_GET_SYSCALL_INFO, pid,
		    (void *)sizeof info, &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY && counts(p, &info) &&
		    ++n == p->n) {
			report(p, (long)info.entry.nr);
			kill(pid, SIGKILL);
			waitpid(pid, &status, __WALL);
			return;
		}
		ptrace(PTRACE_SYSCALL, pid, NULL,
		    (void *)(long)(is_call || is_event ? 0 : signal));
	}
}

static void
trace(pid_t pid, const struct plan *p, int go)
{
	/* Nothing of the channel's is to live longer than the program. */
	for (int fd = 0; fd < 1024; fd++)
		if (fd != go && fd != p->report)
			close(fd);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)(PTRACE_O_EXITKILL |
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC)) == -1) {
		dprintf(p->report, "cannot trace: %s\n", strerror(errno));
		_exit(1);
	}
	if (write(go, "", 1) == 1) {
		close(go);
		watch(pid, p);
	}
	_exit(0);
}

static int
read_plan(const char *folder, struct plan *p)
{
	char path[PATH_MAX + 16], text[64] = "", word[8] = "";
	int fd;

	snprintf(path, sizeof path, "%s/kill-at", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || read(fd, text, sizeof text - 1) <= 0 ||
	    sscanf(text, "%ld %7s", &p->n, word) != 2)
		return 0;
	close(fd);
	p->is_files_only = strcmp(word, "files") == 0;
	snprintf(path, sizeof path, "%s/killed-at", folder);
	p->report = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0600);
	return p->report != -1;
}

int
main(int argc, char *argv[], char *envp[])
{
	char self[PATH_MAX] = "", real[PATH_MAX + 8], byte;
	struct plan p = { .report = -1 };
	int go[2];
	pid_t tracer;

	(void)argc;
	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		return 1;
	snprintf(real, sizeof real, "%s.real", self);
	*strrchr(self, '/') = '\0';
	if (!read_plan(self, &p) || pipe2(go, O_CLOEXEC) == -1)
		return 1;
	if (p.n > 0) {
		pid_t program = getpid();

		tracer = fork();
		if (tracer == 0)
			trace(program, &p, go[1]);
		prctl(PR_SET_PTRACER, tracer);
		close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			return 1;
	}
	execve(real, argv, envp);
	return 1;
}
