/* SPDX-License-Identifier: ISC */
#include "supervisor/wiring.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/log.h"
#include "common/scoped.h"
#include "supervisor/audit_folder.h"
#include "supervisor/supervisor.h"
#include "supervisor/syncing.h"

#define VAULT_FILE_MAX (16 << 20)	/* bytes */

/* design.md section 3.  An egress's pairs carry its number. */
static const struct { enum role one, other; } pairs[] = {
	{ PROXY, BROKER },
	{ BROKER, CONNECTOR },
	{ BROKER, EGRESS },
	{ PROXY, EGRESS },
	{ EGRESS, CONNECTOR },
	{ BROKER, SYNCER },
	{ SYNCER, CONNECTOR },
	{ BROKER, KDF },
};

bool
wiring_connects(enum role a, enum role b)
{
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if ((pairs[i].one == a && pairs[i].other == b) ||
		    (pairs[i].one == b && pairs[i].other == a))
			return true;
	return false;
}

/* It may be in order, and who is started next may get it. */
static bool
may_pass(int os)
{
	return os == EINTR || os == EIO || os == EMFILE || os == ENFILE ||
	    os == ENOBUFS || os == ENOMEM || os == ENOSPC;
}

/* It would be up and of no use: who is started in its place may get all. */
static void
give_up(struct child *c, const struct err *err)
{
	char name[CHILD_NAME_TEXT];

	child_name(c, name);
	log_err(name, err);
	snprintf(c->last_error, sizeof c->last_error, "%s: %.100s: %s", name,
	    err->about, strerror(err->os));
	child_kill(c, CHILD_TO_BLAME);
}

/* child_hand() of what the role is nothing without. */
static void
must_hand(struct child *c, enum hand_kind kind, enum role peer,
    uint32_t number, int fd)
{
	struct err err;

	if (fd != -1) {
		child_hand(c, kind, peer, number, fd);
		return;
	}
	err_set_os(&err, ERR_START_FAILED, "what it is handed");
	give_up(c, &err);
}

/* For request bodies and streams the default buffer is a bottleneck. */
static void
connect_pair(struct child *a, struct child *b)
{
	uint32_t number = a->role == EGRESS ? a->number : b->number;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1) {
		struct err err;

		err_set_os(&err, ERR_START_FAILED, "pair");
		give_up(a, &err);
		return;
	}
	child_hand(a, HAND_CHANNEL, b->role, number, pair[0]);
	child_hand(b, HAND_CHANNEL, a->role, number, pair[1]);
}

/* An egress takes its one credential of the broker that asked for it. */
static bool
may_meet(const struct child *started, const struct child *c)
{
	return wiring_connects(c->role, started->role) &&
	    !(started->role == BROKER && c->role == EGRESS);
}

static void
connect_peers(struct supervisor *s, struct child *started)
{
	struct child *c;

	LIST_FOREACH(c, &s->children, next)
		if (c != started && c->channel != NULL &&
		    may_meet(started, c))
			connect_pair(started, c);
}

static int
duplicate(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void
hand_folder(struct supervisor *s, struct child *c, enum hand_kind kind,
    enum home_folder folder)
{
	must_hand(c, kind, SUPERVISOR, 0, duplicate(s->folders[folder]));
}

static void
hand_commands(struct supervisor *s, struct child *c)
{
	if (s->commands[c->role] != -1)
		must_hand(c, HAND_COMMANDS, CLI, s->users.admin,
		    duplicate(s->commands[c->role]));
}

/* Unsealed by the service manager (LoadCredentialEncrypted); -1: none. */
static int
open_credential(struct supervisor *s, struct err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];

	if (folder == NULL || folder[0] != '/' || snprintf(path, sizeof path,
	    "%s/cofferdam.vault-key", folder) >= (int)sizeof path)
		return -1;
	return home_file(s->folders[VAULT_FOLDER], path, 4096, err);
}

/*
 * The key file is the service manager's, else where vault/key points; it need
 * not lie in the home, but it is ours and nobody else's, like everything there.
 */
static int
open_key_file(struct supervisor *s, struct err *err)
{
	char target[PATH_MAX];
	int credential = open_credential(s, err);
	ssize_t n;

	if (credential != -1)
		return credential;
	n = readlinkat(s->folders[VAULT_FOLDER], "key", target,
	    sizeof target - 1);
	if (n == -1)
		return home_file(s->folders[VAULT_FOLDER], "key", 4096, err);
	target[n] = '\0';
	return home_file(s->folders[VAULT_FOLDER], target, 4096, err);
}

void
wiring_hand_key_file(struct supervisor *s)
{
	struct err err = { 0 };
	int fd = open_key_file(s, &err);

	if (fd == -1 && err.os != ENOENT)
		log_err("vault key file", &err);
	child_hand(s->broker, HAND_KEY_FILE, SUPERVISOR, 0, fd);
}

