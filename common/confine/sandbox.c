/* SPDX-License-Identifier: ISC */
#include "common/confine/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "common/scoped.h"
#include "common/waiver.h"

/* The sanitizers' shadow memory is larger than any limit. */
#ifdef SANDBOX_SANITIZED
#define IS_SANITIZED true
/* Looking for leaks at the end takes calls that nobody here may make. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#else
#define IS_SANITIZED false
#endif

/* Newer than Debian 12's headers; numbers from the kernel's landlock.h. */
#define ACCESS_FS_TRUNCATE	(1ULL << 14)	/* ABI 3 */
#define ACCESS_FS_IOCTL_DEV	(1ULL << 15)	/* ABI 5 */
#define ACCESS_NET_BIND_TCP	(1ULL << 0)	/* ABI 4 */
#define ACCESS_NET_CONNECT_TCP	(1ULL << 1)
#define SCOPE_ABSTRACT_UNIX	(1ULL << 0)	/* ABI 6 */
#define SCOPE_SIGNAL		(1ULL << 1)

struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_1	((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define FS_2	(FS_1 | LANDLOCK_ACCESS_FS_REFER)
#define FS_3	(FS_2 | ACCESS_FS_TRUNCATE)
#define FS_5	(FS_3 | ACCESS_FS_IOCTL_DEV)
#define NET_4	(ACCESS_NET_BIND_TCP | ACCESS_NET_CONNECT_TCP)
#define SCOPED_6	(SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL)

/* Indexed by ABI: everything that it knows is taken away. */
static const struct ruleset everything[] = {
	[1] = { FS_1, 0, 0 },
	[2] = { FS_2, 0, 0 },
	[3] = { FS_3, 0, 0 },
	[4] = { FS_3, NET_4, 0 },
	[5] = { FS_5, NET_4, 0 },
	[6] = { FS_5, NET_4, SCOPED_6 },
	[7] = { FS_5, NET_4, SCOPED_6 },	/* new: what the kernel logs */
};
#define ABI_NEWEST 7

/* There is one confinement in a process. */
static struct {
	unsigned may_miss, misses;	/* enum waiver */
	uint32_t landlock_abi;		/* whose rights were taken; 0: none */
} here;

static const uint64_t granted[] = {
	[SANDBOX_READ] = LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR,
	[SANDBOX_WRITE] = LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    ACCESS_FS_TRUNCATE,
};

static unsigned
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (unsigned)abi;
}

/* Run by root in a user install: the rights of root are not needed here. */
static bool
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	/* The supervisor reads the result in /proc and shows it. */
	return syscall(SYS_capset, &header, none) == 0;
}

bool
sandbox_begin(struct err *err)
{
	struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_DUMPABLE, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    !drop_capabilities())
		return err_set_os(err, ERR_CONFINE_FAILED, "start");
	/* A process that writes its log to a full pipe must not die of it. */
	signal(SIGPIPE, SIG_IGN);
	/* Else a limit on file sizes would end the broker: it must refuse. */
	signal(SIGXFSZ, SIG_IGN);
	/* Stricter if the supervisor is: it is, where all files are one user's. */
	umask(umask(077) | 027);
	clearenv();
	setenv("LANG", "C.UTF-8", 1);
	return true;
}

static bool
set_limits(const struct sandbox *sandbox, struct err *err)
{
	struct rlimit files;
	struct rlimit memory = { sandbox->memory_len, sandbox->memory_len };
	struct rlimit file = { sandbox->file_len, sandbox->file_len };

	/* Never more than the system gives: that is not ours to raise. */
	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		return err_set_os(err, ERR_CONFINE_FAILED, "limits");
	if (files.rlim_max > sandbox->n_files)
		files.rlim_max = sandbox->n_files;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    (sandbox->memory_len != 0 && !IS_SANITIZED &&
	    setrlimit(RLIMIT_AS, &memory) == -1) ||
	    (sandbox->file_len != SANDBOX_NO_FILE_LIMIT &&
	    setrlimit(RLIMIT_FSIZE, &file) == -1))
		return err_set_os(err, ERR_CONFINE_FAILED, "limits");
	return true;
}

void
sandbox_waive(unsigned set)
{
	here.may_miss = set;
}

/* The kernel has less than the floor: by leave, or not at all. */
static bool
miss(const struct sandbox *sandbox, enum waiver what, struct err *err)
{
	if ((here.may_miss & what) == 0)
		return err_set(err, ERR_BELOW_FLOOR, "%s:%s", sandbox->name,
		    waiver_names(what));
	here.misses |= what;
	return true;
}

/* Everything that this ABI knows, but for what the role is there for. */
static int
make_ruleset(const struct sandbox *sandbox, unsigned abi)
{
	struct ruleset rules = everything[abi];
	/* Older kernels refuse a longer struct than they know. */
	size_t len = abi < 4 ? 8 : abi < 6 ? 16 : 24;

	if (sandbox->network == SANDBOX_CONNECTS)
		rules.net &= ~ACCESS_NET_CONNECT_TCP;
	return (int)syscall(SYS_landlock_create_ruleset, &rules, len, 0);
}

