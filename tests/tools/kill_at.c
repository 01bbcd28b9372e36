/* SPDX-License-Identifier: ISC */
/*
 * kill_at: stands in the place of a program of ours, becomes it, and is killed
 * at its n-th system call, or has that call fail.
 *
 * Beside it lie the program itself, under its name with ".real", and the file
 * "kill-at": the number n (0: never), which calls count ("files": those that
 * change files; "main": all from the one on that makes it undumpable, with which
 * our own code begins, that may fail; "all": all since its exec), and, for one
 * that is to fail, a number that picks one of the errors that this call may
 * report.  What was done goes to "killed-at"; it is done once.  It is killed as it
 * enters the call, so the call is not done; what is there after it is there before
 * the next one.  Nor is one done that fails.
 *
 * Its threads count, and its children until they become another program.  The
 * supervisor knows the program by its pid, so that is kept: the tracer is a child
 * of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE(array) (sizeof (array) / sizeof (array)[0])

static struct plan {
	long n;
	long error;		/* which of a call's errors; -1: it is killed */
	enum { FILES, MAIN, ALL } which;
	int report;		/* "killed-at", to append */
	char path[PATH_MAX + 16];	/* of the plan itself */
} plan = { .report = -1, .error = -1 };

static struct {
	pid_t program;
	bool has_begun;		/* what counts */
	bool is_done;
	long n;
	pid_t failing;		/* who is in the call that is to fail; 0: none */
	int with;
} now;

static const long file_calls[] = { SYS_openat, SYS_write, SYS_pwrite64,
	SYS_ftruncate, SYS_fchmod, SYS_fsync, SYS_fdatasync, SYS_renameat,
	SYS_renameat2, SYS_linkat, SYS_unlinkat, SYS_flock };

/* They report nothing but a mistake of the caller's, or not in this way (brk). */
static const long sure_calls[] = { SYS_exit, SYS_exit_group, SYS_rt_sigreturn,
	SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_sigaltstack, SYS_getpid,
	SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid,
	SYS_getegid, SYS_umask, SYS_brk, SYS_futex, SYS_set_tid_address,
	SYS_set_robust_list, SYS_rseq, SYS_restart_syscall };

static const long slow_calls[] = { SYS_read, SYS_readv, SYS_pread64, SYS_write,
	SYS_writev, SYS_pwrite64, SYS_openat, SYS_recvmsg, SYS_recvfrom,
	SYS_sendmsg, SYS_sendto, SYS_accept4, SYS_connect, SYS_ppoll,
	SYS_epoll_pwait, SYS_epoll_pwait2, SYS_wait4, SYS_waitid, SYS_flock,
	SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_getrandom,
#ifdef __x86_64__
	SYS_open, SYS_poll, SYS_epoll_wait,
#endif
	SYS_clock_nanosleep };

static const long talk_calls[] = { SYS_sendmsg, SYS_sendto, SYS_recvmsg,
	SYS_recvfrom, SYS_connect };

/* They too, where it is no file that they are for. */
static const long data_calls[] = { SYS_read, SYS_readv, SYS_write, SYS_writev,
	SYS_close, SYS_fcntl };

/* The last one for slow calls only, the first three not for those that talk. */
static const int errors[] = { EMFILE, ENOSPC, EIO, ENOMEM, EINTR };

static bool
is_among(const long *calls, size_t n, long nr)
{
	while (n > 0)
		if (calls[--n] == nr)
			return true;
	return false;
}

/* A descriptor with a file behind it, and with it a disk. */
static bool
is_of_file(pid_t tid, unsigned long fd)
{
	char path[64], target[2];

	snprintf(path, sizeof path, "/proc/%d/fd/%lu", (int)tid, fd);
	return readlink(path, target, sizeof target) > 0 && target[0] == '/';
}

static int
error_of(pid_t tid, const struct __ptrace_syscall_info *info)
{
	long nr = (long)info->entry.nr;
	bool talks = is_among(talk_calls, SIZE(talk_calls), nr) ||
	    (is_among(data_calls, SIZE(data_calls), nr) &&
	    !is_of_file(tid, info->entry.args[0]));
	size_t first = talks ? 3 : 0;
	size_t n = SIZE(errors) - first -
	    !is_among(slow_calls, SIZE(slow_calls), nr);

	return errors[first + (size_t)plan.error % n];
}

/* An open that makes nothing changes nothing. */
static bool
counts(const struct __ptrace_syscall_info *info)
{
	long nr = (long)info->entry.nr;

	if (nr == SYS_prctl && info->entry.args[0] == PR_SET_DUMPABLE)
		now.has_begun = true;
	if (!now.has_begun || ((plan.error != -1 || plan.which == MAIN) &&
	    is_among(sure_calls, SIZE(sure_calls), nr)))
		return false;
	if (plan.which != FILES)
		return true;
	if (nr == SYS_openat)
		return (info->entry.args[2] & O_CREAT) != 0;
	return is_among(file_calls, SIZE(file_calls), nr);
}

