/* SPDX-License-Identifier: ISC */
/*
 * audit_parts: what audit.c (the queue), audit_write.c (writing) and
 * audit_take.c (which file) share.
 */
#pragma once

#include <stdbool.h>
#include <event2/util.h>
#include <sys/queue.h>
#include <time.h>

#include "broker/audit.h"
#include "broker/audit_batch.h"
#include "broker/audit_log.h"
#include "broker/audit_segments.h"
#include "broker/audit_writer.h"

struct event;

struct item {
	STAILQ_ENTRY(item) next;
	struct audit_record record;
	audit_done *done;	/* NULL: nobody waits */
	void *waiter;
};

STAILQ_HEAD(item_queue, item);

struct audit {
	struct audit_log log;
	int offered_fd;		/* handed, not yet accepted; -1: none */
	uint32_t offered_number;
	struct audit_segments segments;
	uint64_t segment_len;
	struct audit_chain chain;
	uint64_t last_generation;	/* of the vault, in the last line */
	struct item_queue queued;	/* not yet written */
	struct item_queue writing;	/* given to the writer */
	size_t n_queued;
	struct audit_batch batch;	/* the writer's while it is busy */
	unsigned n_unsigned;	/* records since the last checkpoint */
	bool has_started;	/* the end of the log is known */
	bool is_rotating;
	unsigned n_lost;	/* records that found no room */
	bool is_accepting;	/* as soon as the writer has answered */
	uint64_t lost_seq;	/* the last record before a lost log's end */
	bool is_hung;		/* the writer does not answer */
	bool is_finishing;
	struct err broken;	/* why it cannot be written; ERR_NONE */
	uint64_t generation;
	const struct secret *signing;
	bool has_to_sign;	/* this file or this key has not signed yet */
	struct audit_writer *writer;
	struct event *turn, *every_minute;
	struct event *hang;	/* pending: the writer has a job */
	struct event *sync_soon;	/* pending: written, nobody waits */
	audit_wants_segment *wants;
	void *arg;
};

uint64_t audit_now_ms(void);

/* The next turn of writing, unless one is due already. */
void audit_schedule(struct audit *, time_t seconds);

/* The log cannot be written: refuse, say it once, try again later. */
void audit_fail(struct audit *, const struct err *);
void audit_refuse_queued(struct audit *, const struct err *);

/* The head, to the log of the processes. */
void audit_tell_head(const struct audit *);

/* Queued before all others: what is written first must be said first. */
void audit_prepend(struct audit *, struct audit_record *);
/* It signs the line that it was to follow: another one comes in between. */
void audit_drop_checkpoint(struct audit *);

/* What the event loop calls: audit_write.c. */
void audit_on_turn(evutil_socket_t, short, void *audit);
void audit_on_sync_soon(evutil_socket_t, short, void *audit);
void audit_on_hang(evutil_socket_t, short, void *audit);
void audit_on_written(const struct audit_job *, void *audit);
