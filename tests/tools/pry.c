/* SPDX-License-Identifier: ISC */
/*
 * pry PID: what another program of the same user would try on a process.  Says
 * what it got, a word a line; exits 0 when that is nothing.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pid;

static bool
reads(const char *name)
{
	char path[64], byte;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd != -1 && read(fd, &byte, 1) >= 0;
}

static bool
opens(const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC) != -1;
}

static bool
reads_memory(void)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { &pid, 1 };

	return process_vm_readv(pid, &to, 1, &from, 1, 0) == 1;
}

static bool
takes_descriptor(void)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	return fd != -1 && syscall(SYS_pidfd_getfd, fd, 3, 0) != -1;
}

static bool
traces(void)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == -1)
		return false;
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return true;
}

int
main(int argc, char *argv[])
{
	int n_got = 0;

	if (argc != 2)
		return 2;
	pid = atoi(argv[1]);
#define TRY(name, got) if (got) { puts(name); n_got++; }
	TRY("environ", reads("environ"));
	TRY("maps", reads("maps"));
	TRY("mem", opens("mem"));
	TRY("fd", opens("fd"));
	TRY("process_vm_readv", reads_memory());
	TRY("pidfd_getfd", takes_descriptor());
	TRY("ptrace", traces());
	return n_got == 0 ? 0 : 1;
}
