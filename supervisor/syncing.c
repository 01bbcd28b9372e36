/* SPDX-License-Identifier: ISC */
#include "supervisor/syncing.h"

#include <event2/event.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"
#include "supervisor/run_segments.h"
#include "supervisor/supervisor.h"
#include "supervisor/sync_delay.h"

#define STOP_GRACE_MS 2000
#define JOB_GRACE_MS 30000	/* beyond the limits that it sets itself */
#define HURRY_MS 5000		/* for what is sent at the end of the daemon */
#define LOGIN_MS 1800000	/* the longest that a code may be good for */

/* What belongs to one task alone is forbidden to the others. */
static void
set_permits(struct channel *syncer, enum sync_task task)
{
	if (task != SYNC_LOGIN) {
		channel_forbid(syncer, IPC_LOGIN_CODE);
		channel_forbid(syncer, IPC_LOGIN_PROGRESS);
	}
	if (task != SYNC_ALL && task != SYNC_RUNS)
		channel_forbid(syncer, IPC_RUNS_SENT);
}

static bool
start(struct supervisor *s, const struct ipc_sync_job *job,
    const struct ipc_message *label, struct err *err)
{
	if (s->syncer != NULL)
		return err_set(err, ERR_SYNC_RUNNING, "by this daemon");
	if (s->is_stopping && (job->flags & SYNC_HURRY) == 0)
		return err_set(err, ERR_NOT_RUNNING, "it is stopping");
	s->syncer = supervisor_add_child(s, SYNCER, CHILD_FOR_ONE_JOB);
	if (s->syncer == NULL)
		return err_set(err, ERR_NO_MEMORY, "syncer");
	s->syncer->longest_ms = (job->flags & SYNC_HURRY) != 0 ? HURRY_MS :
	    JOB_GRACE_MS + (job->task == SYNC_LOGIN ? LOGIN_MS :
	    2 * s->settings.sync_timeout_ms);
	s->sync_task = (enum sync_task)job->task;
	s->has_sync_result = s->is_sync_unwanted = false;
	child_start(s->syncer);
	/* Without a channel its end is on the way, or told already. */
	if (s->syncer == NULL || s->syncer->channel == NULL)
		return true;
	set_permits(s->syncer->channel, s->sync_task);
	channel_send(s->syncer->channel, &(struct ipc_outgoing) {
	    .type = IPC_SYNC_JOB, .body = job,
	    .tail = label != NULL ? label->tail : NULL,
	    .tail_len = label != NULL ? label->tail_len : 0, .fd = -1 });
	return true;
}

/* The asker first: who cannot be started has his say at once. */
static void
start_for(struct supervisor *s, struct channel *cli,
    const struct ipc_sync_job *job, const struct ipc_message *msg,
    struct err *err)
{
	struct channel *before = s->sync_asker;

	s->sync_asker = cli;
	if (!start(s, job, msg, err))
		s->sync_asker = before;
}

/* How it went stands beside the snapshot; nobody else waits for it. */
static void
on_interval(evutil_socket_t fd, short what, void *arg)
{
	struct ipc_sync_job job = { .task = SYNC_ALL };
	struct supervisor *s = arg;
	struct err err = { 0 };

	(void)fd;
	(void)what;
	if (!s->is_stopping && !start(s, &job, NULL, &err))
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
	uint32_t at_random = 0;
	uint64_t ms;
	struct timeval t;

	/* Not all machines of a site at the same moment. */
	if (getrandom(&at_random, sizeof at_random, GRND_NONBLOCK) == -1)
		at_random = (uint32_t)getpid();
	ms = sync_delay_ms(s->settings.sync_interval_ms, at_random);
	t = (struct timeval) { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) };
	event_del(s->interval);
	/* A command is its own supervisor for the time of one sync. */
	if (ms != 0 && s->options.attached_fd == -1)
		event_add(s->interval, &t);
}

static bool
sends_runs(const struct supervisor *s)
{
	return s->settings.uploads_runs && (s->sync_task == SYNC_ALL ||
	    s->sync_task == SYNC_RUNS);
}

void
syncing_hand(struct supervisor *s, struct child *syncer)
{
	int folder = s->folders[RUNS_FOLDER], fd;
	struct err err;

	if (s->sync_task == SYNC_DRY && s->preview != -1)
		child_hand(syncer, HAND_PREVIEW, SUPERVISOR, 0,
		    take_fd(&s->preview));
	if (!sends_runs(s))
		return;
	run_segments_take(folder);
	for (uint32_t n = 1; n <= RUN_SEGMENTS; n++)
		if ((fd = run_segments_open(folder, n)) != -1)
			child_hand(syncer, HAND_RUNS_SEGMENT, SUPERVISOR, n,
			    fd);
	fd = run_segments_open_rejected(folder, &err);
	if (fd == -1)
		log_err("syncer", &err);
	child_hand(syncer, HAND_RUNS_REJECTED, SUPERVISOR, 0, fd);
}

static bool
is_logged_in(const struct supervisor *s)
{
	return faccessat(s->folders[CLOUD_FOLDER], "identity.json", F_OK, 0) ==
	    0;
}

