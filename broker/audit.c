/* SPDX-License-Identifier: ISC */
#include "broker/audit.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "broker/audit_parts.h"
#include "common/log.h"

#define CHECKPOINT_S 60
#define RETRY_S 1

uint64_t
audit_now_ms(void)
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

void
audit_refuse_queued(struct audit *a, const struct err *why)
{
	struct item_queue kept = STAILQ_HEAD_INITIALIZER(kept);
	struct item *i;

	while ((i = STAILQ_FIRST(&a->queued)) != NULL) {
		STAILQ_REMOVE_HEAD(&a->queued, next);
		/* What nobody waits for is still to be told to the log. */
		if (i->done == NULL) {
			STAILQ_INSERT_TAIL(&kept, i, next);
			continue;
		}
		a->n_queued--;
		i->done(i->waiter, why);
		free(i);
	}
	STAILQ_CONCAT(&a->queued, &kept);
}

void
audit_drop_checkpoint(struct audit *a)
{
	struct item *first = STAILQ_FIRST(&a->queued);

	if (first == NULL || first->record.event != AUDIT_CHECKPOINT)
		return;
	STAILQ_REMOVE_HEAD(&a->queued, next);
	a->n_queued--;
	a->n_unsigned++;
	free(first);
}

void
audit_fail(struct audit *a, const struct err *err)
{
	audit_drop_checkpoint(a);
	if (a->broken.code == ERR_NONE ||
	    strcmp(a->broken.about, err->about) != 0)
		log_err("audit", err);
	a->broken = *err;
	audit_refuse_queued(a, err);
	if (!STAILQ_EMPTY(&a->queued))
		audit_schedule(a, RETRY_S);
}

static void
on_minute(evutil_socket_t fd, short what, void *arg)
{
	struct audit *a = arg;

	(void)fd;
	(void)what;
	if (a->n_unsigned == 0)
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
	a->offered_fd = -1;
	a->segment_len = segment_len;
	a->wants = wants;
	a->arg = arg;
	STAILQ_INIT(&a->queued);
	STAILQ_INIT(&a->writing);
	a->turn = evtimer_new(base, audit_on_turn, a);
	a->every_minute = event_new(base, -1, EV_PERSIST, on_minute, a);
	a->hang = evtimer_new(base, audit_on_hang, a);
	a->writer = audit_writer_new(base, audit_on_written, a, err);
	err_set(&a->broken, ERR_AUDIT_UNAVAILABLE, "there is no log");
	a->sync_soon = evtimer_new(base, audit_on_sync_soon, a);
	if (a->turn == NULL || a->sync_soon == NULL || a->hang == NULL ||
	    a->every_minute == NULL || a->writer == NULL ||
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
	if (a == NULL)
		return;
	if (a->turn != NULL)
		event_free(a->turn);
	if (a->every_minute != NULL)
		event_free(a->every_minute);
	if (a->sync_soon != NULL)
		event_free(a->sync_soon);
	if (a->hang != NULL)
		event_free(a->hang);
	/* A writer that waits for a disk reads the batch as long as it lives. */
	if (a->writer != NULL && audit_writer_is_busy(a->writer))
		return;
	audit_writer_free(a->writer);
	/* Descriptors and what is left end with the process. */
	free(a);
}

void
audit_prepend(struct audit *a, struct audit_record *record)
{
	struct item *i = calloc(1, sizeof *i);

	if (i == NULL)
		return;
	audit_drop_checkpoint(a);
	record->time_ms = audit_now_ms();
	record->generation = a->generation;
	i->record = *record;
	STAILQ_INSERT_HEAD(&a->queued, i, next);
	a->n_queued++;
	audit_schedule(a, 0);
}

bool
audit_start_thread(struct audit *a, struct err *err)
{
	return audit_writer_start(a->writer, err);
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
	record->time_ms = audit_now_ms();
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

	STAILQ_FOREACH(i, &a->writing, next)
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
