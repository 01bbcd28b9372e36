/* SPDX-License-Identifier: ISC */
#include "broker/audit.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "broker/audit_parts.h"
#include "common/log.h"

#define CHECKPOINT_RECORDS 256
#define CHECKPOINT_S 60
#define RETRY_S 1
#define SYNC_MS 500	/* until what nobody waits for is on the disk too */
#define ROTATION_RETRY_S 2

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
audit_schedule(struct audit *a, time_t seconds)
{
	struct timeval soon = { seconds, 0 };

	if (!evtimer_pending(a->turn, NULL))
		event_add(a->turn, &soon);
}

/* Tells all that wait in a queue, and empties it of them. */
static void
release(struct audit *a, struct item_queue *queue, const struct err *err)
{
	struct item_queue kept = STAILQ_HEAD_INITIALIZER(kept);
	struct item *i;

	while ((i = STAILQ_FIRST(queue)) != NULL) {
		STAILQ_REMOVE_HEAD(queue, next);
		/* What nobody waits for is still to be told to the log. */
		if (queue == &a->queued && i->done == NULL) {
			STAILQ_INSERT_TAIL(&kept, i, next);
			continue;
		}
		if (queue == &a->queued)
			a->n_queued--;
		if (i->done != NULL)
			i->done(i->waiter, err);
		free(i);
	}
	STAILQ_CONCAT(queue, &kept);
}

/* It signs the line that it was to follow: another one comes in between. */
static void
drop_checkpoint(struct audit *a)
{
	struct item *first = STAILQ_FIRST(&a->queued);

	if (first == NULL || first->record.event != AUDIT_CHECKPOINT)
		return;
	STAILQ_REMOVE_HEAD(&a->queued, next);
	a->n_queued--;
	a->chain.n_unsigned++;
	free(first);
}

void
audit_fail(struct audit *a, const struct err *err)
{
	drop_checkpoint(a);
	a->is_whole = false;
	if (a->broken.code == ERR_NONE ||
	    strcmp(a->broken.about, err->about) != 0)
		log_err("audit", err);
	a->broken = *err;
	release(a, &a->queued, err);
	if (!STAILQ_EMPTY(&a->queued))
		audit_schedule(a, RETRY_S);
}

static bool
write_batch(struct audit *a, const struct audit_batch *b, size_t *n,
    struct err *err)
{
	size_t written;

	*n = 0;
	if (!audit_log_check(&a->log, err))
		return false;
	written = audit_log_write(&a->log, b->text, b->len, err);
	*n = audit_batch_settle(b, written, &a->chain, &a->log.n_torn);
	return written == b->len;
}

/*
 * A torn line is ended, and the record that says so follows.  What is torn off
 * of that one too is still to be told, together with the first.
 */
static bool
mend_torn_line(struct audit *a, struct audit_batch *b, struct err *err)
{
	uint32_t n_torn = a->log.n_torn;
	struct audit_record torn = { .event = AUDIT_TORN, .time_ms = now_ms(),
	    .generation = a->generation, .number = n_torn + a->log.n_untold };
	uint64_t len = a->log.len;
	size_t n;

	if (torn.number == 0)
		return true;
	audit_batch_start(b, &a->chain);
	if (n_torn != 0)
		audit_batch_end_line(b);
	audit_batch_add(b, &torn);
	if (write_batch(a, b, &n, err)) {
		a->log.n_untold = 0;
		return true;
	}
	if (n_torn != 0 && a->log.len == len)
		a->log.n_torn = n_torn;
	else if (n_torn != 0) {
		a->log.n_untold += n_torn;
		a->log.n_torn = (uint32_t)(a->log.len - len) - 1;
	}
	return false;
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
	if (a->is_rotating || a->log.len < a->segment_len)
		return;
	/* What nobody waits for too, while this file is still ours to sync. */
	if (evtimer_pending(a->sync_soon, NULL)) {
		event_del(a->sync_soon);
		audit_sync_request(a->sync, a->log.fd);
		return;
	}
	a->is_rotating = true;
	ask_for_segment(a);
}

static void
sync_soon(struct audit *a)
{
	struct timeval soon = { 0, SYNC_MS * 1000 };

	if (!evtimer_pending(a->sync_soon, NULL))
		event_add(a->sync_soon, &soon);
}