bool
syncing_drains(struct supervisor *s)
{
	struct ipc_sync_job job = { .task = SYNC_RUNS, .flags = SYNC_HURRY };
	struct err err;

	if (s->is_draining)
		return s->syncer != NULL;
	s->is_draining = true;
	/* One that runs is stopped as before; it takes up the same records. */
	if (s->syncer != NULL || s->options.attached_fd != -1 ||
	    !s->settings.uploads_runs || !is_logged_in(s) ||
	    !run_segments_wait(s->folders[RUNS_FOLDER]))
		return false;
	return start(s, &job, NULL, &err) && s->syncer != NULL;
}

void
syncing_child_ended(struct supervisor *s, const struct child *ended)
{
	struct err err = { 0 };

	if (ended != s->syncer)
		return;
	s->syncer = NULL;
	if (s->sync_asker == NULL)
		return;
	/* Without a last word it was killed, or never started. */
	if (!s->has_sync_result && s->is_sync_unwanted)
		err_set(&err, ERR_CLOUD_NOT_LOGGED_IN, "any more");
	else if (!s->has_sync_result)
		err_set(&err, ERR_START_FAILED, "syncer");
	channel_send_done(s->sync_asker, &err, 0, "");
	s->sync_asker = NULL;
}

void
syncing_forget(struct supervisor *s, const struct channel *asker)
{
	if (s->sync_asker != asker)
		return;
	s->sync_asker = NULL;
	/* Without its user nobody would see the code. */
	if (s->syncer != NULL && s->sync_task == SYNC_LOGIN)
		child_stop(s->syncer, STOP_GRACE_MS);
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

/* What it would still fetch is what a logout is to remove. */
static void
end_for_logout(struct supervisor *s)
{
	if (s->syncer == NULL || s->sync_task == SYNC_FORGET)
		return;
	s->is_sync_unwanted = true;
	child_kill(s->syncer, CHILD_BLAMELESS);
}

/* SYNC_START from the user's command: answered by rows, then DONE. */
void
on_sync_start(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_sync_start *ask = msg->body;
	struct ipc_sync_job job = { .task = ask->task, .flags = ask->flags,
	    .url_len = ask->url_len };
	struct supervisor *s = self;
	struct err err = { 0 };

	if (ask->task == SYNC_FORGET)
		end_for_logout(s);
	if (s->syncer == NULL && ask->task == SYNC_ALL &&
	    is_recent_enough(s, ask->if_older_s)) {
		channel_send_done(cli, &err, 0, "recent");
		return;
	}
	if (ask->task == SYNC_NOTHING || ask->task == SYNC_DRY ||
	    ask->task >= SYNC_TASKS)
		err_set(&err, ERR_USAGE, "task %u", ask->task);
	else
		start_for(s, cli, &job, msg, &err);
	if (err.code != ERR_NONE)
		channel_send_done(cli, &err, 0, "");
}

/*
 * SYNC_PREVIEW from the user's command: the syncer writes to his descriptor
 * what a sync would change, and we do not look at it.
 */
void
on_sync_preview(struct channel *cli, const struct ipc_message *msg, void *self)
{
	const struct ipc_sync_start *ask = msg->body;
	struct ipc_sync_job job = { .task = SYNC_DRY, .flags = ask->flags &
	    SYNC_AS_JSON };
	struct supervisor *s = self;
	struct err err = { 0 };

	if (s->preview == -1)
		s->preview = take_fd(msg->fd);
	start_for(s, cli, &job, NULL, &err);
	/* Handed on by now, or of no use. */
	if (s->preview != -1)
		close(take_fd(&s->preview));
	if (err.code != ERR_NONE)
		channel_send_done(cli, &err, 0, "");
}

/* RUNS_UNWANTED from the user's command: whom they were for is not there. */
void
on_runs_unwanted(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;

	(void)msg;
	run_segments_drop(s->folders[RUNS_FOLDER]);
	channel_send_done(cli, &(struct err) { 0 }, 0, "");
}

static void
pass_on(struct supervisor *s, const struct ipc_message *msg)
{
	if (s->sync_asker != NULL)
		channel_send(s->sync_asker, &(struct ipc_outgoing) {
		    .type = msg->type, .body = msg->body, .tail = msg->tail,
		    .tail_len = msg->tail_len, .fd = -1 });
}

/* LOGIN_CODE from the syncer, once, for whoever asked. */
void
on_login_code(struct channel *syncer, const struct ipc_message *msg,
    void *self)
{
	channel_forbid(syncer, IPC_LOGIN_CODE);
	pass_on(self, msg);
}

/* LOGIN_PROGRESS from the syncer, for whoever asked. */
void
on_login_progress(struct channel *syncer, const struct ipc_message *msg,
    void *self)
{
	(void)syncer;
	pass_on(self, msg);
}

/* RUNS_SENT from the syncer: that segment can go. */
void
on_runs_sent(struct channel *syncer, const struct ipc_message *msg, void *self)
{
	const struct ipc_runs_sent *sent = msg->body;
	struct supervisor *s = self;

	(void)syncer;
	run_segments_remove(s->folders[RUNS_FOLDER], sent->number);
}

/*
 * SYNC_RESULT from the syncer, for whoever asked.  DONE follows when the process
 * is gone: who asks for another sync then gets one.
 */
void
on_sync_result(struct channel *syncer, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;

	channel_forbid(syncer, IPC_SYNC_RESULT);
	s->has_sync_result = true;
	pass_on(s, msg);
}
