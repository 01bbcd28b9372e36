/* SPDX-License-Identifier: ISC */
/*
 * audit_write: what is queued goes to the writer, a batch at a time, and whoever
 * waits is told what came of it.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/audit_parts.h"
#include "common/log.h"

#define CHECKPOINT_RECORDS 256
#define RETRY_S 1
#define SYNC_MS 500	/* until what nobody waits for is on the disk too */
#define HANG_MS 3500	/* less than a grant waits by itself (granting.c) */
#define ROTATION_RETRY_S 2
#define FINISH_MS 2000	/* a broker that ends waits no longer for a disk */

/* Only to sync when the batch is empty. */
static void
give_batch(struct audit *a, bool wants_sync)
{
	struct timeval limit = { HANG_MS / 1000, HANG_MS % 1000 * 1000 };

	if (wants_sync)
		event_del(a->sync_soon);	/* this one covers them */
	event_add(a->hang, &limit);
	audit_writer_give(a->writer, &a->log, a->batch.text, a->batch.len,
	    wants_sync);
}

static void
sync_now(struct audit *a)
{
	audit_batch_start(&a->batch, &a->chain);
	give_batch(a, true);
}

static void
sync_soon(struct audit *a)
{
	struct timeval soon = { 0, SYNC_MS * 1000 };

	if (!evtimer_pending(a->sync_soon, NULL))
		event_add(a->sync_soon, &soon);
}

/* Asked for until it comes: the supervisor's disk may be full too. */
static void
ask_for_segment(struct audit *a)
{
	a->wants(a->log.number + 1, a->arg);
	audit_schedule(a, ROTATION_RETRY_S);
}

static void
rotate_if_full(struct audit *a)
{
	if (a->is_rotating || a->is_finishing ||
	    a->log.len < a->segment_len)
		return;
	/* What nobody waits for too, while this file is still ours to sync. */
	if (evtimer_pending(a->sync_soon, NULL)) {
		sync_now(a);
		return;
	}
	a->is_rotating = true;
	ask_for_segment(a);
}

/* That a line was torn is told first, in the line that follows it. */
static void
write_queued(struct audit *a)
{
	struct audit_record torn = { .event = AUDIT_TORN,
	    .time_ms = audit_now_ms(), .generation = a->generation };
	bool wants_sync = a->broken.code != ERR_NONE || a->is_finishing;
	struct audit_batch *b = &a->batch;
	struct item *i;

	audit_batch_start(b, &a->chain);
	audit_batch_mend(b, &a->log.torn, &torn);
	while (b->n < AUDIT_BATCH_LINES &&
	    (i = STAILQ_FIRST(&a->queued)) != NULL) {
		STAILQ_REMOVE_HEAD(&a->queued, next);
		STAILQ_INSERT_TAIL(&a->writing, i, next);
		a->n_queued--;
		a->n_unsigned += i->record.event != AUDIT_CHECKPOINT;
		audit_batch_add(b, &i->record);
		wants_sync = wants_sync || i->done != NULL;
	}
	give_batch(a, wants_sync);
}

/* Whoever asks while nothing can be written is told why at once. */
static void
refuse_at_once(struct audit *a)
{
	struct err why = a->broken;

	if (a->is_hung || (!a->has_started && a->offered_fd != -1))
		audit_fail(a, &why);
}

void
audit_on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	refuse_at_once(a);
	if (a->is_rotating)
		ask_for_segment(a);
	if (!a->has_started || a->is_rotating ||
	    audit_writer_is_busy(a->writer))
		return;		/* each of these calls again when it is over */
	if (a->n_unsigned >= CHECKPOINT_RECORDS)
		audit_checkpoint(a);
	if (!STAILQ_EMPTY(&a->queued))
		write_queued(a);
	else
		rotate_if_full(a);
}

void
audit_on_sync_soon(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	if (audit_writer_is_busy(a->writer))
		sync_soon(a);
	else if (a->log.fd != -1)
		sync_now(a);
}

