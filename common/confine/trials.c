/* SPDX-License-Identifier: ISC */
#include "common/confine/trials.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/errors.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define TYPE_INTO_TERMINAL 0x5412	/* TIOCSTI */

/* Where attempts find what trials_prepare() made. */
enum { TCP = 60, LISTENER, A_FILE };

#define PAGE 65536	/* bytes; no page is larger */

static struct sockaddr_in target = { .sin_family = AF_INET };
static const struct sockaddr_in any = { .sin_family = AF_INET };
static const char file[] = "file", other[] = "other";
static _Alignas(PAGE) char page[PAGE];
static struct iovec ours = { page, 1 }, theirs = { page, 1 };
static const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
static const uint64_t how[3];
static char parameters[256];
static char *const words[] = { (char *)"true", NULL };

#define AT(object) ((unsigned long)(uintptr_t)(object))
#define HERE ((unsigned long)AT_FDCWD)
#define TRIAL(name, call, who, without, ...)				\
	{ #name, SYS_##call, { __VA_ARGS__ }, who, without },
#define NOBODY 0

const struct trial trials[] = {
	/* networks */
	TRIAL(open_a_tcp_socket, socket, NOBODY, FOR_ANYBODY,
	    AF_INET, SOCK_STREAM, 0)
	TRIAL(open_the_connectors_socket, socket, THE_CONNECTOR, FOR_ANYBODY,
	    AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)
	TRIAL(connect_to_a_port, connect, THE_CONNECTOR, FOR_ANYBODY,
	    TCP, AT(&target), sizeof target)
	TRIAL(connect_by_fast_open, sendto, NOBODY, FOR_SOME,
	    TCP, AT(page), 1, MSG_FASTOPEN, AT(&target), sizeof target)
	TRIAL(listen_on_a_port, bind, NOBODY, FOR_ANYBODY,
	    TCP, AT(&any), sizeof any)
	TRIAL(open_a_udp_socket, socket, NOBODY, FOR_ANYBODY,
	    AF_INET, SOCK_DGRAM, 0)
	TRIAL(open_a_unix_socket, socket, NOBODY, FOR_ANYBODY,
	    AF_UNIX, SOCK_STREAM, 0)
	TRIAL(open_an_mptcp_socket, socket, NOBODY, FOR_SOME,
	    AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
	TRIAL(open_a_netlink_socket, socket, NOBODY, FOR_ANYBODY,
	    AF_NETLINK, SOCK_RAW, 0)
	TRIAL(open_a_raw_socket, socket, NOBODY, FOR_SOME,
	    AF_INET, SOCK_RAW, IPPROTO_ICMP)
	TRIAL(open_a_packet_socket, socket, NOBODY, FOR_SOME,
	    AF_PACKET, SOCK_RAW, 0)
	TRIAL(open_a_vsock_socket, socket, NOBODY, FOR_SOME,
	    AF_VSOCK, SOCK_STREAM, 0)
	TRIAL(open_a_crypto_socket, socket, NOBODY, FOR_SOME,
	    AF_ALG, SOCK_SEQPACKET, 0)
	TRIAL(set_up_io_uring, io_uring_setup, NOBODY, FOR_SOME,
	    4, AT(parameters))
	/* files */
	TRIAL(read_a_file, openat, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), O_RDONLY)
	TRIAL(read_a_program, openat, NOBODY, FOR_ANYBODY,
	    HERE, AT("/bin/sh"), O_RDONLY)
	TRIAL(open_beneath, openat2, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), AT(how), sizeof how)
	TRIAL(write_a_file, openat, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), O_WRONLY)
	TRIAL(make_a_file, openat, NOBODY, FOR_ANYBODY,
	    HERE, AT(other), O_WRONLY | O_CREAT, 0600)
	TRIAL(rename_a_file, renameat, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), HERE, AT(other))
	TRIAL(remove_a_file, unlinkat, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), 0)
	TRIAL(make_a_folder, mkdirat, NOBODY, FOR_ANYBODY,
	    HERE, AT(other), 0700)
	TRIAL(link_a_file, linkat, NOBODY, FOR_ANYBODY,
	    HERE, AT(file), HERE, AT(other), 0)
	TRIAL(cut_an_open_file, ftruncate, NOBODY, FOR_ANYBODY, A_FILE, 0)
	TRIAL(write_into_the_middle, pwrite64, NOBODY, FOR_ANYBODY,
	    A_FILE, AT(page), 1, 0)
	TRIAL(clear_the_append_flag, fcntl, NOBODY, FOR_ANYBODY,
	    A_FILE, F_SETFL, 0)
	TRIAL(let_others_read_a_file, fchmod, THE_SYNCER, FOR_ANYBODY,
	    A_FILE, 0644)
	TRIAL(let_others_write_a_file, fchmod, NOBODY, FOR_ANYBODY,
	    A_FILE, 0666)
	TRIAL(map_a_file_to_change_it, mmap, NOBODY, FOR_ANYBODY,
	    0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, A_FILE, 0)
	TRIAL(make_a_memory_file, memfd_create, THE_BROKER, FOR_ANYBODY,
	    AT("attempt"), MFD_CLOEXEC)
	TRIAL(mount_something, mount, NOBODY, FOR_SOME,
	    AT("none"), AT("/mnt"), AT("tmpfs"), 0, 0)
	/* code and programs */
	TRIAL(run_a_program, execve, NOBODY, FOR_ANYBODY,
	    AT("/bin/true"), AT(words), AT(words + 1))
	TRIAL(start_a_process, clone, NOBODY, FOR_ANYBODY, SIGCHLD, 0, 0)
	TRIAL(map_code, mmap, NOBODY, FOR_ANYBODY, 0, PAGE,
	    PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, ~0UL, 0)
	TRIAL(turn_data_into_code, mprotect, NOBODY, FOR_ANYBODY,
	    AT(page), PAGE, PROT_READ | PROT_EXEC)
	/* other processes */
	TRIAL(trace_another_process, ptrace, NOBODY, FOR_SOME,
	    PTRACE_SEIZE, 1, 0, 0)
	TRIAL(read_another_process, process_vm_readv, NOBODY, FOR_SOME,
	    1, AT(&ours), 1, AT(&theirs), 1, 0)
	TRIAL(signal_another_process, kill, NOBODY, FOR_SOME, 1, 0)
	TRIAL(watch_another_process, pidfd_open, NOBODY, FOR_ANYBODY, 1, 0)
	/* the walls themselves, and the kernel */
	TRIAL(become_dumpable, prctl, NOBODY, FOR_ANYBODY,
	    PR_SET_DUMPABLE, 1, 0, 0, 0)
	TRIAL(raise_a_limit, prlimit64, NOBODY, FOR_SOME,
	    0, RLIMIT_CORE, AT(&no_limit), 0)
	TRIAL(become_another_user, setuid, NOBODY, FOR_SOME, 65534)
	TRIAL(enter_a_namespace, unshare, NOBODY, FOR_SOME, CLONE_NEWUSER)
	TRIAL(load_bpf, bpf, NOBODY, FOR_SOME, 0, AT(parameters), 64)
	TRIAL(use_keyrings, keyctl, NOBODY, FOR_SOME, 0, ~2UL, 1)
	TRIAL(handle_page_faults, userfaultfd, NOBODY, FOR_SOME, 1)
	TRIAL(count_events, perf_event_open, NOBODY, FOR_SOME,
	    AT(parameters), 0, ~0UL, ~0UL, 0)
	TRIAL(type_into_the_terminal, ioctl, NOBODY, FOR_SOME,
	    0, TYPE_INTO_TERMINAL, AT(page))
};
const size_t n_trials = sizeof trials / sizeof trials[0];

