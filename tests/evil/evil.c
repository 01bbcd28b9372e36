/* SPDX-License-Identifier: ISC */
#include "tests/evil/evil.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/confine/sandbox.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/waiver.h"
#include "tests/confinement/attempts.h"

struct evil evil = { .report = -1, .file = -1, .pipe = -1 };
static const struct process *declared;
static struct evil_hooks hooks;
static bool has_begun;

void
evil_tell(const char *format, ...)
{
	char line[512];
	va_list args;
	int n = snprintf(line, sizeof line, "%s: ", role_name(evil.role));

	va_start(args, format);
	n += vsnprintf(line + n, sizeof line - (size_t)n - 1, format, args);
	va_end(args);
	if (n > (int)sizeof line - 2)
		n = (int)sizeof line - 2;
	line[n++] = '\n';
	if (write(evil.report, line, (size_t)n) == -1)
		return;
}

void
evil_random(void *bytes, size_t len)
{
	if (getrandom(bytes, len, 0) == -1)
		abort();
}

bool
evil_is_step(const char *step)
{
	return strcmp(evil.script.step, step) == 0;
}

struct evil_peer *
evil_find(enum role role)
{
	static struct evil_peer supervisor = { SUPERVISOR, 0,
	    PROCESS_SUPERVISOR_FD, NULL };

	if (role == SUPERVISOR)
		return &supervisor;
	for (size_t i = evil.n_peers; i-- > 0;)
		if (evil.peers[i].role == role)
			return &evil.peers[i];
	return NULL;
}

static char *
word_of(const char *name)
{
	static const struct { const char *name; char *word; } words[] = {
		{ "report", evil.script.report }, { "step", evil.script.step },
		{ "peer", evil.script.peer }, { "kind", evil.script.kind },
		{ "token", evil.script.token }, { "port", evil.script.port },
		{ "origin", evil.script.origin },
		{ "provider", evil.script.provider },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].word;
	return NULL;
}

