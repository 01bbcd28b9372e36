/* SPDX-License-Identifier: ISC */
#include "supervisor/supervisor.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/commands.h"
#include "common/scoped.h"
#include "common/waiver.h"
#include "supervisor/key_drop.h"
#include "supervisor/notify.h"
#include "supervisor/opening.h"
#include "supervisor/parked.h"
#include "supervisor/privileges.h"
#include "supervisor/syncing.h"
#include "supervisor/watchdog.h"
#include "supervisor/wiring.h"

#define STOP_GRACE_MS 10000	/* for requests in flight */
#define LOCKED_MAX (64 << 20)	/* bytes of memory that a child may lock */

void
supervisor_tell_ready(struct supervisor *s, const struct err *err)
{
	char text[ERR_TEXT_MAX];
	int n;

	if (s->is_told_ready || s->options.ready_fd == -1)
		return;
	s->is_told_ready = true;
	n = err == NULL ? snprintf(text, sizeof text, "ok\n") :
	    snprintf(text, sizeof text, "error %s %s%s%s\n",
	    err_name(err->code), err->about, err->os != 0 ? ": " : "",
	    err->os != 0 ? strerror(err->os) : "");
	if (write(s->options.ready_fd, text, (size_t)n) == -1)
		log_warning("supervisor: whoever started us is gone");
	close(s->options.ready_fd);
}

bool
supervisor_is_daemon(const struct supervisor *s)
{
	return s->options.attached_fd == -1;
}

bool
supervisor_is_system(const struct supervisor *s)
{
	return s->options.install.kind == INSTALL_SYSTEM;
}

/* The owner of a user install and whom he names; in a system install all. */
static bool
resolve_users(const struct supervisor *s, struct settings *settings,
    struct err *err)
{
	char list[sizeof settings->users], passwd[HOME_PATH_MAX + 16];
	struct allowed_users numbers = { settings->users,
	    sizeof settings->users };

	memcpy(list, settings->users, sizeof list);
	snprintf(passwd, sizeof passwd, "%s/etc/passwd",
	    s->options.install.root);
	if (!supervisor_is_system(s))
		snprintf(settings->users, sizeof settings->users, "%u",
		    geteuid());
	else
		snprintf(settings->users, sizeof settings->users, "%s",
		    list[0] == '\0' ? ALLOWED_USERS_ALL : "");
	return allowed_users_resolve(&numbers, list, passwd, err);
}

bool
supervisor_read_settings(struct supervisor *s, struct err *err)
{
	AUTO_FREE char *text = NULL;
	struct settings settings;
	size_t len = 0;

	settings_default(&settings);
	if (!home_read(s->settings_folder, "cofferdam.conf",
	    SETTINGS_FILE_MAX, &text, &len, err)) {
		if (err->os != ENOENT)
			return false;
		*err = (struct err) { 0 };
	} else if (!settings_parse(&settings, text, len, err))
		return false;
	if (!resolve_users(s, &settings, err))
		return false;
	if (s->options.listen[0] != '\0')
		snprintf(settings.listen, sizeof settings.listen, "%s",
		    s->options.listen);
	/* What is waived was recorded at the start, and holds until the end. */
	if (s->broker != NULL)
		memcpy(settings.waive, s->settings.waive,
		    sizeof settings.waive);
	s->settings = settings;
	log_set_level(log_level_of(settings.log_level));
	return true;
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	(void)what;
	if (number == SIGUSR1)
		key_drop_now(arg);
	else
		supervisor_stop(arg);
}

static void
on_attached(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;
	char byte;

	(void)what;
	if (read(fd, &byte, 1) != 0)
		return;
	event_del(s->attached);
	s->is_left = true;
	/* Another command may have asked for what is under way. */
	if (s->syncer == NULL)
		supervisor_stop(s);
}

static void
on_bury(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;
	struct child *c;

	(void)fd;
	(void)what;
	while ((c = LIST_FIRST(&s->dead)) != NULL) {
		LIST_REMOVE(c, next);
		child_free(c);
	}
}

static bool
is_serving(const struct supervisor *s)
{
	return s->broker->state == CHILD_RUNNING &&
	    s->connector->state == CHILD_RUNNING &&
	    (s->proxy == NULL || s->proxy->state == CHILD_RUNNING);
}

/* The order in which the children go: who is asked last is needed longest. */
static void
stop_next(struct supervisor *s)
{
	static const enum role order[] = { PROXY, SYNCER, EGRESS, KDF, BROKER,
	    CONNECTOR };
	struct child *c;

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		bool is_waiting = false;

		/* What the proxy wrote to the end is sent, for some seconds. */
		if (order[i] == SYNCER && syncing_drains(s))
			return;
		LIST_FOREACH(c, &s->children, next)
			if (c->role == order[i] && c->state != CHILD_ABSENT) {
				is_waiting = true;
				if (c->state != CHILD_STOPPING)
					child_stop(c, order[i] == PROXY ?
					    STOP_GRACE_MS : 2000);
			}
		if (is_waiting)
			return;
	}
	event_base_loopbreak(s->base);
}

