/* SPDX-License-Identifier: ISC */
#include "syncer/syncer.h"

#include <event2/event.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"
#include "common/upstream/dry_run.h"
#include "common/upstream/roots.h"
#include "common/upstream/upstream.h"

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
	if (s->lock != -1)
		snapshot_file_note(s->folder, outcome, (uint64_t)now.tv_sec);
	s->result.code = outcome->code;
	s->result.os = (uint32_t)outcome->os;
	if (s->broker != NULL)
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
	struct err err;

	(void)fd;
	(void)what;
	err_set(&err, ERR_CLOUD_TIMEOUT, "%d seconds", SYNC_DEADLINE_S);
	syncer_finish(arg, &err);
}

static void
on_begin(evutil_socket_t fd, short what, void *arg)
{
	struct syncer *s = arg;
	struct err err = { 0 };

	(void)fd;
	(void)what;
	s->lock = home_lock(s->folder, "lock", &err);
	if (s->lock != -1 && s->broker != NULL) {
		channel_send_body(s->broker, IPC_SYNC_REQUEST, NULL);
		return;
	}
	if (s->lock != -1)
		err_set(&err, ERR_BROKER_UNAVAILABLE, "sync");
	else if (err.code == ERR_ALREADY_RUNNING)
		err_set(&err, ERR_SYNC_RUNNING, "cloud/lock");
	syncer_finish(s, &err);
}

static void
on_settled(void *arg)
{
	(void)arg;	/* nothing is passed on: one answer, taken whole */
}

void *
syncer_open(struct err *err)
{
	struct timeval deadline = { SYNC_DEADLINE_S, 0 };
	struct syncer *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_set(err, ERR_NO_MEMORY, "syncer");
		return NULL;
	}
	s->folder = s->lock = -1;
	s->begin = evtimer_new(process_base(), on_begin, s);
	s->deadline = evtimer_new(process_base(), on_deadline, s);
	s->upstream = upstream_open(process_base(), on_settled, s, err);
	if (s->upstream == NULL)
		return NULL;
	if (s->begin == NULL || s->deadline == NULL ||
	    event_add(s->deadline, &deadline) == -1) {
		err_set(err, ERR_NO_MEMORY, "syncer");
		return NULL;
	}
	return s;
}

static bool
adopt_channel(struct syncer *s, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct channel *c = process_adopt_channel(hand, fd, err);

	if (c == NULL)
		return false;
	if (hand->role == BROKER)
		s->broker = c;
	else {
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
	struct timeval now = { 0, 0 };
	struct syncer *s = self;

	if (s->folder == -1)
		return err_set(err, ERR_START_FAILED, "no folder");
	return dry_run(err) && event_add(s->begin, &now) == 0;
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
		if (s->transfer == NULL)
			syncer_finish(s, &err);
	}
}

/* SYNC_GRANTED from the broker: where, and with which token; once. */
void
on_sync_granted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_sync_granted *granted = msg->body;
	struct syncer *s = self;
	const uint8_t *url, *token;
	struct err err = { 0 };
	size_t at = 0;

	channel_forbid(broker, IPC_SYNC_GRANTED);
	channel_forbid(broker, IPC_DENIED);
	if ((url = ipc_take(msg, &at, granted->url_len, IPC_TEXT, &err)) ==
	    NULL || (token = ipc_take(msg, &at, granted->token_len, IPC_TEXT,
	    &err)) == NULL || !url_parse(&s->url, (const char *)url,
	    granted->url_len, &err)) {
		syncer_finish(s, &err);
		return;
	}
	snapshot_file_read(s->folder, s->url.text, &s->before);
	if (!pull_start(s, (const char *)token, granted->token_len, &err))
		syncer_finish(s, &err);
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
