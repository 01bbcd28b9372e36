/* SPDX-License-Identifier: ISC */
#include "tests/confinement/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static struct sockaddr_in target = { .sin_family = AF_INET };
static struct sockaddr_un local = { .sun_family = AF_UNIX };
/* What the attempts make; whose name is in use cannot be made again. */
static char new_file[64], new_folder[64], new_link[64];
static int file_to_change = -1;
static pid_t sibling;

static bool
connects(int type, int protocol)
{
	int fd = socket(AF_INET, type, protocol);

	return fd != -1 && connect(fd, (struct sockaddr *)&target,
	    sizeof target) == 0;
}

static bool
connect_tcp(void)
{
	return connects(SOCK_STREAM, 0);
}

static bool
connect_tcp_as_our_connector_does(void)
{
	return connects(SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    IPPROTO_TCP);
}

static bool
connect_mptcp(void)
{
	return connects(SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    IPPROTO_MPTCP);
}

static bool
connect_sctp(void)
{
	return connects(SOCK_STREAM, IPPROTO_SCTP);
}

static bool
send_with_fast_open(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    IPPROTO_TCP);

	/* Without a cookie it says that the connection is under way. */
	return fd != -1 && (sendto(fd, "x", 1, MSG_FASTOPEN,
	    (struct sockaddr *)&target, sizeof target) == 1 ||
	    errno == EINPROGRESS);
}

static bool
send_udp(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd != -1 && sendto(fd, "x", 1, 0, (struct sockaddr *)&target,
	    sizeof target) == 1;
}

static bool
bind_a_port(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd != -1 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0 &&
	    listen(fd, 1) == 0;
}

static bool
connect_unix(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd != -1 && connect(fd, (struct sockaddr *)&local,
	    sizeof local) == 0;
}

static bool open_netlink(void)
{ return socket(AF_NETLINK, SOCK_RAW, 0) != -1; }
static bool open_raw(void)
{ return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) != -1; }
static bool open_packet(void)
{ return socket(AF_PACKET, SOCK_RAW, 0) != -1; }
static bool open_vsock(void)
{ return socket(AF_VSOCK, SOCK_STREAM, 0) != -1; }
static bool open_alg(void)
{ return socket(AF_ALG, SOCK_SEQPACKET, 0) != -1; }

static bool
set_up_io_uring(void)
{
	char parameters[256] = { 0 };

	return syscall(SYS_io_uring_setup, 4, parameters) >= 0;
}

static bool read_a_file(void)
{ return open("/etc/passwd", O_RDONLY) != -1; }
static bool open_beneath(void)
{ return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd",
    (uint64_t[3]) { 0 }, 24) >= 0; }
static bool make_a_file(void)
{ return open(new_file, O_WRONLY | O_CREAT, 0600) != -1; }
static bool remove_a_file(void)
{ return unlink(local.sun_path) == 0; }
static bool make_a_folder(void)
{ return mkdir(new_folder, 0700) == 0; }
static bool link_a_file(void)
{ return link(local.sun_path, new_link) == 0; }
static bool make_a_symbolic_link(void)
{ return symlink(local.sun_path, new_link) == 0; }
static bool make_a_fifo(void)
{ return mkfifo(new_link, 0600) == 0; }
static bool cut_a_file(void)
{ return ftruncate(file_to_change, 0) == 0; }
static bool write_into_the_middle(void)
{ return pwrite(file_to_change, "x", 1, 0) == 1; }
static bool clear_the_append_flag(void)
{ return fcntl(file_to_change, F_SETFL, 0) == 0; }
/* 0600 and 0644 are what the syncer may give a file that it replaces. */
static bool change_a_mode(void)
{ return fchmod(file_to_change, 0666) == 0; }

static bool
run_a_program(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	int status = 1;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
become_a_program(void)
{
	char *argv[] = { (char *)"true", NULL };

	execve("/bin/true", argv, argv + 1);
	return false;	/* outside this is not seen: it is "true" then */
}

static void *
nothing(void *arg)
{
	return arg;
}

static bool
start_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0;
}

static bool trace_another(void)
{ return ptrace(PTRACE_ATTACH, sibling, NULL, NULL) == 0; }

static bool
read_anothers_memory(void)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { (void *)&target, 1 };

	return process_vm_readv(sibling, &to, 1, &from, 1, 0) == 1;
}

static bool signal_another(void)
{ return kill(sibling, SIGURG) == 0; }
static bool take_anothers_descriptor(void)
{
	long fd = syscall(SYS_pidfd_open, sibling, 0);

	return fd >= 0 && syscall(SYS_pidfd_getfd, fd, 0, 0) >= 0;
}

