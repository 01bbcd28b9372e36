/* SPDX-License-Identifier: ISC */
/*
 * syncer: does one thing with the control plane, and ends.
 *
 *	SYNC_JOB -> lock -> SYNC_REQUEST -> SYNC_GRANTED -> GET /v1/sync ->
 *	check -> write					(pull.c)
 *	... -> POST /v1/runs -> mark			(runs_upload.c)
 *	SYNC_JOB -> lock -> LOGIN_REQUEST -> ...	(device_login.c)
 *	SYNC_JOB -> lock -> write or remove		(identity_file.c)
 *
 * What came is believed in nothing but its shape.  On any failure the last good
 * snapshot stays as it is, and why is written beside it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/errors.h"
#include "common/process/process.h"
#include "common/url.h"
#include "syncer/cloud_call.h"
#include "syncer/device_login.h"
#include "syncer/runs_upload.h"
#include "syncer/snapshot_file.h"

struct event;
struct secret;
struct upstream;
struct x509_store_st;

#define SYNC_LABEL_MAX 120	/* bytes */
#define SYNC_HURRY_S 3		/* when the daemon is ending */

struct syncer {
	enum sync_task task;
	uint32_t flags;
	char label[SYNC_LABEL_MAX + 1];
	struct channel *broker, *connector;
	int folder, lock;		/* cloud/, and its lock file */
	int preview;			/* of a dry run; -1 */
	struct x509_store_st *roots;
	struct upstream *upstream;
	struct cloud_call call;
	struct event *deadline;
	enum err_code late;		/* what it means when it has passed */
	struct url url;
	struct secret *token;		/* of the device; NULL for a login */
	struct snapshot_before before;
	struct device_login login;
	struct runs_upload runs;
	bool is_over;
	struct ipc_sync_result result;
	long http_status;		/* of the answer that decided */
};

extern const struct sandbox syncer_sandbox;

void *syncer_open(struct err *);
bool syncer_adopt(void *, const struct ipc_hand *, int *fd, struct err *);
bool syncer_warm(void *, struct err *);
void syncer_closed(struct channel *, void *);
void syncer_close(void *);

/* Tells broker and supervisor, writes the error beside the snapshot, ends. */
void syncer_finish(struct syncer *, const struct err *outcome);

/* From now on this long; then it ends with that error. */
void syncer_set_deadline(struct syncer *, uint32_t s, enum err_code);

/* The URL is known: the transport may be used. */
void syncer_set_upstream(struct syncer *);

/* The run records, with a time of their own; ends the job. */
void syncer_start_upload(struct syncer *);

/* The body of the last answer, "" when there was none. */
const char *syncer_answer(const struct syncer *);

/* GET /v1/sync with the token, and what becomes of it; then the run records. */
void pull_start(struct syncer *);

ipc_handler on_sync_job, on_sync_granted, on_login_granted, on_done,
    on_denied, on_connected, on_not_connected;
