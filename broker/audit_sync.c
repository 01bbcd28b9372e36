/* SPDX-License-Identifier: ISC */
#include "broker/audit_sync.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"

struct audit_sync {
	int ours, theirs;	/* the pair: a descriptor out, an errno back */
	struct event *answered;
	audit_synced *synced;
	void *arg;
	bool is_busy;
};

static void *
run(void *arg)
{
	const int end = *(const int *)arg;
	int fd, os = 0;

	if (write(end, &os, sizeof os) != (ssize_t)sizeof os)
		return NULL;
	while (read(end, &fd, sizeof fd) == (ssize_t)sizeof fd) {
		os = fdatasync(fd) == 0 ? 0 : errno;
		if (write(end, &os, sizeof os) != (ssize_t)sizeof os)
			break;
	}
	return NULL;
}

static void
on_answered(evutil_socket_t end, short what, void *arg)
{
	struct audit_sync *s = arg;
	int os = EIO;

	(void)what;
	if (read(end, &os, sizeof os) != (ssize_t)sizeof os)
		return;
	s->is_busy = false;
	s->synced(os, s->arg);
}

struct audit_sync *
audit_sync_new(struct event_base *base, audit_synced *synced, void *arg,
    struct err *err)
{
	struct audit_sync *s = calloc(1, sizeof *s);
	int pair[2];

	if (s == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    pair) == -1) {
		free(s);
		err_set_os(err, ERR_NO_MEMORY, "sync thread");
		return NULL;
	}
	*s = (struct audit_sync) { .ours = pair[0], .theirs = pair[1],
	    .synced = synced, .arg = arg };
	s->answered = event_new(base, s->ours, EV_READ | EV_PERSIST,
	    on_answered, s);
	/* A hung disk: those who wait have deadlines of their own. */
	if (s->answered == NULL || event_add(s->answered, NULL) == -1) {
		err_set(err, ERR_NO_MEMORY, "sync thread");
		audit_sync_free(s);
		return NULL;
	}
	return s;
}

bool
audit_sync_start(struct audit_sync *s, struct err *err)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int os;

	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	os = pthread_create(&thread, &attributes, run, &s->theirs);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* Its own first calls must be over before the filter comes. */
	errno = os;
	return (os == 0 && read(s->ours, &os, sizeof os) ==
	    (ssize_t)sizeof os) ||
	    err_set_os(err, ERR_START_FAILED, "sync thread");
}

void
audit_sync_free(struct audit_sync *s)
{
	if (s == NULL)
		return;
	if (s->answered != NULL)
		event_free(s->answered);
	close(s->ours);
	/* 'theirs' and *s are the thread's as long as it lives. */
}

bool
audit_sync_is_busy(const struct audit_sync *s)
{
	return s->is_busy;
}

void
audit_sync_request(struct audit_sync *s, int fd)
{
	s->is_busy = true;
	if (write(s->ours, &fd, sizeof fd) != (ssize_t)sizeof fd)
		s->is_busy = false;
}