/* One batch of what is queued; who waits goes on to wait for the disk. */
static void
write_queued(struct audit *a)
{
	static struct audit_batch b;
	struct err err = { 0 };
	struct item *i;
	size_t n, n_before = 0;
	bool ok;

	if (!mend_torn_line(a, &b, &err)) {
		audit_fail(a, &err);
		return;
	}
	audit_batch_start(&b, &a->chain);
	STAILQ_FOREACH(i, &a->queued, next) {
		if (n_before == AUDIT_BATCH_LINES)
			break;
		audit_batch_add(&b, &i->record);
		n_before++;
	}
	ok = write_batch(a, &b, &n, &err);
	for (; n > 0; n--) {
		i = STAILQ_FIRST(&a->queued);
		STAILQ_REMOVE_HEAD(&a->queued, next);
		a->n_queued--;
		if (i->done != NULL)
			STAILQ_INSERT_TAIL(&a->unsynced, i, next);
		else {
			sync_soon(a);
			free(i);
		}
	}
	if (!ok) {
		/* Refused too: their lines are there, their use is not. */
		release(a, &a->unsynced, &err);
		audit_fail(a, &err);
		return;
	}
	a->is_whole = true;
}

/* The administrator is waited for: who asks meanwhile is told why at once. */
static void
refuse_while_offered(struct audit *a)
{
	struct err why = a->broken;

	if (!a->has_started && a->offered_fd != -1)
		audit_fail(a, &why);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	refuse_while_offered(a);
	if (a->is_rotating)
		ask_for_segment(a);
	if (!a->has_started || a->is_rotating || audit_sync_is_busy(a->sync))
		return;		/* each of these calls again when it is over */
	if (!STAILQ_EMPTY(&a->queued))
		write_queued(a);
	if (!STAILQ_EMPTY(&a->unsynced)) {
		event_del(a->sync_soon);	/* this one covers them */
		audit_sync_request(a->sync, a->log.fd);
	} else {
		rotate_if_full(a);
		if (!STAILQ_EMPTY(&a->queued) && a->broken.code == ERR_NONE)
			audit_schedule(a, 0);
	}
	if (a->chain.n_unsigned >= CHECKPOINT_RECORDS)
		audit_checkpoint(a);
}

static void
on_sync_soon(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	if (audit_sync_is_busy(a->sync))
		sync_soon(a);
	else if (a->log.fd != -1)
		audit_sync_request(a->sync, a->log.fd);
}

/* On the disk, not only in the kernel's memory. */
static void
note_mended(struct audit *a)
{
	if (!a->is_whole || a->broken.code == ERR_NONE)
		return;
	log_info("audit: can be written again");
	a->broken = (struct err) { 0 };
}

static void
on_synced(int os, void *arg)
{
	struct audit *a = arg;
	struct err err = { 0 };

	if (a->retired_fd != -1)
		close(a->retired_fd);
	a->retired_fd = -1;
	if (os != 0) {
		err = (struct err) { .code = ERR_AUDIT_UNAVAILABLE, .os = os };
		snprintf(err.about, sizeof err.about, "the log cannot be synced");
		audit_fail(a, &err);
	} else
		note_mended(a);
	release(a, &a->unsynced, &err);
	rotate_if_full(a);
	if (!STAILQ_EMPTY(&a->queued))
		audit_schedule(a, os != 0 ? RETRY_S : 0);
}

static void
on_minute(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	if (a->chain.n_unsigned == 0)
		return;
	audit_checkpoint(a);
	audit_tell_head(a);
}

struct audit *
audit_new(struct event_base *base, uint64_t segment_len,
    audit_wants_segment *wants, void *arg, struct err *err)
{
	struct timeval minute = { CHECKPOINT_S, 0 };
	struct audit *a = calloc(1, sizeof *a);

	if (a == NULL) {
		err_set(err, ERR_NO_MEMORY, "audit");
		return NULL;
	}
	a->log = (struct audit_log) { .fd = -1, .folder = -1 };
	a->offered_fd = a->retired_fd = -1;
	a->segment_len = segment_len;
	a->wants = wants;
	a->arg = arg;
	STAILQ_INIT(&a->queued);
	STAILQ_INIT(&a->unsynced);
	a->turn = evtimer_new(base, on_turn, a);
	a->every_minute = event_new(base, -1, EV_PERSIST, on_minute, a);
	a->sync = audit_sync_new(base, on_synced, a, err);
	err_set(&a->broken, ERR_AUDIT_UNAVAILABLE, "there is no log");
	a->sync_soon = evtimer_new(base, on_sync_soon, a);
	if (a->turn == NULL || a->sync_soon == NULL ||
	    a->every_minute == NULL || a->sync == NULL ||
	    event_add(a->every_minute, &minute) == -1) {
		err_set(err, ERR_NO_MEMORY, "audit");
		audit_free(a);
		return NULL;
	}
	return a;
}

