/* SPDX-License-Identifier: ISC */
/*
 * audit: the append-only log of every use of every key (I4).
 *
 * Records are queued, written together and synced by a thread that does nothing
 * else, so that a hung disk cannot hang the broker; who must know that his
 * record is on the disk is told then, or that the disk does not answer.
 * Before each write the log is looked at: unlinked, renamed, replaced,
 * shortened or full, nothing is written and every waiting one is refused, with
 * the reason. It recovers by itself when the cause is gone; a log that is lost
 * stays lost until the administrator starts a new one (audit_accept), which is
 * recorded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/audit_record.h"

struct audit;
struct err;
struct event_base;
struct secret;

#define AUDIT_QUEUE_MAX 8192	/* records that wait for a disk */
#define AUDIT_QUEUE_USES_MAX 4096	/* of those that a proxy can cause */

/*
 * Called once for each audit_append_and_wait(), never before it has returned:
 * ERR_NONE when the record is on the disk, else ERR_AUDIT_UNAVAILABLE.
 */
typedef void audit_done(void *waiter, const struct err *);

/* Called when the log wants a new segment of that number. */
typedef void audit_wants_segment(uint32_t number, void *arg);

/* NULL with ERR_NO_MEMORY. */
struct audit *audit_new(struct event_base *, uint64_t segment_len,
    audit_wants_segment *, void *arg, struct err *);
void audit_free(struct audit *);

/*
 * Before the end: refuses all who wait, writes what is queued, and signs it, if
 * it can within a few seconds.
 */
void audit_finish(struct audit *);

/* Descriptors from the supervisor; all are taken over. */
void audit_take_folder(struct audit *, int fd);
void audit_take_segment(struct audit *, int fd, uint32_t number);
void audit_take_log(struct audit *, int fd, uint32_t number);

/*
 * False when the kernel would not read the first one taken: what stands in it is
 * not known, so it must not be judged.
 */
bool audit_was_read(const struct audit *, struct err *);

/*
 * The administrator accepts the log taken last in place of a lost one, if one
 * was lost.  A disk that hangs is waited for first.
 */
void audit_accept(struct audit *);
/* The number of the last record before that; 0: none was lost. */
uint64_t audit_lost_seq(const struct audit *);

/* The writer's thread; after Landlock, before seccomp. */
bool audit_start_thread(struct audit *, struct err *);

/* What records carry and checkpoints are signed with (borrowed; or NULL). */
void audit_set_vault(struct audit *, uint64_t generation,
    const struct secret *signing);

/* Queues a record; time and generation are filled in. */
void audit_append(struct audit *, struct audit_record *);
/* false, with *err and without a call to 'done', when the queue is full. */
bool audit_append_and_wait(struct audit *, struct audit_record *,
    audit_done *, void *waiter, struct err *);
/* 'done' will not be called; a record not yet written is dropped. */
void audit_cancel(struct audit *, const void *waiter);

/* A signature over the head, now, when there is something new. */
void audit_checkpoint(struct audit *);

/* Can it be written?  ERR_AUDIT_UNAVAILABLE with the reason, else ERR_NONE. */
void audit_state(struct audit *, struct err *);

/*
 * The hash of record number 'seq'; AUDIT_REMOVED when the oldest segment that
 * is there begins later.
 */
enum audit_found { AUDIT_ABSENT, AUDIT_REMOVED, AUDIT_FOUND };
enum audit_found audit_find(const struct audit *, uint64_t seq,
    uint8_t hash[32]);

/* The last record that was written. */
struct audit_last audit_last(const struct audit *);
void audit_head(const struct audit *, uint8_t hash[32]);

/* Read-only descriptors of the segments, oldest first; borrowed. */
size_t audit_n_segments(const struct audit *);
int audit_segment(const struct audit *, size_t i, uint32_t *number,
    uint64_t *len);
