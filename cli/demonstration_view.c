/* SPDX-License-Identifier: ISC */
#include "cli/demonstration_view.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/fields.h"
#include "cli/role_process.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/waiver.h"

/* What each role is handed in service, but for what is worth having. */
static const struct {
	enum role role;
	enum hand_kind folders[4];	/* ends in HAND_NOTHING */
	bool has_roots;
} roles[] = {
	{ BROKER, { HAND_NOTHING }, false },
	{ PROXY, { HAND_ROUTING_FOLDER, HAND_CLOUD_FOLDER, HAND_RUNS_FOLDER,
	    HAND_NOTHING }, false },
	{ CONNECTOR, { HAND_NOTHING }, false },
	{ EGRESS, { HAND_NOTHING }, true },
	{ SYNCER, { HAND_CLOUD_FOLDER, HAND_NOTHING }, true },
	{ KDF, { HAND_NOTHING }, false },
};

#define N_ROLES (sizeof roles / sizeof roles[0])

/* One that was only asked "is it denied?" gets the answer by this word. */
static const char *const outcome_names[TRIAL_OUTCOMES] = {
	[TRIAL_UNCLEAR] = "unclear",
	[TRIAL_STOPPED] = "stopped",
	[TRIAL_REFUSED] = "refused",
	[TRIAL_BY_DESIGN] = "by_design",
	[TRIAL_ALLOWED] = "allowed",
};

struct view {
	struct json_object *roles, *attempts;
	const struct settings *settings;
	bool is_good;
};

/* An empty one stands in for the home's: what is tried lies beside it. */
static int
open_folder(const struct role_process *p)
{
	char path[sizeof p->folder + sizeof ROLE_PROCESS_STAND_IN + 1];

	snprintf(path, sizeof path, "%s/" ROLE_PROCESS_STAND_IN, p->folder);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
prepare(const struct view *v, size_t i, struct role_process *p,
    struct err *err)
{
	struct ipc_settings settings = { .settings = *v->settings };
	bool ok = role_process_start(p, roles[i].role, err) &&
	    role_process_send(p, IPC_SETTINGS, &settings, err);

	for (size_t f = 0; ok && roles[i].folders[f] != HAND_NOTHING; f++)
		ok = role_process_hand(p, &(struct ipc_hand) {
		    .kind = roles[i].folders[f], .role = SUPERVISOR },
		    open_folder(p), err);
	if (ok && roles[i].has_roots)
		ok = role_process_hand(p, &(struct ipc_hand) {
		    .kind = HAND_CA_BUNDLE, .role = SUPERVISOR },
		    open(v->settings->ca_file, O_RDONLY | O_CLOEXEC), err);
	return ok && role_process_send(p, IPC_DEMONSTRATE, NULL, err);
}

static void
add_attempt(struct view *v, enum role role, const char *name,
    const struct ipc_tried *how)
{
	struct json_object *a = field_append_object(v->attempts);
	bool is_good = how->outcome == TRIAL_STOPPED ||
	    how->outcome == TRIAL_REFUSED || how->outcome == TRIAL_BY_DESIGN;
	const char *number = how->outcome == TRIAL_STOPPED ? "SIGSYS" :
	    how->value != 0 ? strerrorname_np((int)how->value) : NULL;

	field_set_text(a, "role", role_name(role));
	field_set_text(a, "attempt", name);
	field_set_text(a, "outcome", outcome_names[how->outcome]);
	field_set_text(a, "how", number);
	field_set_flag(a, "ok", is_good);
	v->is_good = v->is_good && is_good;
}

static bool
read_rows(struct view *v, struct role_process *p, struct ipc_ready *ready,
    struct err *err)
{
	struct ipc_message msg;
	char name[65];

	while (role_process_next(p, &msg, err)) {
		if (msg.type == IPC_READY) {
			*ready = *(const struct ipc_ready *)msg.body;
			return true;
		}
		if (msg.type != IPC_TRIED || ((const struct ipc_tried *)
		    msg.body)->outcome >= TRIAL_OUTCOMES)
			return err_set(err, ERR_IPC_BROKEN, "%s",
			    role_name(p->role));
		snprintf(name, sizeof name, "%.*s", (int)msg.tail_len,
		    (const char *)msg.tail);
		add_attempt(v, p->role, name, msg.body);
	}
	return false;
}

/* From outside, as another program of this user: alive, and with its walls. */
static int
open_memory(int pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static int
read_memory(int pid)
{
	char byte;
	struct iovec to = { &byte, 1 };
	struct iovec from = { (void *)(uintptr_t)outcome_names, 1 };

	/* A reader that may gets EFAULT where there is nothing. */
	return process_vm_readv(pid, &to, 1, &from, 1, 0) == 1 ||
	    errno == EFAULT ? 0 : errno;
}

static int
take_descriptor(int pid)
{
	int pidfd = pidfd_open(pid, 0);
	int fd = pidfd == -1 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, 3, 0);
	int os = errno;

	if (pidfd != -1)
		close(pidfd);
	if (fd == -1)
		return os;
	close(fd);
	return 0;
}

/* Root's rights aside: what root may do shows no wall. */
static int
try_without_rights(int (*try)(int pid), int pid)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(syscall(SYS_capset, &header, none) == 0 ? try(pid) :
		    ECANCELED);
	if (child == -1 || waitpid(child, &status, 0) != child ||
	    !WIFEXITED(status))
		return ECANCELED;
	return WEXITSTATUS(status);
}