/* Their lines may still come to be there; their use does not. */
static void
refuse_writing(struct audit *a, const struct err *why)
{
	struct item *i;

	STAILQ_FOREACH(i, &a->writing, next) {
		audit_done *done = i->done;

		i->done = NULL;
		if (done != NULL)
			done(i->waiter, why);
	}
}

void
audit_on_hang(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;
	struct err why;

	(void)fd;
	(void)what;
	err_set(&why, ERR_AUDIT_UNAVAILABLE,
	    "the disk under the log does not answer");
	a->is_hung = true;
	refuse_writing(a, &why);
	audit_fail(a, &why);
}

/* The first 'n' are in the file. */
static void
tell_written(struct audit *a, size_t n, const struct err *outcome)
{
	struct item *i;

	for (; n > 0; n--) {
		i = STAILQ_FIRST(&a->writing);
		STAILQ_REMOVE_HEAD(&a->writing, next);
		if (i->done != NULL)
			i->done(i->waiter, outcome);
		free(i);
	}
}

static void
put_back_unwritten(struct audit *a)
{
	struct item *i;

	if (STAILQ_EMPTY(&a->writing))
		return;
	audit_drop_checkpoint(a);
	STAILQ_FOREACH(i, &a->writing, next)
		a->n_queued++;
	STAILQ_CONCAT(&a->writing, &a->queued);
	STAILQ_CONCAT(&a->queued, &a->writing);
}

static void
note_mended(struct audit *a)
{
	if (a->broken.code == ERR_NONE)
		return;
	log_info("audit: can be written again");
	a->broken = (struct err) { 0 };
}

/* The log is whole up to its end, or is said not to be. */
static void
judge(struct audit *a, const struct audit_job *job, bool was_hung)
{
	bool ok = job->err.code == ERR_NONE;
	bool is_synced = ok && job->wants_sync;

	if (!ok)
		audit_fail(a, &job->err);
	else if (was_hung || (is_synced && job->len > 0))
		note_mended(a);
	if (job->written > 0 && !is_synced)
		sync_soon(a);
}

void
audit_on_written(const struct audit_job *job, void *arg)
{
	struct audit *a = arg;
	bool was_hung = a->is_hung;
	bool ok = job->err.code == ERR_NONE;
	size_t n = 0;

	event_del(a->hang);
	a->is_hung = false;
	a->log.len += job->written;
	if (job->len > 0)
		n = audit_batch_settle(&a->batch, job->written, &a->chain,
		    &a->log.torn);
	tell_written(a, n, &job->err);
	put_back_unwritten(a);
	judge(a, job, was_hung);
	if (a->is_accepting)
		audit_accept(a);
	if (ok)
		rotate_if_full(a);
	/* A log that nothing is signed in is nobody's: do not wait for long. */
	if (ok && a->has_to_sign && !a->is_finishing)
		audit_checkpoint(a);
	if (!STAILQ_EMPTY(&a->queued))
		audit_schedule(a, ok ? 0 : RETRY_S);
}

static bool
write_all(struct audit *a)
{
	size_t n_before = SIZE_MAX;

	while (a->has_started && !STAILQ_EMPTY(&a->queued) &&
	    a->n_queued < n_before) {
		n_before = a->n_queued;
		write_queued(a);
		if (!audit_writer_wait(a->writer, FINISH_MS))
			break;
	}
	return STAILQ_EMPTY(&a->queued);
}

void
audit_finish(struct audit *a)
{
	struct err why;

	a->is_finishing = true;
	err_set(&why, ERR_AUDIT_UNAVAILABLE, "the broker stops");
	refuse_writing(a, &why);
	audit_refuse_queued(a, &why);
	/* Renamed already, perhaps: its successor goes on from its end. */
	if (a->is_rotating)
		a->log.folder = -1;
	if (!audit_writer_wait(a->writer, FINISH_MS) || !write_all(a)) {
		if (a->n_queued > 0)
			log_error("audit: %zu records could not be written",
			    a->n_queued);
		return;
	}
	audit_checkpoint(a);
	write_all(a);
	if (a->has_started)
		audit_tell_head(a);
}
