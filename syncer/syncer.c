/* SPDX-License-Identifier: ISC */
#include "syncer/syncer.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/upstream/dry_run.h"
#include "common/upstream/roots.h"
#include "common/upstream/upstream.h"
#include "syncer/identity_file.h"

/* Nothing is asked of the control plane, and so not of the broker either. */
static bool
is_of_files(enum sync_task task)
{
	return task == SYNC_REMEMBER || task == SYNC_FORGET;
}

void
syncer_finish(struct syncer *s, const struct err *outcome)
{
	struct ipc_synced synced = { .code = outcome->code,
	    .http_status = (uint32_t)s->http_status };
	struct timespec now;

	if (s->is_over)
		return;
	s->is_over = true;
	clock_gettime(CLOCK_REALTIME, &now);
	/* Another sync's folder is not ours to write to. */
	if (s->lock != -1 && s->task == SYNC_ALL &&
	    outcome->code != ERR_NONE)
		snapshot_file_note(s->folder, outcome, (uint64_t)now.tv_sec);
	s->result.code = outcome->code;
	s->result.os = (uint32_t)outcome->os;
	if (s->broker != NULL && !is_of_files(s->task))
		channel_send_body(s->broker, IPC_SYNCED, &synced);
	channel_send(process_supervisor(), &(struct ipc_outgoing) {
	    .type = IPC_SYNC_RESULT, .body = &s->result,
	    .tail = outcome->about, .tail_len = strlen(outcome->about),
	    .fd = -1 });
	process_end(err_exit_status(outcome->code));
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct syncer *s = arg;
	struct err err;

	(void)fd;
	(void)what;
	err_set(&err, s->late, "the time for all of it is over");
	if (!s->runs.is_under_way) {
		syncer_finish(s, &err);
		return;
	}
	cloud_call_reset(&s->call);
	runs_upload_stop(s, &err);
}

void
syncer_set_deadline(struct syncer *s, uint32_t limit_s, enum err_code late)
{
	struct timeval limit = { limit_s, 0 };

	s->late = late;
	event_add(s->deadline, &limit);
}

void
syncer_start_upload(struct syncer *s)
{
	uint64_t limit_ms = process_settings()->sync_timeout_ms;

	syncer_set_deadline(s, (s->flags & SYNC_HURRY) != 0 ? SYNC_HURRY_S :
	    (uint32_t)(limit_ms / 1000), ERR_CLOUD_TIMEOUT);
	runs_upload_start(s);
}

void
syncer_set_upstream(struct syncer *s)
{
	upstream_set_url(s->upstream, &s->url, s->roots,
	    process_settings()->connect_timeout_ms);
}

const char *
syncer_answer(const struct syncer *s)
{
	return s->call.body != NULL ? s->call.body : "";
}

static void
on_settled(void *arg)
{
	(void)arg;	/* nothing is passed on: one answer, taken whole */
}

void *
syncer_open(struct err *err)
{
	struct syncer *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_set(err, ERR_NO_MEMORY, "syncer");
		return NULL;
	}
	s->folder = s->lock = s->preview = -1;
	runs_upload_init(&s->runs);
	s->deadline = evtimer_new(process_base(), on_deadline, s);
	s->upstream = upstream_open(process_base(), on_settled, s, err);
	if (s->upstream == NULL)
		return NULL;
	if (s->deadline == NULL) {
		err_set(err, ERR_NO_MEMORY, "syncer");
		return NULL;
	}
	return s;
}

void
syncer_close(void *self)
{
	struct syncer *s = self;

	cloud_call_reset(&s->call);
	runs_upload_close(&s->runs);
	secret_free(s->token);
}

static bool
adopt_channel(struct syncer *s, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct channel *c = process_adopt_channel(hand, fd, err);

	if (c == NULL)
		return false;
	if (hand->role == BROKER) {
		s->broker = c;
		channel_forbid(c, IPC_DONE);
	} else {
		s->connector = c;
		upstream_set_connector(s->upstream, c);
	}
	return true;
}

bool
syncer_adopt(void *self, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct syncer *s = self;

	switch (hand->kind) {
	case HAND_CHANNEL:
		return adopt_channel(s, hand, fd, err);
	case HAND_CLOUD_FOLDER:
		s->folder = take_fd(fd);
		process_keep_folder(s->folder, true);
		return true;
	case HAND_RUNS_SEGMENT:
		return runs_upload_add(&s->runs, hand->number, fd) ||
		    err_set(err, ERR_IPC_BROKEN, "too many segments");
	case HAND_PREVIEW:
		s->preview = take_fd(fd);
		return true;
	case HAND_RUNS_REJECTED:
		s->runs.rejected = take_fd(fd);
		return true;
	case HAND_CA_BUNDLE:
		s->roots = roots_load(*fd, err);
		return s->roots != NULL;
	default:
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	}
}

bool
syncer_warm(void *self, struct err *err)
{
	struct syncer *s = self;

	if (s->folder == -1)
		return err_set(err, ERR_START_FAILED, "no folder");
	syncer_set_deadline(s, (uint32_t)(process_settings()->sync_timeout_ms /
	    1000), ERR_CLOUD_TIMEOUT);
	return dry_run(err);
}