static void
report(long nr, int error)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
	    (int)nr);

	dprintf(plan.report, "%ld %s %s\n", plan.n,
	    name != NULL ? name : "-",
	    error != 0 ? strerrorname_np(error) : "killed");
	free(name);
	/* Who comes in its place is left alone. */
	unlink(plan.path);
}

#ifdef __x86_64__
/* A call that every filter lets pass, in place of the one that it wanted. */
static void
divert(pid_t tid)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, tid, NULL, &regs);
	regs.orig_rax = SYS_getpid;
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	now.failing = tid;
}

static void
fail(pid_t tid)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, tid, NULL, &regs);
	regs.rax = (unsigned long long)-now.with;
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	now.failing = 0;
}
#define CAN_FAIL true
#else
static void divert(pid_t tid) { (void)tid; }
static void fail(pid_t tid) { (void)tid; }
#define CAN_FAIL false
#endif

static void
on_call(pid_t tid)
{
	struct __ptrace_syscall_info info;

	if (tid == now.failing)
		fail(tid);
	else if (!now.is_done && ptrace(PTRACE_GET_SYSCALL_INFO, tid,
	    (void *)sizeof info, &info) > 0 &&
	    info.op == PTRACE_SYSCALL_INFO_ENTRY && counts(&info) &&
	    ++now.n == plan.n) {
		now.is_done = true;
		now.with = plan.error != -1 ? error_of(tid, &info) : 0;
		report((long)info.entry.nr, now.with);
		if (now.with != 0)
			divert(tid);
		else
			kill(tid, SIGKILL);
	}
}

/* True when it is another program now, which is none of our business. */
static bool
on_exec(pid_t pid)
{
	if (pid == now.program)
		now.has_begun = plan.which != MAIN;
	return pid != now.program;
}

/* From its exec on, until all have ended. */
static void
watch(void)
{
	int status;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		int signal = WSTOPSIG(status), event = status >> 16;
		int is_call = signal == (SIGTRAP | 0x80);

		if (!WIFSTOPPED(status))
			continue;
		if (is_call)
			on_call(tid);
		ptrace(event == PTRACE_EVENT_EXEC && on_exec(tid) ?
		    PTRACE_DETACH :
		    now.is_done && tid != now.failing ? PTRACE_CONT :
		    PTRACE_SYSCALL, tid, NULL,
		    (void *)(long)(is_call || event != 0 ? 0 : signal));
	}
}

static void
trace(int go)
{
	/* Nothing of the channel's is to live longer than the program. */
	for (int fd = 0; fd < 1024; fd++)
		if (fd != go && fd != plan.report)
			close(fd);
	if (ptrace(PTRACE_SEIZE, now.program, NULL, (void *)(long)(
	    PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
	    PTRACE_O_TRACECLONE)) == -1 || (plan.error != -1 && !CAN_FAIL)) {
		dprintf(plan.report, "cannot trace: %s\n", strerror(errno));
		_exit(1);
	}
	if (write(go, "", 1) == 1) {
		close(go);
		watch();
	}
	_exit(0);
}

/* Without one it is never killed. */
static bool
read_plan(const char *folder)
{
	char path[PATH_MAX + 16], text[64] = "", word[8] = "";
	int fd;

	snprintf(plan.path, sizeof plan.path, "%s/kill-at", folder);
	fd = open(plan.path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT;
	if (read(fd, text, sizeof text - 1) <= 0 || sscanf(text, "%ld %7s %ld",
	    &plan.n, word, &plan.error) < 2)
		return false;
	close(fd);
	plan.which = strcmp(word, "files") == 0 ? FILES :
	    strcmp(word, "main") == 0 ? MAIN : ALL;
	snprintf(path, sizeof path, "%s/killed-at", folder);
	plan.report = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0600);
	return plan.report != -1;
}

int
main(int argc, char *argv[], char *envp[])
{
	char self[PATH_MAX] = "", real[PATH_MAX + 8], byte;
	int go[2];
	pid_t tracer;

	(void)argc;
	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		return 1;
	snprintf(real, sizeof real, "%s.real", self);
	*strrchr(self, '/') = '\0';
	if (!read_plan(self) || pipe2(go, O_CLOEXEC) == -1)
		return 1;
	if (plan.n > 0) {
		now.program = getpid();
		tracer = fork();
		if (tracer == 0)
			trace(go[1]);
		prctl(PR_SET_PTRACER, tracer);
		close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			return 1;
	}
	execve(real, argv, envp);
	return 1;
}