/* They stream on without it; the broker that comes will not know them. */
static void
orphan_egresses(struct supervisor *s)
{
	struct child *c;

	LIST_FOREACH(c, &s->children, next)
		if (c->role == EGRESS)
			c->is_orphan = true;
}

static void
on_changed(struct child *c, enum child_state before, void *owner)
{
	struct supervisor *s = owner;
	struct timeval now = { 0, 0 };

	parked_look(s, c);
	if (c == s->broker && before == CHILD_RUNNING)
		orphan_egresses(s);
	if (c->role == EGRESS && s->broker->channel != NULL) {
		struct ipc_egress egress = { .number = c->number };

		if (c->state == CHILD_RUNNING)
			channel_send_body(s->broker->channel,
			    IPC_EGRESS_READY, &egress);
		else if (c->state == CHILD_ABSENT)
			channel_send_body(s->broker->channel,
			    IPC_EGRESS_GONE, &egress);
	}
	if (c->role == EGRESS && before == CHILD_STARTING &&
	    c->state == CHILD_ABSENT && c->blame == CHILD_TO_BLAME)
		egress_deaths_note(&s->egress_deaths, &c->provider,
		    child_now_ms());
	if (c->state == CHILD_ABSENT)
		syncing_child_ended(s, c);
	if (c->life == CHILD_FOR_ONE_JOB && c->state == CHILD_ABSENT) {
		LIST_REMOVE(c, next);
		LIST_INSERT_HEAD(&s->dead, c, next);
		event_add(s->bury, &now);
	}
	if (s->is_left && s->syncer == NULL)
		supervisor_stop(s);
	if (s->is_stopping) {
		stop_next(s);
		return;
	}
	if (c->state == CHILD_PARKED && !s->is_told_ready &&
	    s->options.ready_fd != -1) {
		struct err err;

		err_set(&err, ERR_START_FAILED, "%s", c->last_error[0] != '\0' ?
		    c->last_error : role_name(c->role));
		supervisor_tell_ready(s, &err);
		s->exit_status = err_exit_status(ERR_START_FAILED);
		supervisor_stop(s);
	} else if (c->state == CHILD_RUNNING && is_serving(s)) {
		notify_send("READY=1\nSTATUS=serving");
		supervisor_tell_ready(s, NULL);
	}
}

static void
on_started(struct child *c, void *owner)
{
	wiring_connect(owner, c);
}

struct child *
supervisor_add_child(struct supervisor *s, enum role role,
    enum child_life life)
{
	struct child *c = child_new(role, life, s->programs[role],
	    &s->dispatcher, &s->hooks);

	if (c == NULL)
		return NULL;
	c->waived = waiver_of(s->settings.waive, role);
	c->user = s->users.roles[role];
	LIST_INSERT_HEAD(&s->children, c, next);
	return c;
}

static void
on_channel_closed(struct channel *channel, void *self)
{
	struct supervisor *s = self;

	if (channel_peer(channel) == CLI) {
		syncing_forget(s, channel);
		commands_closed(s->served);
	} else if (channel_data(channel) != NULL)
		child_on_channel_closed(channel_data(channel));
}

/* A child of ours sent us garbage: it is taken for compromised. */
static void
on_suspect(struct channel *channel, void *self)
{
	(void)self;
	if (channel_data(channel) != NULL)
		child_kill(channel_data(channel), CHILD_TO_BLAME);
}

static bool
add_events(struct supervisor *s, struct err *err)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGUSR1 };

	s->bury = evtimer_new(s->base, on_bury, s);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		s->signals[i] = evsignal_new(s->base, numbers[i], on_signal, s);
		if (s->signals[i] == NULL || event_add(s->signals[i], NULL))
			return err_set(err, ERR_NO_MEMORY, "signal");
	}
	if (!supervisor_is_daemon(s)) {
		s->attached = event_new(s->base, s->options.attached_fd,
		    EV_READ | EV_PERSIST, on_attached, s);
		if (s->attached == NULL || event_add(s->attached, NULL))
			return err_set(err, ERR_NO_MEMORY, "attached");
	}
	return s->bury != NULL ? key_drop_open(s, err) &&
	    watchdog_open(s, err) && syncing_open(s, err) &&
	    parked_open(s, err) :
	    err_set(err, ERR_NO_MEMORY, "timer");
}

