/* SPDX-License-Identifier: ISC */
/* sandbox_base: the calls that every role needs, and why. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

#include "common/confine/sandbox.h"

#define WHEN_EQUALS(n, v) { { SANDBOX_EQUALS, n, v } }
#define WHEN_WITHOUT(n, v) { { SANDBOX_WITHOUT, n, v } }

const struct sandbox_rule sandbox_base_rules[] = {
	{ "read", "pairs and handed files", 0, { { 0 } } },
	{ "readv", "libevent's buffers", 0, { { 0 } } },
	{ "write", "pairs", 0, { { 0 } } },
	{ "writev", "libevent's buffers", 0, { { 0 } } },
	{ "close", "descriptors that are done with", 0, { { 0 } } },
	{ "recvmsg", "messages between our processes", 0, { { 0 } } },
	{ "sendmsg", "messages between our processes", 0, { { 0 } } },
	{ "epoll_wait", "the event loop", 0, { { 0 } } },
	{ "epoll_pwait", "the event loop", 0, { { 0 } } },
	{ "epoll_pwait2", "the event loop", 0, { { 0 } } },
	{ "epoll_ctl", "the event loop", 0, { { 0 } } },
	{ "poll", "libraries that wait for one descriptor", 0, { { 0 } } },
	{ "clock_gettime", "timeouts", 0, { { 0 } } },
	{ "gettimeofday", "where the vdso has no clock", 0, { { 0 } } },
	{ "getrandom", "ids and nonces", 0, { { 0 } } },
	{ "getpid", "abort(), libcrypto's fork detection", 0, { { 0 } } },
	{ "gettid", "abort()", 0, { { 0 } } },
	{ "futex", "malloc's and libcrypto's locks", 0, { { 0 } } },
	{ "brk", "malloc", 0, { { 0 } } },
	/* A shared mapping would write into the middle of a file. */
	{ "mmap", "malloc; never executable, never of a file's own pages", 0,
	    { { SANDBOX_WITHOUT, 2, PROT_EXEC },
	    { SANDBOX_WITHOUT, 3, MAP_SHARED } } },
	{ "mprotect", "guard pages; never executable", 0,
	    WHEN_WITHOUT(2, PROT_EXEC) },
	{ "mremap", "realloc", 0, { { 0 } } },
	{ "munmap", "free", 0, { { 0 } } },
	{ "mlock", "secret buffers", 0, { { 0 } } },
	{ "madvise", "malloc, secret buffers", 0, { { 0 } } },
	{ "fcntl", "F_GETFL of a socket", 0, WHEN_EQUALS(1, F_GETFL) },
	{ "fcntl", "F_GETFD of a descriptor", 0, WHEN_EQUALS(1, F_GETFD) },
	{ "fcntl", "close-on-exec", 0, WHEN_EQUALS(1, F_SETFD) },
	/* Of SIGSYS the handler is ours: whoever is stopped stays stopped. */
	{ "rt_sigaction", "abort()", 0, WHEN_EQUALS(0, SIGABRT) },
	{ "rt_sigaction", "libraries that write", 0, WHEN_EQUALS(0, SIGPIPE) },
	{ "rt_sigprocmask", "abort()", 0, { { 0 } } },
	{ "rt_sigreturn", "return from a handler", 0, { { 0 } } },
	{ "restart_syscall", "waits that a stop signal interrupted", 0, { { 0 } } },
	{ "sigaltstack", "end of a thread", 0, { { 0 } } },
	{ "exit", "end of a thread", 0, { { 0 } } },
	{ "exit_group", "the end", 0, { { 0 } } },
	{ NULL, NULL, 0, { { 0 } } },
};

/*
 * A build with sanitizers is for finding our mistakes, not for keys: its run
 * time needs these besides.  Empty in any other build.
 */
const struct sandbox_rule sandbox_sanitizer_rules[] = {
#ifdef SANDBOX_SANITIZED
	{ "rt_sigaction", "its handlers", 0, { { 0 } } },
	{ "sched_yield", "its locks", 0, { { 0 } } },
	{ "prctl", "names of its mappings", 0, { { 0 } } },
	{ "readlink", "where the program is", 0, { { 0 } } },
	{ "openat", "its reports look at /proc", 0, { { 0 } } },
	{ "newfstatat", "its reports look at /proc", 0, { { 0 } } },
	{ "getdents64", "its reports look at /proc", 0, { { 0 } } },
	{ "getrlimit", "the stack's size", 0, { { 0 } } },
	{ "prlimit64", "the stack's size", 0, { { 0 } } },
#endif
	{ NULL, NULL, 0, { { 0 } } },
};