static bool map_executable(void)
{ return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }

static bool map_a_file_to_change_it(void)
{ return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
    file_to_change, 0) != MAP_FAILED; }

static bool
make_executable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool become_dumpable(void)
{ return prctl(PR_SET_DUMPABLE, 1) == 0; }
static bool raise_limits(void)
{ return setrlimit(RLIMIT_CORE, &(struct rlimit) { 0, 0 }) == 0; }
static bool become_another_user(void)
{ return setuid(65534) == 0; }
static bool enter_a_namespace(void)
{ return unshare(CLONE_NEWUSER) == 0; }
static bool load_bpf(void)
{ return syscall(SYS_bpf, 0, NULL, 0) >= 0; }
static bool use_keyrings(void)
{ return syscall(SYS_keyctl, 0, -3, 0) >= 0; }
static bool fault_in_user_space(void)
{ return syscall(SYS_userfaultfd, 0) >= 0; }
static bool count_events(void)
{ return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0) >= 0; }
static bool mount_something(void)
{ return syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL) == 0; }
static bool type_into_the_terminal(void)
{ return syscall(SYS_ioctl, 0, 0x5412, "x") == 0; }

/* Whoever is stopped would go on after it. */
static bool catch_the_stop(void)
{
	struct sigaction own = { .sa_handler = SIG_IGN };

	return sigaction(SIGSYS, &own, NULL) == 0;
}

const struct attempt attempts[] = {
#define POSSIBLE(name) { #name, name, true },
#define DIFFICULT(name) { #name, name, false },
	POSSIBLE(connect_tcp)
	DIFFICULT(connect_tcp_as_our_connector_does)
	DIFFICULT(connect_mptcp)
	DIFFICULT(connect_sctp)
	DIFFICULT(send_with_fast_open)
	POSSIBLE(send_udp)
	POSSIBLE(bind_a_port)
	POSSIBLE(connect_unix)
	POSSIBLE(open_netlink)
	DIFFICULT(open_raw)
	DIFFICULT(open_packet)
	DIFFICULT(open_vsock)
	DIFFICULT(open_alg)
	DIFFICULT(set_up_io_uring)
	POSSIBLE(read_a_file)
	POSSIBLE(open_beneath)
	POSSIBLE(make_a_file)
	POSSIBLE(remove_a_file)
	POSSIBLE(make_a_folder)
	POSSIBLE(link_a_file)
	POSSIBLE(make_a_symbolic_link)
	POSSIBLE(make_a_fifo)
	POSSIBLE(cut_a_file)
	POSSIBLE(write_into_the_middle)
	POSSIBLE(clear_the_append_flag)
	POSSIBLE(change_a_mode)
	POSSIBLE(run_a_program)
	DIFFICULT(become_a_program)
	POSSIBLE(start_a_thread)
	DIFFICULT(trace_another)
	DIFFICULT(read_anothers_memory)
	POSSIBLE(signal_another)
	POSSIBLE(catch_the_stop)
	DIFFICULT(take_anothers_descriptor)
	POSSIBLE(map_executable)
	POSSIBLE(map_a_file_to_change_it)
	POSSIBLE(make_executable)
	POSSIBLE(become_dumpable)
	POSSIBLE(raise_limits)
	DIFFICULT(become_another_user)
	DIFFICULT(enter_a_namespace)
	DIFFICULT(load_bpf)
	DIFFICULT(use_keyrings)
	DIFFICULT(fault_in_user_space)
	DIFFICULT(count_events)
	DIFFICULT(mount_something)
	DIFFICULT(type_into_the_terminal)
};
const size_t n_attempts = sizeof attempts / sizeof attempts[0];

void
attempts_remove(void)
{
	unlink(local.sun_path);
	unlink(new_file);
	unlink(new_link);
	rmdir(new_folder);
}

void
attempts_prepare(const char *folder)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = sizeof target;

	target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(listener, (struct sockaddr *)&target, sizeof target);
	listen(listener, 64);
	getsockname(listener, (struct sockaddr *)&target, &len);
	snprintf(local.sun_path, sizeof local.sun_path, "%s/attempt", folder);
	snprintf(new_file, sizeof new_file, "%s/attempt.file", folder);
	snprintf(new_folder, sizeof new_folder, "%s/attempt.folder", folder);
	snprintf(new_link, sizeof new_link, "%s/attempt.link", folder);
	attempts_remove();
	bind(other, (struct sockaddr *)&local, sizeof local);
	listen(other, 64);
	file_to_change = open(folder, O_TMPFILE | O_RDWR | O_APPEND, 0600);
	sibling = getppid();
}
