/* SPDX-License-Identifier: ISC */
/*
 * evil: one of our processes in an attacker's hands.
 *
 * Test builds of five roles, never installed.  Each starts as the real one
 * does: the same skeleton, the same descriptors, the same sandbox.  When it is
 * confined it does what the file "evil.conf" beside the executable says, and
 * tells on the FIFO named there, which was opened before.  It keeps its ends of
 * the pairs raw, so that it can send what no channel would.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/process/process.h"

#define EVIL_PEERS_MAX 1024	/* as many as a greedy broker may get */
#define EVIL_WORD_MAX 192

struct evil_peer {
	enum role role;
	uint32_t number;
	int fd;
	struct event *readable;
};

/* What evil.conf may set: lines "name value". */
struct evil_script {
	char report[EVIL_WORD_MAX];	/* a FIFO */
	char step[EVIL_WORD_MAX];
	char peer[EVIL_WORD_MAX];	/* whom it is done to */
	char kind[EVIL_WORD_MAX];	/* which of several */
	char token[EVIL_WORD_MAX];	/* SHA-256 in hexadecimal */
	char origin[EVIL_WORD_MAX];	/* SHA-256 in hexadecimal */
	char provider[EVIL_WORD_MAX];
	char port[EVIL_WORD_MAX];
};

struct evil {
	enum role role;
	struct evil_script script;
	int report;
	struct evil_peer peers[EVIL_PEERS_MAX];
	size_t n_peers;
	int hands[HAND_KINDS];	/* what else it was handed; -1: none */
	int file, pipe;		/* descriptors of the wrong kind to send */
};

extern struct evil evil;

/* What one role does beyond what all do.  NULL: nothing. */
struct evil_hooks {
	/* Called in the event loop, once, when it is confined. */
	void (*begin)(void);
	/* Called with each packet of a peer; it is released afterwards. */
	void (*received)(struct evil_peer *, struct ipc_packet *);
	/* Called when a pair has come, also later on. */
	void (*met)(struct evil_peer *);
};

/* The rest of main(): 'p' names role, sandbox and is_ready_later. */
int evil_run(struct process *p, const struct evil_hooks *);

/* One line on the FIFO. */
void evil_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool evil_is_step(const char *);
/* NULL when there is none.  SUPERVISOR is one, too. */
struct evil_peer *evil_find(enum role);

/* Calls back after so many milliseconds, once. */
void evil_later(unsigned ms, void (*what)(void));

/* Any bytes, any number of descriptors; false when the kernel refused. */
bool evil_send(int fd, const void *bytes, size_t len, const int *fds,
    size_t n_fds);
/* A packet with a right header. */
bool evil_send_message(int fd, enum ipc_type, const void *body, size_t body_len,
    const void *tail, size_t tail_len, int passed);

void evil_random(void *bytes, size_t len);

/* Whatever the role may send to that peer, lawful in form, random in content. */
void evil_talk_nonsense(struct evil_peer *, unsigned n_of_each);
/* One thing that no process of ours does: script.kind says which. */
void evil_break_rules(struct evil_peer *);