static bool
confine_by_landlock(const struct sandbox *sandbox, unsigned abi,
    const struct sandbox_folder *folders, size_t n, struct err *err)
{
	AUTO_CLOSE int fd = make_ruleset(sandbox, abi);

	if (fd == -1)
		return err_set_os(err, ERR_CONFINE_FAILED, "Landlock rules");
	for (size_t i = 0; i < n; i++) {
		struct landlock_path_beneath_attr beneath = {
			.allowed_access = granted[folders[i].access] &
			    everything[abi].fs,
			.parent_fd = folders[i].fd,
		};

		if (syscall(SYS_landlock_add_rule, fd,
		    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == -1)
			return err_set_os(err, ERR_CONFINE_FAILED,
			    "Landlock folder %zu", i);
	}
	if (syscall(SYS_landlock_restrict_self, fd, 0) == -1)
		return err_set_os(err, ERR_CONFINE_FAILED, "Landlock");
	here.landlock_abi = abi;
	return true;
}

bool
sandbox_confine_files(const struct sandbox *sandbox,
    const struct sandbox_folder *folders, size_t n, struct err *err)
{
	unsigned abi = landlock_abi();

	assert(sandbox->landlock_floor > 0);
	if (abi > ABI_NEWEST)
		abi = ABI_NEWEST;
	if (!set_limits(sandbox, err) || (abi < sandbox->landlock_floor &&
	    !miss(sandbox, WAIVE_LANDLOCK, err)))
		return false;
	/* What there is of it is taken even below the floor. */
	return abi == 0 || confine_by_landlock(sandbox, abi, folders, n, err);
}

static bool
add_rule(scmp_filter_ctx ctx, const struct sandbox_rule *rule, struct err *err)
{
	struct scmp_arg_cmp when[SANDBOX_CONDITIONS];
	int number = seccomp_syscall_resolve_name(rule->call);
	uint32_t action = rule->refuse_with != 0 ?
	    SCMP_ACT_ERRNO((uint16_t)rule->refuse_with) : SCMP_ACT_ALLOW;
	unsigned n = 0;
	int result;

	if (number == __NR_SCMP_ERROR)
		return err_set(err, ERR_CONFINE_FAILED, "no call %s", rule->call);
	for (; n < SANDBOX_CONDITIONS && rule->when[n].test != SANDBOX_ANY; n++) {
		const struct sandbox_condition *c = &rule->when[n];

		when[n] = (struct scmp_arg_cmp) { c->argument,
		    c->test == SANDBOX_EQUALS ? SCMP_CMP_EQ : SCMP_CMP_MASKED_EQ,
		    c->value, 0 };
	}
	result = seccomp_rule_add_array(ctx, action, number, n, when);
	if (result != 0) {
		errno = -result;
		return err_set_os(err, ERR_CONFINE_FAILED, "rule %s", rule->call);
	}
	return true;
}

static sandbox_last_word *last_word;

/*
 * A forbidden call: it was not made, and no other will be.  The signal is
 * blocked in its own handler, so the next one ends the process, and the status
 * says SIGSYS; nobody can put another handler in this one's place (base rules).
 */
static void
on_forbidden(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (last_word != NULL)
		last_word((uint32_t)info->si_syscall);
	syscall(SYS_ptrace, 0, 0, 0, 0);	/* in no role's table */
	_exit(128 + number);
}

static uint32_t
default_action(void)
{
	struct sigaction forbidden = { .sa_sigaction = on_forbidden,
	    .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &forbidden, NULL);
	return SCMP_ACT_TRAP;
}

void
sandbox_set_last_word(sandbox_last_word *word)
{
	last_word = word;
}

void
sandbox_call_name(uint32_t number, char text[SANDBOX_CALL_TEXT])
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
	    (int)number);

	if (name != NULL)
		snprintf(text, SANDBOX_CALL_TEXT, "%s", name);
	else
		snprintf(text, SANDBOX_CALL_TEXT, "call %u", number);
	free(name);
}

/* Filters that end the process: since 4.14. */
static bool
has_filters(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool
load_rules(const struct sandbox *sandbox, uint32_t *n_rules, struct err *err)
{
	const struct sandbox_rule *const tables[] = { sandbox_base_rules,
	    sandbox->rules, sandbox_sanitizer_rules };
	scmp_filter_ctx ctx = seccomp_init(default_action());
	bool ok = ctx != NULL &&
	    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
	    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
	int result;

	if (!ok)
		return err_set(err, ERR_CONFINE_FAILED, "seccomp");
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct sandbox_rule *r = tables[i];
		    ok && r->call != NULL; r++, ++*n_rules)
			ok = add_rule(ctx, r, err);
	result = ok ? seccomp_load(ctx) : 0;
	seccomp_release(ctx);
	if (result != 0) {
		errno = -result;
		return err_set_os(err, ERR_CONFINE_FAILED, "seccomp load");
	}
	return ok;
}

void
sandbox_measure(struct ipc_ready *ready)
{
	*ready = (struct ipc_ready) {
		.no_new_privs =
		    (uint32_t)prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
		.dumpable = (uint32_t)prctl(PR_GET_DUMPABLE),
		.landlock_abi = here.landlock_abi,
		.waived = here.misses,
	};
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(uint64_t));
}

/* With its first large array qsort() asks how much memory there is; once. */
static void
warm_sorting(void)
{
	uint64_t many[256] = { 0 };

	qsort(many, sizeof many / sizeof many[0], sizeof many[0], compare);
}

bool
sandbox_confine_calls(const struct sandbox *sandbox, struct ipc_ready *ready,
    struct err *err)
{
	warm_sorting();
	/* What is asked of the kernel is asked before it stops answering. */
	sandbox_measure(ready);
	if (!has_filters()) {
		ready->waived |= WAIVE_SECCOMP;
		return miss(sandbox, WAIVE_SECCOMP, err);
	}
	if (!load_rules(sandbox, &ready->n_rules, err))
		return false;
	ready->seccomp = 2;	/* SECCOMP_MODE_FILTER; the supervisor checks */
	return true;
}
