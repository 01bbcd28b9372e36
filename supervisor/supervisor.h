/* SPDX-License-Identifier: ISC */
/*
 * supervisor: starts, wires, watches and restarts the others.
 *
 * It opens files and sockets for them, hands over the ends of pairs and never
 * sees what goes over them.  From its children it believes nothing but "I am
 * ready"; their messages are intents whose only argument is a number.
 */
#pragma once

#include <stdbool.h>

#include "common/settings.h"
#include "supervisor/child.h"
#include "supervisor/egress_deaths.h"
#include "supervisor/listener.h"
#include "supervisor/options.h"

struct commands;
struct err;
struct event;
struct event_base;
struct parked;

/* Processes: those of the broker, and what the one before it has left. */
#define EGRESSES_MAX (2 * IPC_EGRESSES_MAX)

enum home_folder { VAULT_FOLDER, AUDIT_FOLDER, ROUTING_FOLDER, CLOUD_FOLDER,
	RUNS_FOLDER, RUN_FOLDER, HOME_FOLDERS };

LIST_HEAD(child_list, child);

struct supervisor {
	struct options options;
	struct settings settings;
	struct event_base *base;
	struct dispatcher dispatcher;
	struct child_hooks hooks;
	struct install_users users;	/* of a system install */
	int home, settings_folder, lock;
	int folders[HOME_FOLDERS];
	int programs[ROLES];	/* O_PATH: an upgrade does not change them */
	struct listener listeners[LISTENERS_MAX];
	size_t n_listeners;
	int commands[ROLES];	/* sockets in run/, by the role that serves */
	struct commands *served;	/* our own */
	struct child *broker, *proxy, *connector;
	struct child_list children;	/* all of them */
	struct child_list dead;	/* to be freed when nothing uses them */
	struct event *signals[3], *attached, *bury, *interval;
	struct parked *parked;	/* for who is parked */
	struct event *key_drop;	/* how long the broker has */
	struct event *watchdog;
	uint32_t watchdog_ms;	/* between two rounds; 0: nobody waits for us */
	uint64_t started_ms;	/* CLOCK_BOOTTIME */
	uint32_t n_egresses;	/* ever: the last one's number */
	uint32_t audit_number;	/* of the newest segment */
	struct egress_deaths egress_deaths;
	struct channel *sync_asker;	/* waits for SYNC_RESULT; may be NULL */
	struct child *syncer;	/* NULL when none runs */
	enum sync_task sync_task;	/* what it is for */
	bool is_left;		/* the command that it was attached to is gone */
	bool has_sync_result;	/* it has said its last word */
	bool is_sync_unwanted;	/* somebody has logged out meanwhile */
	int preview;		/* for the syncer of a dry run; -1 */
	bool is_draining;	/* the last upload before the end has begun */
	bool is_locked_on_purpose, is_stopping, is_told_ready;
	bool is_full;		/* of egresses, and has said so */
	int exit_status;
};

/* Everything until the loop.  On failure *err; supervisor_close() then. */
bool supervisor_open(struct supervisor *, const struct options *,
    struct err *);
void supervisor_serve(struct supervisor *);
void supervisor_close(struct supervisor *);

/* It stays, and serves agents; else it is one command's. */
bool supervisor_is_daemon(const struct supervisor *);
bool supervisor_is_system(const struct supervisor *);

/* To whoever started us (--ready-fd): "ok" or the error; once. */
void supervisor_tell_ready(struct supervisor *, const struct err *);

/*
 * Reads cofferdam.conf over the defaults; ERR_SETTINGS_INVALID names the line.
 */
bool supervisor_read_settings(struct supervisor *, struct err *);

/* Drains, stops the children in order, leaves the loop. */
void supervisor_stop(struct supervisor *);

/*
 * A new child of that role, listed, not yet started; NULL when out of memory.
 */
struct child *supervisor_add_child(struct supervisor *, enum role,
    enum child_life);

ipc_handler on_sync_start, on_sync_result, on_login_code,
    on_login_progress, on_runs_sent, on_sync_preview,
    on_runs_unwanted;					/* syncing.c */

/* Handlers, by whom they answer (supervisor_messages.c). */
extern ipc_handler *const supervisor_handlers[IPC_TYPES];
