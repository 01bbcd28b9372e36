/* SPDX-License-Identifier: ISC */
/*
 * audit_parts: what audit.c (writing) and audit_take.c (which file) share.
 */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>
#include <time.h>

#include "broker/audit.h"
#include "broker/audit_batch.h"
#include "broker/audit_log.h"
#include "broker/audit_segments.h"
#include "broker/audit_sync.h"

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
	struct item_queue unsynced;	/* written, somebody waits */
	size_t n_queued;
	bool has_started;	/* the end of the log is known */
	bool is_rotating;
	unsigned n_lost;	/* records that found no room */
	int retired_fd;		/* was being synced when replaced; -1 */
	struct err broken;	/* why it cannot be written; ERR_NONE */
	bool is_whole;		/* the last batch went to the file whole */
	uint64_t generation;
	const struct secret *signing;
	struct audit_sync *sync;
	struct event *turn, *every_minute;
	struct event *sync_soon;	/* pending: written, nobody waits */
	audit_wants_segment *wants;
	void *arg;
};

/* The next turn of writing, unless one is due already. */
void audit_schedule(struct audit *, time_t seconds);

/* The log cannot be written: refuse, say it once, try again later. */
void audit_fail(struct audit *, const struct err *);

/* The head, to the log of the processes. */
void audit_tell_head(const struct audit *);

/* Queued before all others: what is written first must be said first. */
void audit_prepend(struct audit *, struct audit_record *);
