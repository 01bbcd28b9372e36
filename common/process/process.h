/* SPDX-License-Identifier: ISC */
/*
 * process: what every child of the supervisor has in common, in the one right
 * order.
 *
 *	begin -> SETTINGS: open() -> HAND...: adopt() -> CONFINE: Landlock,
 *	warm(), seccomp -> READY -> serve -> STOP: stop() -> close()
 *
 * Descriptor 3 is the channel to the supervisor; 0 to 2 are the supervisor's;
 * everything else is closed at once.  open(), adopt() and warm() are the last
 * code that may touch what the sandbox takes away, and no untrusted byte has
 * been read by then.  From then on only handlers run.
 */
#pragma once

#include <stdbool.h>

#include "common/process/channel.h"

struct err;
struct event_base;
struct sandbox;
struct sandbox_folder;
struct settings;

#define PROCESS_SUPERVISOR_FD 3
#define PROCESS_FOLDERS_MAX 4

struct process {
	enum role role;
	const struct sandbox *sandbox;	/* required: there is no default */
	ipc_handler *handlers[IPC_TYPES];	/* NULL: not for this process */

	/* Makes the object that the others get as 'self'; NULL and *err. */
	void *(*open)(struct err *);
	/* Takes *fd with take_fd() if it wants it; also called while serving. */
	bool (*adopt)(void *self, const struct ipc_hand *, int *fd,
	    struct err *);
	/* Threads and libraries' first uses; NULL: nothing to warm. */
	bool (*warm)(void *self, struct err *);
	/* The supervisor wants it to end; calls process_end() when it may. */
	void (*stop)(void *self, uint32_t grace_ms);
	/* process_settings() has changed; NULL: it is looked at each time. */
	void (*reload)(void *self);
	/* A channel that adopt() made has ended; drops what hangs on it. */
	channel_closed *closed;
	void (*close)(void *self);
	/* It calls process_ready() itself, when it can serve. */
	bool is_ready_later;
};

/* Runs until the supervisor asks for the end or is gone; an exit status. */
int process_run(const struct process *);

/* For the process's own code, from open() on. */
struct event_base *process_base(void);
const struct settings *process_settings(void);
struct channel *process_supervisor(void);
const struct dispatcher *process_dispatcher(void);

/* A channel from a HAND_CHANNEL; takes *fd. */
struct channel *process_adopt_channel(const struct ipc_hand *, int *fd,
    struct err *);

/* A folder that stays reachable; before CONFINE only, at most 4. */
void process_keep_folder(int fd, bool is_written);

/* READY, once; only for a process that is ready later. */
void process_ready(void);

/* Leaves the event loop; process_run() then closes and returns. */
void process_end(int exit_status);
