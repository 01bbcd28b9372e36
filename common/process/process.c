/* SPDX-License-Identifier: ISC */
#include "common/process/process.h"

#include <assert.h>
#include <event2/event.h>
#include <poll.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/confine/sandbox.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/demonstration.h"
#include "common/scoped.h"
#include "common/settings.h"
#include "common/waiver.h"

/* There is one process in a process. */
static struct {
	const struct process *declared;
	void *self;
	struct event_base *base;
	struct settings settings;
	struct channel *supervisor;
	struct dispatcher dispatcher;
	struct sandbox_folder folders[PROCESS_FOLDERS_MAX];
	size_t n_folders;
	struct ipc_ready ready;
	bool is_confined;
	bool is_handed;		/* more than a demonstration may have */
	bool is_demonstrated;
	int exit_status;
} here;

static ipc_handler *handlers[IPC_TYPES];

struct event_base *
process_base(void)
{
	return here.base;
}

const struct settings *
process_settings(void)
{
	return &here.settings;
}

struct channel *
process_supervisor(void)
{
	return here.supervisor;
}

const struct dispatcher *
process_dispatcher(void)
{
	return &here.dispatcher;
}

struct channel *
process_adopt_channel(const struct ipc_hand *hand, int *fd, struct err *err)
{
	if (hand->role >= ROLES) {
		err_set(err, ERR_IPC_BROKEN, "channel to role %u", hand->role);
		return NULL;
	}
	return channel_new(&here.dispatcher, take_fd(fd),
	    (enum role)hand->role, hand->number, err);
}

void
process_keep_folder(int fd, bool is_written)
{
	assert(!here.is_confined && here.n_folders < PROCESS_FOLDERS_MAX);
	here.folders[here.n_folders++] = (struct sandbox_folder) {
	    fd, is_written ? SANDBOX_WRITE : SANDBOX_READ };
}

void
process_ready(void)
{
	channel_send_body(here.supervisor, IPC_READY, &here.ready);
}

void
process_end(int exit_status)
{
	here.exit_status = exit_status;
	event_base_loopbreak(here.base);
}

static void
to_supervisor(enum log_level level, const char *text, size_t len)
{
	struct ipc_log line = { .level = level };

	/* A full queue loses lines, never time. */
	ipc_send(PROCESS_SUPERVISOR_FD, &(struct ipc_outgoing) {
	    .type = IPC_LOG, .body = &line, .tail = text, .tail_len = len,
	    .fd = -1 }, &(struct err) { 0 });
}

/* In a signal handler: one packet, made on the stack, or nothing. */
static void
say_last_word(uint32_t call)
{
	struct {
		struct ipc_header header;
		struct ipc_stopped_at body;
	} packet = { { IPC_VERSION, IPC_STOPPED_AT }, { .call = call } };

	/* Nobody is left who could be told that it was not sent. */
	if (write(PROCESS_SUPERVISOR_FD, &packet, sizeof packet) == -1)
		return;
}

static bool
adopt(const struct ipc_message *msg, struct err *err)
{
	const struct ipc_hand *hand = msg->body;

	/* Folders and roots: what the walls are built with. */
	here.is_handed |= hand->kind != HAND_CA_BUNDLE &&
	    hand->kind != HAND_ROUTING_FOLDER &&
	    hand->kind != HAND_CLOUD_FOLDER && hand->kind != HAND_RUNS_FOLDER;
	if (hand->kind == HAND_NOTHING || hand->kind >= HAND_KINDS)
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	return here.declared->adopt(here.self, hand, msg->fd, err);
}

/* All walls but the filter. */
static bool
confine_half(struct err *err)
{
	const struct process *p = here.declared;

	sandbox_waive(waiver_of(here.settings.waive, p->role));
	return sandbox_confine_files(p->sandbox, here.folders, here.n_folders,
	    err) && (p->warm == NULL || p->warm(here.self, err));
}

static bool
confine(struct err *err)
{
	const struct process *p = here.declared;

	if (!confine_half(err) ||
	    !sandbox_confine_calls(p->sandbox, &here.ready, err))
		return false;
	here.is_confined = true;
	return true;
}

/* Instead of CONFINE: it will never serve, and has nothing to serve with. */
static bool
demonstrate(struct err *err)
{
	const struct process *p = here.declared;

	here.is_demonstrated = true;
	if (!demonstration_open(err) || !confine_half(err) ||
	    !demonstration_run(p->sandbox, p->role, PROCESS_SUPERVISOR_FD,
	    err))
		return false;
	return sandbox_confine_calls(p->sandbox, &here.ready, err) &&
	    ipc_send(PROCESS_SUPERVISOR_FD, &(struct ipc_outgoing) {
	    .type = IPC_READY, .body = &here.ready, .fd = -1 }, err);
}

/* What may come before CONFINE, and in which order. */
static bool
step(const struct ipc_message *msg, struct err *err)
{
	if (msg->type == IPC_SETTINGS && here.self == NULL) {
		const struct ipc_settings *body = msg->body;

		here.settings = body->settings;
		log_set_level(log_level_of(here.settings.log_level));
		here.self = here.declared->open(err);
		here.dispatcher.self = here.self;
		return here.self != NULL;
	}
	if (msg->type == IPC_HAND && here.self != NULL)
		return adopt(msg, err);
	if (msg->type == IPC_CONFINE && here.self != NULL &&
	    !here.is_demonstrated)
		return confine(err);
	if (msg->type == IPC_DEMONSTRATE && here.self != NULL &&
	    !here.is_handed && !here.is_demonstrated)
		return demonstrate(err);
	return err_set(err, ERR_IPC_BROKEN, "%s: out of order",
	    ipc_declarations[msg->type].name);
}