void
audit_free(struct audit *a)
{
	struct err err = { 0 };

	if (a == NULL)
		return;
	err_set(&err, ERR_AUDIT_UNAVAILABLE, "the broker stops");
	release(a, &a->unsynced, &err);
	if (a->log.fd != -1)
		fdatasync(a->log.fd);
	if (a->turn != NULL)
		event_free(a->turn);
	if (a->every_minute != NULL)
		event_free(a->every_minute);
	if (a->sync_soon != NULL)
		event_free(a->sync_soon);
	audit_sync_free(a->sync);
	/* Descriptors and what is left end with the process. */
	free(a);
}

void
audit_prepend(struct audit *a, struct audit_record *record)
{
	struct item *i = calloc(1, sizeof *i);

	if (i == NULL)
		return;
	drop_checkpoint(a);
	record->time_ms = now_ms();
	record->generation = a->generation;
	i->record = *record;
	STAILQ_INSERT_HEAD(&a->queued, i, next);
	a->n_queued++;
	audit_schedule(a, 0);
}

bool
audit_start_thread(struct audit *a, struct err *err)
{
	return audit_sync_start(a->sync, err);
}

/* A proxy in an attacker's hands must not push out what others have to say. */
static bool
has_room(const struct audit *a, enum audit_event event)
{
	bool is_use = event == AUDIT_BEGIN || event == AUDIT_DENIED;

	return a->n_queued < (is_use ? AUDIT_QUEUE_USES_MAX : AUDIT_QUEUE_MAX);
}

static struct item *
enqueue(struct audit *a, struct audit_record *record, struct err *err)
{
	struct item *i;

	if (!has_room(a, record->event) ||
	    (i = calloc(1, sizeof *i)) == NULL) {
		err_set(err, ERR_AUDIT_UNAVAILABLE, "too many records wait");
		return NULL;
	}
	record->time_ms = now_ms();
	record->generation = a->generation;
	i->record = *record;
	STAILQ_INSERT_TAIL(&a->queued, i, next);
	a->n_queued++;
	audit_schedule(a, 0);
	return i;
}

/* Nothing is dropped in silence: the log itself says how many. */
static void
tell_lost(struct audit *a)
{
	struct audit_record gap = { .event = AUDIT_GAP,
	    .uid = IPC_UID_UNKNOWN, .code = ERR_AUDIT_UNAVAILABLE };
	struct err err;

	if (a->n_lost == 0 || a->n_queued >= AUDIT_QUEUE_USES_MAX)
		return;
	snprintf(gap.about, sizeof gap.about, "%u records were lost: too many "
	    "waited", a->n_lost);
	if (enqueue(a, &gap, &err) != NULL)
		a->n_lost = 0;
}

void
audit_append(struct audit *a, struct audit_record *record)
{
	struct err err = { 0 };

	tell_lost(a);
	if (enqueue(a, record, &err) != NULL)
		return;
	if (a->n_lost++ == 0)
		log_error("audit: lost a record of event %s: %s",
		    audit_event_name(record->event), err.about);
}

bool
audit_append_and_wait(struct audit *a, struct audit_record *record,
    audit_done *done, void *waiter, struct err *err)
{
	struct item *i = enqueue(a, record, err);

	if (i == NULL)
		return false;
	i->done = done;
	i->waiter = waiter;
	return true;
}

void
audit_cancel(struct audit *a, const void *waiter)
{
	struct item *i, *following;

	STAILQ_FOREACH(i, &a->unsynced, next)
		if (i->waiter == waiter)
			i->done = NULL;
	for (i = STAILQ_FIRST(&a->queued); i != NULL; i = following) {
		following = STAILQ_NEXT(i, next);
		if (i->waiter != waiter)
			continue;
		STAILQ_REMOVE(&a->queued, i, item, next);
		a->n_queued--;
		free(i);
	}
}

/* Without a look at the disk's answer: nobody waits for it any more. */
static void
write_all(struct audit *a)
{
	while (a->has_started && !STAILQ_EMPTY(&a->queued)) {
		size_t n_before = a->n_queued;

		write_queued(a);
		if (a->n_queued >= n_before)
			return;
	}
}

void
audit_finish(struct audit *a)
{
	/* Renamed already, perhaps: its successor goes on from its end. */
	if (a->is_rotating)
		a->log.folder = -1;
	write_all(a);
	audit_checkpoint(a);
	write_all(a);
	if (a->has_started)
		audit_tell_head(a);
}
