/* SPDX-License-Identifier: ISC */
/*
 * pry [--dying] PID: what another program of the same user would try on a
 * process, or on one that it kills while it tries.  Says what it got, a word a
 * line; exits 0 when that is nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Its address or number was wrong, but it was looked for: that is leave. */
static bool
is_let(long result)
{
	return result != -1 || errno == EFAULT || errno == EBADF;
}

static bool
reads_memory(void)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { &pid, 1 };

	return is_let(process_vm_readv(pid, &to, 1, &from, 1, 0));
}

static bool
changes_memory(void)
{
	char byte = 0;
	struct iovec from = { &byte, 1 }, to = { &pid, 1 };

	return is_let(process_vm_writev(pid, &from, 1, &to, 1, 0));
}

/* Do we have an open file in common: which is told to who may look alone. */
static bool
compares_descriptors(void)
{
	return is_let(syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, 0, 0));
}

static bool
takes_descriptor(void)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	return fd != -1 && is_let(syscall(SYS_pidfd_getfd, fd, 3, 0));
}

static bool
traces(void)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == -1)
		return false;
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return true;
}

#define FIRST_FD 3	/* below: what was there before */
#define LAST_FD 40

/*
 * Between the end of its memory, which says who may look, and that of its
 * descriptors; until it has ended, and a turn more.
 */
static int
pry_while_it_dies(void)
{
	struct pollfd end = { .events = POLLIN };
	int fd = FIRST_FD, n_got = 0;
	bool is_over = false;

	end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (end.fd == -1 || kill(pid, SIGKILL) == -1)
		return 2;
	for (; !is_over; fd = fd == LAST_FD ? FIRST_FD : fd + 1) {
		is_over = fd == LAST_FD && poll(&end, 1, 0) == 1;
		/* One that has none any more may be asked for them. */
		if (syscall(SYS_pidfd_getfd, end.fd, fd, 0) != -1)
			n_got++;
	}
	if (n_got > 0)
		printf("%d while it died\n", n_got);
	return n_got == 0 ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	bool dies = argc == 3 && strcmp(argv[1], "--dying") == 0;
	int n_got = 0;

	if (argc != 2 && !dies)
		return 2;
	pid = atoi(argv[argc - 1]);
	if (dies)
		return pry_while_it_dies();
#define TRY(name, got) if (got) { puts(name); n_got++; }
	TRY("environ", reads("environ"));
	TRY("maps", reads("maps"));
	TRY("mem", opens("mem"));
	TRY("fd", opens("fd"));
	TRY("fdinfo", opens("fdinfo"));
	TRY("map_files", opens("map_files"));
	TRY("auxv", reads("auxv"));
	TRY("smaps", reads("smaps"));
	TRY("pagemap", opens("pagemap"));
	TRY("io", reads("io"));
	TRY("process_vm_readv", reads_memory());
	TRY("process_vm_writev", changes_memory());
	TRY("kcmp", compares_descriptors());
	TRY("pidfd_getfd", takes_descriptor());
	TRY("ptrace", traces());
	return n_got == 0 ? 0 : 1;
}
