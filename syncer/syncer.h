/* SPDX-License-Identifier: ISC */
/*
 * syncer: pulls the snapshot of the control plane into cloud/, once, and ends.
 *
 *	lock -> SYNC_REQUEST -> SYNC_GRANTED -> GET /v1/sync -> check -> write
 *
 * What came is believed in nothing but its shape.  On any failure the last good
 * snapshot stays as it is, and why is written beside it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/process/process.h"
#include "common/url.h"
#include "syncer/snapshot_file.h"

struct err;
struct event;
struct transfer;
struct upstream;
struct curl_slist;
struct x509_store_st;

#define SYNC_DEADLINE_S 60	/* for everything */
#define SYNC_BODY_MAX (8 << 20)	/* bytes of an answer */

struct syncer {
	struct channel *broker, *connector;
	int folder, lock;		/* cloud/, and its lock file */
	struct x509_store_st *roots;
	struct upstream *upstream;
	struct transfer *transfer;
	struct curl_slist *headers;
	struct event *begin, *deadline;
	struct url url;
	struct snapshot_before before;
	char *body;
	size_t body_len;
	bool is_too_long, is_over;
	char etag[SNAPSHOT_ETAG_MAX];
	struct ipc_sync_result result;
	long http_status;
};

extern const struct sandbox syncer_sandbox;

void *syncer_open(struct err *);
bool syncer_adopt(void *, const struct ipc_hand *, int *fd, struct err *);
bool syncer_warm(void *, struct err *);
void syncer_closed(struct channel *, void *);

/* Tells broker and supervisor, writes the error beside the snapshot, ends. */
void syncer_finish(struct syncer *, const struct err *outcome);

/* Starts the request; the token is used and forgotten. */
bool pull_start(struct syncer *, const char *token, size_t token_len,
    struct err *);

ipc_handler on_sync_granted, on_denied, on_connected, on_not_connected;
