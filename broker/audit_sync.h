/* SPDX-License-Identifier: ISC */
/*
 * audit_sync: the one thread that waits for a disk.
 *
 * It knows fdatasync() and two ends of a pair, nothing else.  One request at a
 * time; the answer is the errno.
 */
#pragma once

#include <stdbool.h>

struct audit_sync;
struct err;
struct event_base;

/* Called in the event loop when the request is done; 'os' is 0 or an errno. */
typedef void audit_synced(int os, void *arg);

/* NULL with ERR_NO_MEMORY; the thread runs from audit_sync_start() on. */
struct audit_sync *audit_sync_new(struct event_base *, audit_synced *,
    void *arg, struct err *);
bool audit_sync_start(struct audit_sync *, struct err *);
/* The thread is left alone: it may be waiting for ever. */
void audit_sync_free(struct audit_sync *);

bool audit_sync_is_busy(const struct audit_sync *);
/* Not while busy.  'fd' stays open until the answer. */
void audit_sync_request(struct audit_sync *, int fd);
