/* SPDX-License-Identifier: ISC */
/*
 * make_call PID: lets a process that waits in its event loop make ptrace()
 * instead of its next system call, as code of an attacker would.  2 when this
 * cannot be done here.
 */
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
static int
replace_call(pid_t pid)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) == -1)
		return 2;
	regs.orig_rax = SYS_ptrace;
	return ptrace(PTRACE_SETREGS, pid, NULL, &regs) == -1 ? 2 : 0;
}
#else
static int
replace_call(pid_t pid)
{
	(void)pid;
	return 2;
}
#endif

/* Stops it where it is about to make a call. */
static int
stop_at_call(pid_t pid)
{
	struct __ptrace_syscall_info info;
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) == -1 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1 ||
	    waitpid(pid, &status, 0) != pid)
		return 2;
	do {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == -1 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
		    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info,
		    &info) == -1)
			return 2;
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY);
	return 0;
}

int
main(int argc, char *argv[])
{
	pid_t pid = argc == 2 ? atoi(argv[1]) : 0;
	int result;

	result = pid <= 0 || stop_at_call(pid) != 0 ? 2 : replace_call(pid);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return result;
}
