/* SPDX-License-Identifier: ISC */
#include "egress/request.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/process/process.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/upstream/upstream.h"
#include "egress/answer.h"
#include "egress/body.h"
#include "egress/credential.h"
#include "egress/outlet.h"
#include "egress/request_head.h"

#define POOL_MAX 32		/* requests kept with their libcurl handles */
#define WRITE_EARLY 32768	/* bytes that do not wait for the turn's end */

enum stage { FREE, GATHERING, SENT, DRAINING };

struct request {
	TAILQ_ENTRY(request) next;	/* in flight, or in the pool */
	TAILQ_ENTRY(request) next_dirty;
	struct requests *all;
	struct transfer *transfer;
	struct event *ready, *writable, *quiet;
	enum stage stage;
	int pair;
	char method[8];
	char *text;		/* target and a NUL, then header lines */
	struct request_head head;
	struct body body;
	struct outlet outlet;
	struct answer answer;
	struct ipc_outcome outcome;
	uint64_t active_ms;	/* when a byte last moved */
	bool is_dirty;		/* the outlet has something new */
	bool waits_for_body;	/* libcurl is paused until the pair has more */
	bool waits_for_reader;	/* libcurl is paused until the pair has room */
};

TAILQ_HEAD(request_list, request);

struct requests {
	struct event_base *base;
	struct upstream *upstream;
	const struct credential *credential;
	struct requests_hooks hooks;
	struct curl_slist no_type, identity, no_expect, key;
	char key_placeholder[1];
	struct request_list in_flight, pool, dirty;
	size_t n_in_flight, n_pool;
};

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
set_timer(struct event *timer, uint64_t wait_ms)
{
	struct timeval wait = { (time_t)(wait_ms / 1000),
	    (suseconds_t)(wait_ms % 1000 * 1000) };

	event_add(timer, &wait);
}
