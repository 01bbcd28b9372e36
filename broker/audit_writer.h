/* SPDX-License-Identifier: ISC */
/*
 * audit_writer: the one thread that writes to the log and waits for its disk.
 *
 * It looks at the file, appends, syncs, and answers: one job at a time.  A disk
 * that hangs holds this thread alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "broker/audit_log.h"
#include "common/errors.h"

struct audit_writer;
struct event_base;

struct audit_job {
	struct audit_log log;	/* the writer's copy; its descriptors too */
	const char *bytes;	/* borrowed until the answer */
	size_t len;		/* 0: nothing to write */
	bool wants_sync;
	/* The answer. */
	size_t written;
	struct err err;		/* AUDIT_UNAVAILABLE: not whole, or not synced */
};

/* Called in the event loop when the job is done; it may give the next one. */
typedef void audit_written(const struct audit_job *, void *arg);

/* NULL with ERR_NO_MEMORY; the thread runs from audit_writer_start() on. */
struct audit_writer *audit_writer_new(struct event_base *, audit_written *,
    void *arg, struct err *);
bool audit_writer_start(struct audit_writer *, struct err *);
/* The thread is left alone: it may be waiting for ever. */
void audit_writer_free(struct audit_writer *);

bool audit_writer_is_busy(const struct audit_writer *);
/* Not while busy.  'bytes' and 'log' are copied or borrowed as above. */
void audit_writer_give(struct audit_writer *, const struct audit_log *,
    const char *bytes, size_t len, bool wants_sync);
/* Waits for the answer, which is given as ever; false when none has come. */
bool audit_writer_wait(struct audit_writer *, int limit_ms);
