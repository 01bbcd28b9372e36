/* SPDX-License-Identifier: ISC */
#include "cli/cloud.h"

#include <time.h>

#include "cli/call.h"
#include "cli/credential.h"
#include "cli/sync_call.h"
#include "common/errors.h"

/* A sync that is under way is ended, which takes a moment. */
#define FORGET_TRIES 100
#define FORGET_PAUSE_MS 50

bool
cloud_store_token(int home, const char *url, const struct secret *token,
    struct err *err)
{
	struct credential_add add = { .provider = CLOUD_ENTRY, .url = url,
	    .scheme = AUTH_BEARER, .uid = IPC_UID_UNKNOWN,
	    .flags = CREDENTIAL_IS_CLOUD };
	struct call_end end;

	return credential_send(home, &add, token, &end, err);
}

bool
cloud_remember(int home, const char *url, const char *label, struct err *err)
{
	const struct sync_wish wish = { .start.task = SYNC_REMEMBER,
	    .url = url, .label = label };
	struct sync_end end;

	return sync_call(home, &wish, &end, err);
}

bool
cloud_drop_queue(int home, struct err *err)
{
	struct call_ask ask = { .server = SUPERVISOR,
	    .type = IPC_RUNS_UNWANTED };

	return call_ask(home, &ask, NULL, err);
}

static bool
forget_files(int home, struct err *err)
{
	const struct timespec pause = { 0, FORGET_PAUSE_MS * 1000000L };
	const struct sync_wish wish = { .start.task = SYNC_FORGET };
	struct sync_end end;

	for (int i = 0; i < FORGET_TRIES; i++) {
		if (sync_call(home, &wish, &end, err))
			return true;
		if (err->code != ERR_SYNC_RUNNING)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* The token first: without it no further sync brings anything back. */
bool
cloud_forget(int home, bool *had_token, struct err *err)
{
	return credential_remove_one(home, CLOUD_ENTRY, NULL, had_token,
	    err) && forget_files(home, err) && cloud_drop_queue(home, err);
}