static bool
move(int from, int to)
{
	bool ok = from != -1 && dup2(from, to) == to;

	if (from != -1)
		close(from);
	return ok;
}

/* By number: MAY_USE forbids these calls to roles, and rightly. */
static bool
open_port(void)
{
	socklen_t len = sizeof target;
	int flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

	target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return move((int)syscall(SYS_socket, AF_INET, flags, 0), LISTENER) &&
	    syscall(SYS_bind, LISTENER, &target, sizeof target) == 0 &&
	    syscall(SYS_listen, LISTENER, 64) == 0 &&
	    getsockname(LISTENER, (struct sockaddr *)&target, &len) == 0 &&
	    move((int)syscall(SYS_socket, AF_INET, flags, 0), TCP);
}

bool
trials_prepare(struct err *err)
{
	if (!open_port())
		return err_set_os(err, ERR_START_FAILED, "port to try");
	return move((int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CREAT |
	    O_EXCL | O_APPEND, 0600), A_FILE) ||
	    err_set_os(err, ERR_START_FAILED, "file to try");
}

int
trial_make(const struct trial *a)
{
	const unsigned long *with = a->arguments;

	return syscall(a->call, with[0], with[1], with[2], with[3], with[4],
	    with[5]) == -1 ? errno : 0;
}

bool
trials_port_was_reached(void)
{
	int fd = (int)syscall(SYS_accept4, LISTENER, NULL, NULL, SOCK_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd != -1;
}