static void
hand_vault(struct supervisor *s, struct child *broker)
{
	struct err err = { 0 };
	int fd = home_file(s->folders[VAULT_FOLDER], "vault", VAULT_FILE_MAX,
	    &err);

	/* To the broker it would be as if there were none. */
	if (fd == -1 && may_pass(err.os))
		give_up(broker, &err);
	else if (fd == -1 && err.os != ENOENT)
		log_err("vault", &err);
	/* The key file last: with it the broker unlocks what it was handed. */
	child_hand(broker, HAND_VAULT, SUPERVISOR, 0, fd);
	if (!s->is_locked_on_purpose)
		wiring_hand_key_file(s);
}

void
wiring_reopen_audit(struct supervisor *s)
{
	struct err err;
	int folder = home_folder(s->home, "audit", &err);

	if (folder == -1) {
		log_err("audit folder", &err);
		return;
	}
	close(s->folders[AUDIT_FOLDER]);
	s->folders[AUDIT_FOLDER] = folder;
}

/* False when there is one that cannot be opened. */
static bool
hand_segments(struct supervisor *s, uint32_t oldest, struct err *err)
{
	for (uint32_t n = oldest; n <= s->audit_number; n++) {
		int fd = audit_folder_open_segment(s->folders[AUDIT_FOLDER], n,
		    s->audit_number, err);

		if (fd == -1 && may_pass(err->os))
			return false;
		child_hand(s->broker, HAND_AUDIT_READ, SUPERVISOR, n, fd);
	}
	return true;
}

/* All of it, or the broker would take what it lacks for a roll-back. */
static bool
hand_audit(struct supervisor *s, struct err *err)
{
	int folder = s->folders[AUDIT_FOLDER];
	uint32_t newest = audit_folder_newest(folder, err);
	uint32_t oldest = audit_folder_oldest(folder, newest, err);
	AUTO_CLOSE int fd = -1;

	if (newest == 0 || oldest == 0)
		return false;
	s->audit_number = newest;
	child_hand(s->broker, HAND_AUDIT_FOLDER, SUPERVISOR, 0,
	    openat(folder, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
	fd = audit_folder_open_log(folder, err);
	if (fd == -1 && may_pass(err->os))
		return false;
	if (fd == -1)
		log_err("audit log", err);
	if (!hand_segments(s, oldest, err))
		return false;
	child_hand(s->broker, HAND_AUDIT_LOG, SUPERVISOR, newest,
	    take_fd(&fd));
	return true;
}

void
wiring_hand_audit(struct supervisor *s)
{
	struct err err;

	if (s->broker != NULL && !hand_audit(s, &err))
		log_err("audit", &err);
}

static void
hand_ca_bundle(struct supervisor *s, struct child *c)
{
	int fd = open(s->settings.ca_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1 && !may_pass(errno))
		log_error("ca_file %s: %s", s->settings.ca_file,
		    strerror(errno));
	else
		must_hand(c, HAND_CA_BUNDLE, SUPERVISOR, 0, fd);
}

/*
 * A new one for each proxy: nothing that an earlier one asked is answered here.
 * Unconnected, its peer is the kernel, and only root could name another.
 */
static void
hand_diag(struct child *proxy)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_SOCK_DIAG);

	if (fd == -1 && !may_pass(errno))
		log_warning("wiring: no sock_diag, so no agent's user is "
		    "known, and none may call but with users = *: %s",
		    strerror(errno));
	else
		must_hand(proxy, HAND_DIAG, SUPERVISOR, 0, fd);
}

static void
hand_proxy(struct supervisor *s, struct child *proxy)
{
	hand_folder(s, proxy, HAND_ROUTING_FOLDER, ROUTING_FOLDER);
	hand_folder(s, proxy, HAND_CLOUD_FOLDER, CLOUD_FOLDER);
	hand_folder(s, proxy, HAND_RUNS_FOLDER, RUNS_FOLDER);
	hand_diag(proxy);
	for (size_t i = 0; i < s->n_listeners; i++)
		must_hand(proxy, HAND_LISTENER, SUPERVISOR, (uint32_t)i,
		    duplicate(s->listeners[i].fd));
}

/* What each role is handed beside its channels: design.md section 4. */
static void
hand_things(struct supervisor *s, struct child *c)
{
	struct err err;

	hand_commands(s, c);
	switch (c->role) {
	case BROKER:
		if (!hand_audit(s, &err))
			give_up(c, &err);
		hand_vault(s, c);
		break;
	case PROXY:
		hand_proxy(s, c);
		break;
	case EGRESS:
		hand_ca_bundle(s, c);
		break;
	case SYNCER:
		hand_ca_bundle(s, c);
		hand_folder(s, c, HAND_CLOUD_FOLDER, CLOUD_FOLDER);
		syncing_hand(s, c);
		break;
	default:
		break;
	}
}

void
wiring_connect(struct supervisor *s, struct child *started)
{
	struct ipc_settings settings = { .settings = s->settings };

	channel_send_body(started->channel, IPC_SETTINGS, &settings);
	hand_things(s, started);
	connect_peers(s, started);
	channel_send_body(started->channel, IPC_CONFINE, NULL);
}