static void
try_from_outside(struct view *v, const struct role_process *p)
{
	static const struct { const char *name; int (*try)(int pid); } tries[] =
	{
		{ "be_opened_by_another_program", open_memory },
		{ "be_read_by_another_program", read_memory },
		{ "lose_a_descriptor_to_another_program", take_descriptor },
	};

	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		int os = try_without_rights(tries[i].try, p->pid);
		struct ipc_tried how = { .value = (uint32_t)os,
		    .outcome = os == EACCES || os == EPERM ? TRIAL_REFUSED :
		    os != 0 ? TRIAL_UNCLEAR : TRIAL_ALLOWED };

		add_attempt(v, p->role, tries[i].name, &how);
	}
}

static void
add_role(struct view *v, enum role role, const struct ipc_ready *ready,
    const struct err *err)
{
	struct json_object *r = field_append_object(v->roles), *c;
	char text[ERR_TEXT_MAX];
	bool is_good = err->code == ERR_NONE && ready->waived == 0;

	field_set_text(r, "role", role_name(role));
	field_set_flag(r, "ok", is_good);
	c = field_set_object(r, "confinement");
	field_set_number(c, "seccomp", ready->seccomp);
	field_set_flag(c, "noNewPrivs", ready->no_new_privs);
	field_set_number(c, "landlockAbi", ready->landlock_abi);
	field_set_flag(c, "dumpable", ready->dumpable);
	field_set_number(c, "allowedCalls", ready->n_rules);
	field_set_text(r, "waived", ready->waived != 0 ?
	    waiver_names(ready->waived) : NULL);
	if (err->code != ERR_NONE)
		err_format(err, text);
	field_set_text(r, "error", err->code != ERR_NONE ? text : NULL);
	v->is_good = v->is_good && is_good;
}

bool
demonstration_view(const struct settings *settings, struct json_object *data)
{
	struct role_process all[N_ROLES] = { 0 };
	struct err errors[N_ROLES] = { 0 };
	struct view v = { .settings = settings, .is_good = true };

	v.roles = field_set_array(data, "roles");
	v.attempts = field_set_array(data, "attempts");
	signal(SIGPIPE, SIG_IGN);
	/* All at once: each has its own processor where there are enough. */
	for (size_t i = 0; i < N_ROLES; i++)
		prepare(&v, i, &all[i], &errors[i]);
	for (size_t i = 0; i < N_ROLES; i++) {
		struct ipc_ready ready = { 0 };

		if (errors[i].code == ERR_NONE && read_rows(&v, &all[i],
		    &ready, &errors[i]))
			try_from_outside(&v, &all[i]);
		add_role(&v, roles[i].role, &ready, &errors[i]);
	}
	for (size_t i = 0; i < N_ROLES; i++)
		role_process_end(&all[i]);
	return v.is_good;
}