void
syncer_closed(struct channel *channel, void *self)
{
	struct syncer *s = self;
	struct err err;

	if (channel == s->connector) {
		s->connector = NULL;
		upstream_set_connector(s->upstream, NULL);
	} else if (channel == s->broker) {
		s->broker = NULL;
		err_set(&err, ERR_BROKER_UNAVAILABLE, "sync");
		/* What it was needed for may be done already. */
		if (s->token == NULL)
			syncer_finish(s, &err);
	}
}

static void
do_files(struct syncer *s)
{
	const struct identity identity = { .base_url = s->url.text,
	    .device_id = "", .workspace_id = "", .label = s->label };
	struct err err = { 0 };

	if (s->task == SYNC_FORGET)
		identity_file_forget(s->folder, &err);
	else
		identity_file_write(s->folder, &identity, &err);
	syncer_finish(s, &err);
}

static bool
begin(struct syncer *s, struct err *err)
{
	s->lock = home_lock(s->folder, "lock", err);
	if (s->lock == -1)
		return err->code == ERR_ALREADY_RUNNING ?
		    err_set(err, ERR_SYNC_RUNNING, "cloud/lock") : false;
	snapshot_file_sweep(s->folder);
	if (is_of_files(s->task)) {
		do_files(s);
		return true;
	}
	if (s->broker == NULL)
		return err_set(err, ERR_BROKER_UNAVAILABLE, "sync");
	channel_send_body(s->broker, s->task == SYNC_LOGIN ?
	    IPC_LOGIN_REQUEST : IPC_SYNC_REQUEST, NULL);
	return true;
}

static bool
take_texts(struct syncer *s, const struct ipc_message *msg, struct err *err)
{
	const struct ipc_sync_job *job = msg->body;
	size_t at = 0, label_len;
	const uint8_t *url = ipc_take(msg, &at, job->url_len, IPC_TEXT, err);
	const uint8_t *label;

	if (url == NULL || (s->task == SYNC_REMEMBER &&
	    !url_parse(&s->url, (const char *)url, job->url_len, err)))
		return false;
	label_len = msg->tail_len - at;
	label = ipc_take(msg, &at, label_len, IPC_TEXT, err);
	if (label == NULL || label_len > SYNC_LABEL_MAX)
		return err_set(err, ERR_IPC_BROKEN, "label");
	memcpy(s->label, label, label_len);
	return true;
}

/* SYNC_JOB from the supervisor: what this process is for; once. */
void
on_sync_job(struct channel *supervisor, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_sync_job *job = msg->body;
	struct syncer *s = self;
	struct err err = { 0 };

	channel_forbid(supervisor, IPC_SYNC_JOB);
	s->task = job->task < SYNC_TASKS ? (enum sync_task)job->task :
	    SYNC_NOTHING;
	s->flags = job->flags;
	if (s->task == SYNC_NOTHING ||
	    (s->task == SYNC_DRY && s->preview == -1))
		err_set(&err, ERR_IPC_BROKEN, "task %u", job->task);
	else
		take_texts(s, msg, &err);
	if (err.code != ERR_NONE || !begin(s, &err))
		syncer_finish(s, &err);
}

static bool
take_granted(struct syncer *s, const struct ipc_message *msg,
    struct err *err)
{
	const struct ipc_sync_granted *granted = msg->body;
	const uint8_t *url, *token;
	size_t at = 0;

	if ((url = ipc_take(msg, &at, granted->url_len, IPC_TEXT, err)) ==
	    NULL || (token = ipc_take(msg, &at, granted->token_len, IPC_TEXT,
	    err)) == NULL || !url_parse(&s->url, (const char *)url,
	    granted->url_len, err))
		return false;
	s->token = secret_new(granted->token_len, err);
	if (s->token != NULL)
		memcpy(secret_bytes(s->token), token, granted->token_len);
	return s->token != NULL;
}

/* SYNC_GRANTED from the broker: where, and with which token; once. */
void
on_sync_granted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	struct syncer *s = self;
	struct err err = { 0 };

	channel_permit_nothing(broker);
	if (!take_granted(s, msg, &err)) {
		syncer_finish(s, &err);
		return;
	}
	syncer_set_upstream(s);
	if (s->task == SYNC_RUNS)
		syncer_start_upload(s);
	else
		pull_start(s);
}

/* DENIED from the broker. */
void
on_denied(struct channel *broker, const struct ipc_message *msg, void *self)
{
	const struct ipc_denied *denied = msg->body;
	struct err err;

	(void)broker;
	err_set(&err, err_code_from_wire(denied->code), "%.*s",
	    (int)msg->tail_len, (const char *)msg->tail);
	err.os = (int)denied->os;
	syncer_finish(self, &err);
}

void
on_connected(struct channel *connector, const struct ipc_message *msg,
    void *self)
{
	struct syncer *s = self;

	(void)connector;
	upstream_connected(s->upstream, take_fd(msg->fd));
}

void
on_not_connected(struct channel *connector, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_not_connected *no = msg->body;
	struct syncer *s = self;
	struct err err;

	(void)connector;
	err_set(&err, err_code_from_wire(no->code), "%.*s",
	    (int)msg->tail_len, (const char *)msg->tail);
	upstream_not_connected(s->upstream, &err);
}