static bool
start_children(struct supervisor *s, struct err *err)
{
	s->connector = supervisor_add_child(s, CONNECTOR, CHILD_FOR_EVER);
	s->broker = supervisor_add_child(s, BROKER, CHILD_FOR_EVER);
	if (supervisor_is_daemon(s))
		s->proxy = supervisor_add_child(s, PROXY, CHILD_FOR_EVER);
	if (s->connector == NULL || s->broker == NULL ||
	    (supervisor_is_daemon(s) && s->proxy == NULL))
		return err_set(err, ERR_NO_MEMORY, "children");
	child_start(s->connector);
	child_start(s->broker);
	if (s->proxy != NULL)
		child_start(s->proxy);
	return true;
}

static void
raise_limits(void)
{
	struct rlimit files, none = { 0, 0 };
	struct rlimit locked = { LOCKED_MAX, LOCKED_MAX };

	/* For secrets; only root may raise it, and need not be. */
	setrlimit(RLIMIT_MEMLOCK, &locked);
	/* Its limits are a superset of every child's. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setrlimit(RLIMIT_CORE, &none);
}

bool
supervisor_open(struct supervisor *s, const struct options *options,
    struct err *err)
{
	*s = (struct supervisor) { .options = *options, .home = -1,
	    .settings_folder = -1, .lock = -1, .preview = -1,
	    .exit_status = EX_OK,
	    .started_ms = child_now_ms() };
	for (int r = 0; r < ROLES; r++)
		s->commands[r] = s->programs[r] = -1;
	for (int f = 0; f < HOME_FOLDERS; f++)
		s->folders[f] = -1;
	LIST_INIT(&s->children);
	LIST_INIT(&s->dead);
	raise_limits();
	s->base = event_base_new();
	s->dispatcher = (struct dispatcher) { .role = SUPERVISOR,
	    .base = s->base, .handlers = supervisor_handlers,
	    .closed = on_channel_closed, .suspect = on_suspect, .self = s };
	s->hooks = (struct child_hooks) { on_started, on_changed, s };
	if (s->base == NULL)
		return err_set(err, ERR_NO_MEMORY, "event base");
	if (!opening_home(s, err) || !supervisor_read_settings(s, err) ||
	    !opening_programs(s, err) || !opening_sockets(s, err) ||
	    (supervisor_is_system(s) &&
	    !privileges_drop(s->users.roles[PROXY].gid, err)))
		return false;
	/* Who may enter a folder reads what is made there (install_folders.c). */
	if (supervisor_is_system(s))
		umask(027);
	s->served = commands_new(&s->dispatcher, s->commands[SUPERVISOR],
	    s->users.admin, err);
	if (s->served == NULL)
		return false;
	return add_events(s, err) && start_children(s, err);
}

void
supervisor_serve(struct supervisor *s)
{
	struct err err;

	if (event_base_dispatch(s->base) == -1) {
		err_set(&err, ERR_START_FAILED, "event loop");
		log_err("supervisor", &err);
		supervisor_tell_ready(s, &err);
		s->exit_status = err_exit_status(err.code);
	}
}

void
supervisor_stop(struct supervisor *s)
{
	if (s->is_stopping)
		return;
	log_info("supervisor: stopping");
	notify_send("STOPPING=1");
	s->is_stopping = true;
	parked_close(s);
	for (size_t i = 0; i < s->n_listeners; i++) {
		close(s->listeners[i].fd);
		s->listeners[i].fd = -1;
	}
	stop_next(s);
}

static void
close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] != -1)
			close(fds[i]);
}

void
supervisor_close(struct supervisor *s)
{
	struct child *c;

	while ((c = LIST_FIRST(&s->children)) != NULL) {
		LIST_REMOVE(c, next);
		child_free(c);
	}
	if (s->base != NULL && s->bury != NULL)
		on_bury(-1, 0, s);
	syncing_close(s);
	key_drop_close(s);
	watchdog_close(s);
	parked_close(s);
	if (s->folders[RUN_FOLDER] != -1) {
		unlinkat(s->folders[RUN_FOLDER], "supervisor.sock", 0);
		unlinkat(s->folders[RUN_FOLDER], "broker.sock", 0);
		unlinkat(s->folders[RUN_FOLDER], "proxy.sock", 0);
	}
	commands_free(s->served);
	s->commands[SUPERVISOR] = -1;
	close_all(s->commands, ROLES);
	close_all(s->programs, ROLES);
	close_all(s->folders, HOME_FOLDERS);
	if (s->settings_folder != -1)
		close(s->settings_folder);
	if (s->home != -1)
		close(s->home);
	/* The lock goes last: until here nobody else may touch the home. */
	if (s->lock != -1)
		close(s->lock);
}