/* Until CONFINE: one message at a time, no event loop. */
static bool
prepare(struct err *err)
{
	static struct ipc_packet packet;
	struct pollfd readable = { PROCESS_SUPERVISOR_FD, POLLIN, 0 };
	struct ipc_message msg;

	while (!here.is_confined) {
		enum ipc_received got;
		bool ok;

		poll(&readable, 1, -1);	/* the supervisor's end is our end */
		got = ipc_receive(PROCESS_SUPERVISOR_FD, &packet, err);
		if (got == IPC_NOTHING_YET)
			continue;
		if (got == IPC_CLOSED)
			return err_set(err, ERR_INTERNAL, "supervisor is gone");
		ok = got == IPC_GOT && ipc_check(&msg, &packet, SUPERVISOR,
		    here.declared->role, err) && step(&msg, err);
		ipc_packet_release(&packet, PLAIN);
		if (!ok)
			return false;
	}
	return true;
}

static void
on_hand(struct channel *channel, const struct ipc_message *msg, void *self)
{
	struct err err = { 0 };

	(void)channel;
	(void)self;
	if (adopt(msg, &err))
		return;
	log_err(role_name(here.declared->role), &err);
	/* It comes once: without it we are deaf, and our successor is not. */
	if (err.code == ERR_NO_MEMORY)
		process_end(EX_OSERR);
}

static void
on_stop(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_stop *stop = msg->body;

	(void)channel;
	if (here.declared->stop != NULL)
		here.declared->stop(self, stop->grace_ms);
	else
		process_end(EX_OK);
}

static void
on_reload(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_settings *body = msg->body;

	(void)channel;
	here.settings = body->settings;
	log_set_level(log_level_of(here.settings.log_level));
	if (here.declared->reload != NULL)
		here.declared->reload(self);
}

static void
on_ping(struct channel *channel, const struct ipc_message *msg, void *self)
{
	(void)self;
	channel_send_body(channel, IPC_PONG, msg->body);
}

static void
on_closed(struct channel *channel, void *self)
{
	/* Nobody would restart us, nobody would stop us: go. */
	if (channel == here.supervisor) {
		here.supervisor = NULL;
		process_end(EX_OK);
	} else if (here.declared->closed != NULL)
		here.declared->closed(channel, self);
}

static void
on_suspect(struct channel *channel, void *self)
{
	struct ipc_suspect suspect = { channel_peer(channel),
	    channel_number(channel) };

	(void)self;
	if (here.supervisor != NULL && channel != here.supervisor)
		channel_send_body(here.supervisor, IPC_SUSPECT, &suspect);
}

/* Before the loop runs it can be sent to: what it receives waits. */
static bool
open_supervisor(struct err *err)
{
	for (enum ipc_type t = 0; t < IPC_TYPES; t++)
		handlers[t] = here.declared->handlers[t];
	handlers[IPC_HAND] = on_hand;
	handlers[IPC_STOP] = on_stop;
	handlers[IPC_PING] = on_ping;
	handlers[IPC_RELOAD] = on_reload;
	here.supervisor = channel_new(&here.dispatcher, PROCESS_SUPERVISOR_FD,
	    SUPERVISOR, 0, err);
	return here.supervisor != NULL;
}

static bool
serve(struct err *err)
{
	if (!here.declared->is_ready_later)
		process_ready();
	return event_base_dispatch(here.base) != -1 ||
	    err_set(err, ERR_START_FAILED, "event loop");
}

/* Without threads, and so without locks, in every role's loop. */
static struct event_base *
make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK |
	    EVENT_BASE_FLAG_IGNORE_ENV);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

/*
 * What a role has to say goes through its channel, where it is counted and
 * marked as its own.  The supervisor's log, or terminal, is no role's to write
 * or to read.  Only a sanitizer has no other way to be heard.
 */
static bool
leave_log(void)
{
#ifdef SANDBOX_SANITIZED
	return true;
#else
	return dup2(STDIN_FILENO, STDOUT_FILENO) != -1 &&
	    dup2(STDIN_FILENO, STDERR_FILENO) != -1;
#endif
}

/* Nothing but our channel is left of what the supervisor had. */
static bool
begin(struct err *err)
{
	if (!sandbox_begin(err))
		return false;
	if (close_range(PROCESS_SUPERVISOR_FD + 1, ~0u, 0) == -1 ||
	    !leave_log())
		return err_set_os(err, ERR_START_FAILED, "descriptors");
	here.base = make_base();
	return here.base != NULL ||
	    err_set_os(err, ERR_START_FAILED, "event base");
}

int
process_run(const struct process *declared)
{
	struct err err = { 0 };
	bool ok;

	assert(declared->sandbox != NULL && declared->open != NULL &&
	    declared->adopt != NULL);
	here.declared = declared;
	here.exit_status = EX_OK;
	log_set_sink(to_supervisor);
	sandbox_set_last_word(say_last_word);
	ok = begin(&err);
	tzset();	/* the C library reads a file at the first date */
	here.dispatcher = (struct dispatcher) { .role = declared->role,
	    .base = here.base, .handlers = handlers, .closed = on_closed,
	    .suspect = on_suspect };
	ok = ok && open_supervisor(&err) && prepare(&err) && serve(&err);
	if (!ok) {
		log_err(role_name(declared->role), &err);
		here.exit_status = err_exit_status(err.code);
	}
	if (here.self != NULL && declared->close != NULL)
		declared->close(here.self);
	return here.exit_status;
}
