/* SPDX-License-Identifier: ISC */
#include "broker/audit_writer.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

struct audit_writer {
	int ours, theirs;	/* the pair: a job's address out and back */
	struct event *answered;
	audit_written *written;
	void *arg;
	struct audit_job job;	/* the thread's while busy */
	bool is_running, is_busy;
};

/* A call that failed for the moment: whoever gave up would leave the other deaf. */
static bool
has_to_try_again(ssize_t n)
{
	return n == -1 &&
	    (errno == EINTR || errno == ENOBUFS || errno == ENOMEM);
}

static bool
pass_on(int end, struct audit_job *j)
{
	ssize_t n;

	do
		n = write(end, &j, sizeof j);
	while (has_to_try_again(n));
	return n == (ssize_t)sizeof j;
}

static bool
take_over(int end, struct audit_job **j)
{
	ssize_t n;

	do
		n = read(end, j, sizeof *j);
	while (has_to_try_again(n));
	return n == (ssize_t)sizeof *j;
}

static void
do_job(struct audit_job *j)
{
	if (j->err.code != ERR_NONE)
		return;
	if (j->len > 0) {
		if (!audit_log_check(&j->log, &j->err))
			return;
		j->written = audit_log_write(&j->log, j->bytes, j->len,
		    &j->err);
		if (j->written < j->len)
			return;
	}
	if (j->wants_sync && fdatasync(j->log.fd) == -1)
		err_set_os(&j->err, ERR_AUDIT_UNAVAILABLE,
		    "the log cannot be synced");
}

static void
close_log(struct audit_log *log)
{
	if (log->fd != -1)
		close(log->fd);
	if (log->folder != -1)
		close(log->folder);
	log->fd = log->folder = -1;
}

static void *
run(void *arg)
{
	const int end = *(const int *)arg;
	struct audit_job *j = NULL;

	/* The first one says that the thread is there. */
	while (pass_on(end, j) && take_over(end, &j)) {
		do_job(j);
		close_log(&j->log);	/* this may wait for the disk too */
	}
	return NULL;
}

static void
on_answered(evutil_socket_t end, short what, void *arg)
{
	struct audit_writer *w = arg;
	struct audit_job *j, done;

	(void)what;
	if (!take_over(end, &j))
		return;
	done = w->job;
	w->is_busy = false;
	w->written(&done, w->arg);
}

struct audit_writer *
audit_writer_new(struct event_base *base, audit_written *written, void *arg,
    struct err *err)
{
	struct audit_writer *w = calloc(1, sizeof *w);
	int pair[2];

	if (w == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    pair) == -1) {
		free(w);
		err_set_os(err, ERR_NO_MEMORY, "audit writer");
		return NULL;
	}
	*w = (struct audit_writer) { .ours = pair[0], .theirs = pair[1],
	    .written = written, .arg = arg };
	w->answered = event_new(base, w->ours, EV_READ | EV_PERSIST,
	    on_answered, w);
	if (w->answered == NULL || event_add(w->answered, NULL) == -1) {
		err_set(err, ERR_NO_MEMORY, "audit writer");
		audit_writer_free(w);
		return NULL;
	}
	return w;
}

bool
audit_writer_start(struct audit_writer *w, struct err *err)
{
	pthread_attr_t attributes;
	struct audit_job *none;
	sigset_t all, before;
	pthread_t thread;
	int os;

	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	os = pthread_create(&thread, &attributes, run, &w->theirs);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* Its own first calls must be over before the filter comes. */
	errno = os;
	w->is_running = os == 0 && take_over(w->ours, &none);
	return w->is_running ||
	    err_set_os(err, ERR_START_FAILED, "audit writer");
}

void
audit_writer_free(struct audit_writer *w)
{
	if (w == NULL)
		return;
	if (w->answered != NULL)
		event_free(w->answered);
	close(w->ours);
	/* 'theirs' and *w are the thread's as long as it lives. */
}

bool
audit_writer_is_busy(const struct audit_writer *w)
{
	return w->is_busy;
}

static bool
copy_descriptor(int *fd, struct err *err)
{
	if (*fd == -1)
		return true;
	*fd = fcntl(*fd, F_DUPFD_CLOEXEC, 0);
	return *fd != -1 || err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
}

void
audit_writer_give(struct audit_writer *w, const struct audit_log *log,
    const char *bytes, size_t len, bool wants_sync)
{
	struct audit_job *j = &w->job;

	*j = (struct audit_job) { .log = *log, .bytes = bytes, .len = len,
	    .wants_sync = wants_sync };
	/* A log that is given up meanwhile stays the one that is meant. */
	copy_descriptor(&j->log.fd, &j->err);
	copy_descriptor(&j->log.folder, &j->err);
	w->is_busy = true;
	/* Nobody would answer: it looks like a disk that does not. */
	if (!pass_on(w->ours, j))
		log_error("audit: the writer is not there");
}

bool
audit_writer_wait(struct audit_writer *w, int limit_ms)
{
	struct pollfd end = { .fd = w->ours, .events = POLLIN };

	while (w->is_busy) {
		int n = poll(&end, 1, limit_ms);

		if (n == -1 && errno == EINTR)
			continue;
		if (n != 1)
			return false;
		on_answered(w->ours, EV_READ, w);
	}
	return w->is_running;
}
