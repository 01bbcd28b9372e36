/* SPDX-License-Identifier: ISC */
#include "supervisor/syncing.h"

#include <event2/event.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "common/errors.h"
#include "common/log.h"
#include "supervisor/supervisor.h"

static bool
start(struct supervisor *s, struct err *err)
{
	if (s->syncer != NULL)
		return err_set(err, ERR_SYNC_RUNNING, "by this daemon");
	s->syncer = supervisor_add_child(s, SYNCER, CHILD_FOR_ONE_JOB);
	if (s->syncer == NULL)
		return err_set(err, ERR_NO_MEMORY, "syncer");
	child_start(s->syncer);
	return true;
}

/* How it went stands beside the snapshot; nobody else waits for it. */
static void
on_interval(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;
	struct err err = { 0 };

	(void)fd;
	(void)what;
	if (!s->is_stopping && !start(s, &err))
		log_err("syncer", &err);
	syncing_schedule(s);
}

bool
syncing_open(struct supervisor *s, struct err *err)
{
	s->interval = evtimer_new(s->base, on_interval, s);
	if (s->interval == NULL)
		return err_set(err, ERR_NO_MEMORY, "timer");
	syncing_schedule(s);
	return true;
}

void
syncing_close(struct supervisor *s)
{
	if (s->interval != NULL)
		event_free(s->interval);
	s->interval = NULL;
}

void
syncing_schedule(struct supervisor *s)
{
	uint64_t ms = s->settings.sync_interval_ms;
	struct timeval t = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };

	event_del(s->interval);
	/* A command is its own supervisor for the time of one sync. */
	if (ms != 0 && s->options.attached_fd == -1)
		event_add(s->interval, &t);
}

void
syncing_child_ended(struct supervisor *s, const struct child *ended)
{
	struct err err;

	if (ended != s->syncer)
		return;
	s->syncer = NULL;
	if (s->sync_asker == NULL)
		return;
	/* It was killed, or never started. */
	err_set(&err, ERR_START_FAILED, "syncer");
	channel_send_done(s->sync_asker, &err, 0, "");
	s->sync_asker = NULL;
}

void
syncing_forget(struct supervisor *s, const struct channel *asker)
{
	if (s->sync_asker == asker)
		s->sync_asker = NULL;
}

static bool
is_recent_enough(const struct supervisor *s, uint32_t if_older_s)
{
	struct stat st;
	struct timespec now;

	if (if_older_s == 0 || fstatat(s->folders[CLOUD_FOLDER],
	    "snapshot.json", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec >= st.st_mtim.tv_sec &&
	    now.tv_sec - st.st_mtim.tv_sec < (time_t)if_older_s;
}

/* SYNC_START from the user's command: answered by SYNC_RESULT, then DONE. */
void
on_sync_start(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_sync_start *ask = msg->body;
	struct supervisor *s = self;
	struct err err = { 0 };

	if (s->syncer == NULL && is_recent_enough(s, ask->if_older_s)) {
		channel_send_done(cli, &err, 0, "recent");
		return;
	}
	if (start(s, &err))
		s->sync_asker = cli;
	else
		channel_send_done(cli, &err, 0, "");
}

/* SYNC_RESULT from the syncer, for whoever asked. */
void
on_sync_result(struct channel *syncer, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;

	(void)syncer;
	if (s->sync_asker == NULL)
		return;
	channel_send(s->sync_asker, &(struct ipc_outgoing) {
	    .type = IPC_SYNC_RESULT, .body = msg->body, .tail = msg->tail,
	    .tail_len = msg->tail_len, .fd = -1 });
	channel_send_done(s->sync_asker, &(struct err) { 0 }, 0, "");
	s->sync_asker = NULL;
}