static bool
read_script(void)
{
	char path[4096], name[16], word[EVIL_WORD_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
	FILE *f;

	if (n <= 0)
		return false;
	path[n] = '\0';
	strcpy(strrchr(path, '/') + 1, "evil.conf");
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while (fscanf(f, "%15s %191s", name, word) == 2)
		if (word_of(name) != NULL)
			strcpy(word_of(name), word);
	fclose(f);
	return true;
}

/* Before it is confined: what it will need afterwards. */
static void *
open_all(struct err *err)
{
	int pair[2];

	for (int i = 0; i < HAND_KINDS; i++)
		evil.hands[i] = -1;
	if (!read_script())
		return err_set(err, ERR_INTERNAL, "evil.conf"), NULL;
	evil.report = open(evil.script.report, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	evil.file = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
	if (evil.report == -1 || pipe2(pair, O_CLOEXEC) == -1)
		return err_set(err, ERR_INTERNAL, "report"), NULL;
	evil.pipe = pair[1];
	/* The test's own folder; it is removed with all that is in it. */
	*strrchr(evil.script.report, '/') = '\0';
	attempts_prepare(evil.script.report);
	return &evil;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	static struct ipc_packet packet;
	struct evil_peer *peer = arg;
	enum ipc_received got;
	struct err err;

	(void)what;
	got = ipc_receive((int)fd, &packet, &err);
	if (got == IPC_CLOSED || got == IPC_FAILED) {
		event_del(peer->readable);
		evil_tell("lost %s", role_name(peer->role));
	} else if (got == IPC_GOT && hooks.received != NULL)
		hooks.received(peer, &packet);
	ipc_packet_release(&packet, PLAIN);
}

/* What the script has for this peer, who may come late. */
static void
treat(struct evil_peer *peer)
{
	if (strcmp(role_name(peer->role), evil.script.peer) != 0)
		return;
	if (evil_is_step("nonsense"))
		evil_talk_nonsense(peer, 40);
	else if (evil_is_step("break"))
		evil_break_rules(peer);
}

static bool
adopt(void *self, const struct ipc_hand *hand, int *fd, struct err *err)
{
	struct evil_peer *peer = &evil.peers[evil.n_peers];

	(void)self;
	if (hand->kind != HAND_CHANNEL) {
		if (hand->kind == HAND_ROUTING_FOLDER ||
		    hand->kind == HAND_CLOUD_FOLDER ||
		    hand->kind == HAND_RUNS_FOLDER)
			process_keep_folder(*fd, hand->kind ==
			    HAND_RUNS_FOLDER || (hand->kind ==
			    HAND_CLOUD_FOLDER && evil.role == SYNCER));
		evil.hands[hand->kind] = take_fd(fd);
		return true;
	}
	if (evil.n_peers == EVIL_PEERS_MAX)
		return err_set(err, ERR_OVERLOADED, "peers");
	*peer = (struct evil_peer) { (enum role)hand->role, hand->number,
	    take_fd(fd), NULL };
	evil.n_peers++;
	peer->readable = event_new(process_base(), peer->fd,
	    EV_READ | EV_PERSIST, on_readable, peer);
	event_add(peer->readable, NULL);	/* as long as it lives */
	if (hooks.met != NULL)
		hooks.met(peer);
	if (has_begun)
		treat(peer);
	return true;
}

enum { SUCCEEDED = 10, FAILED = 11, NOT_CONFINED = 12 };

/* In a copy of this process, with its descriptors, confined as it will be. */
static void
try_one(const struct attempt *a)
{
	struct ipc_ready ready;
	struct err err;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (!sandbox_confine_calls(declared->sandbox, &ready, &err))
			_exit(NOT_CONFINED);
		_exit(a->try() ? SUCCEEDED : FAILED);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		evil_tell("could not try %s", a->name);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		evil_tell("stopped %s", a->name);
	else if (WIFEXITED(status) && WEXITSTATUS(status) == FAILED)
		evil_tell("refused %s", a->name);
	else if (WIFEXITED(status) && WEXITSTATUS(status) == SUCCEEDED)
		evil_tell("SUCCEEDED %s", a->name);
	else
		evil_tell("status %x of %s", (unsigned)status, a->name);
}

static void
on_begin(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	evil_tell("begins");
	has_begun = true;
	for (enum role r = 0; r < ROLES; r++)
		if (evil_find(r) != NULL)
			treat(evil_find(r));
	if (hooks.begin != NULL)
		hooks.begin();
	evil_tell("done");
}

/* It says what it is to say, and would go on without a filter. */
static const struct ipc_ready claim = { .seccomp = 2, .no_new_privs = 1,
    .landlock_abi = 7, .n_rules = 40 };

/* Or that it had leave to go without one. */
static const struct ipc_ready excuse = { .no_new_privs = 1,
    .landlock_abi = 7, .waived = WAIVE_SECCOMP };

static void
say_ready(const struct ipc_ready *said)
{
	evil_tell("claims");	/* before: it is quickly killed */
	evil_send_message(PROCESS_SUPERVISOR_FD, IPC_READY, said,
	    sizeof *said, "", 0, -1);
	poll(NULL, 0, -1);	/* until it is killed */
}

/* Where its own words are marked as its own, and counted, is the channel. */
static void
write_behind_the_channel(void)
{
#ifndef SANDBOX_SANITIZED	/* its reports go there */
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		evil_tell("%s write_to_descriptor_%d", write(fd, "", 0) == 0 ?
		    "SUCCEEDED" : "refused", fd);
#endif
}

/* Landlock is on, the filter is not: the last moment in which it can fork. */
static bool
warm(void *self, struct err *err)
{
	static const struct timeval now = { 0, 1000 };

	(void)self;
	(void)err;
	if (evil_is_step("claim"))
		say_ready(&claim);
	if (evil_is_step("excuse"))
		say_ready(&excuse);
	if (evil_is_step("calls")) {
		for (size_t i = 0; i < n_attempts; i++)
			try_one(&attempts[i]);
		write_behind_the_channel();
	}
	return event_base_once(process_base(), -1, EV_TIMEOUT, on_begin, NULL,
	    &now) == 0;
}

static void
on_later(evutil_socket_t fd, short what, void *arg)
{
	void (**call)(void) = arg;

	(void)fd;
	(void)what;
	(*call)();
}

void
evil_later(unsigned ms, void (*what)(void))
{
	static void (*kept)(void);
	struct timeval wait = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };

	kept = what;
	event_base_once(process_base(), -1, EV_TIMEOUT, on_later, &kept, &wait);
}

static void
ignore(struct channel *channel, const struct ipc_message *msg, void *self)
{
	(void)channel;
	(void)msg;
	(void)self;
}

int
evil_run(struct process *p, const struct evil_hooks *given)
{
	evil.role = p->role;
	hooks = *given;
	declared = p;
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		p->handlers[t] = ignore;
	p->open = open_all;
	p->adopt = adopt;
	p->warm = warm;
	return process_run(p);
}
