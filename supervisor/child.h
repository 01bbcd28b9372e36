/* SPDX-License-Identifier: ISC */
/*
 * child: one process of ours, from fork to burial.
 *
 * child_state.c says which state comes next; child.c does what it demands:
 * fork and exec, arm the timer, ask to stop, kill.  Who the child talks to and
 * what it is handed is the wiring's business, called back at the right moment.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "common/install.h"
#include "common/process/channel.h"
#include "supervisor/child_state.h"
#include "supervisor/restart.h"

struct child;
struct err;
struct event;

#define CHILD_START_TIMEOUT_MS 10000
#define CHILD_KILL_TIMEOUT_MS 2000	/* beyond the grace of a stop */
/* What a derivation may take; its own limits are shorter. */
#define CHILD_DERIVE_MS 120000

enum child_life { CHILD_FOR_EVER, CHILD_FOR_ONE_JOB };

struct child_hooks {
	/* Called in a starting child's parent: wire it and hand it things. */
	void (*started)(struct child *, void *owner);
	/* Called when its state has changed. */
	void (*changed)(struct child *, enum child_state before, void *owner);
	void *owner;
};

/* Whose fault a death is: its own, another's who accused it, or nobody's. */
enum child_blame { CHILD_TO_BLAME, CHILD_BLAMELESS, CHILD_UNWANTED };

struct child {
	LIST_ENTRY(child) next;	/* the owner's list */
	const struct child_hooks *hooks;
	const struct dispatcher *dispatcher;
	enum role role;
	enum child_life life;
	uint32_t number;	/* of an egress; else 0 */
	struct ipc_name provider;	/* of an egress */
	bool is_orphan;		/* an egress whose broker has died */
	enum child_state state;
	struct install_user user;	/* whom it becomes; 0: stays who we are */
	int program;		/* O_PATH of its executable; borrowed */
	pid_t pid;		/* 0: none */
	int pidfd;		/* -1: none */
	struct channel *channel;	/* NULL: none */
	struct event *exited, *timer;
	struct restart_history restarts;	/* deaths of its own */
	struct restart_history kills;	/* by us, for what others said */
	enum child_blame blame;	/* for the death that we see to */
	uint32_t n_restarts;
	uint64_t started_ms;	/* CLOCK_BOOTTIME */
	uint32_t grace_ms;	/* of the stop under way */
	unsigned waived;	/* what it may miss: enum waiver */
	char last_error[ERR_ABOUT_MAX];	/* that it told of while starting */
	uint64_t longest_ms;	/* that a job may take; 0: see child.c */
	struct ipc_ready ready;
	bool was_stopped;	/* by its sandbox, it said, at the call */
	uint32_t stopped_at;
	uint64_t ping, pong;	/* the last numbers sent and answered */
	bool has_capabilities;	/* as the kernel says */
	uint64_t lines_since_ms;	/* of its log: this second's */
	uint32_t n_lines;
};

/* In state ABSENT.  NULL with ERR_NO_MEMORY.  Free with child_free(). */
struct child *child_new(enum role, enum child_life, int program,
    const struct dispatcher *, const struct child_hooks *);

/* Kills it if it runs.  NULL is allowed. */
void child_free(struct child *);

void child_start(struct child *);
void child_stop(struct child *, uint32_t grace_ms);

/* At once; it restarts as after a crash, and is parked only if it is to blame. */
void child_kill(struct child *, enum child_blame);

/* Its READY has come; what it says is compared with what the kernel says. */
void child_on_ready(struct child *, const struct ipc_ready *);

/* Its channel has ended; the process is expected to follow. */
void child_on_channel_closed(struct child *);

/* Hands a descriptor; takes it over. */
void child_hand(struct child *, enum hand_kind, enum role peer,
    uint32_t number, int fd);

/* "egress 3"; "proxy". */
#define CHILD_NAME_TEXT 32	/* bytes, with the NUL */
void child_name(const struct child *, char text[CHILD_NAME_TEXT]);

/* Milliseconds of CLOCK_BOOTTIME. */
uint64_t child_now_ms(void);
