/* SPDX-License-Identifier: ISC */
/*
 * cloud_call: one request to the control plane, and its answer, whole.
 *
 * The answer is bounded before it is kept; what it means is the caller's to
 * say.  Redirects are not followed and coded bodies not decoded: both are
 * answers that cannot be used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syncer/snapshot_file.h"

struct curl_slist;
struct err;
struct secret;
struct transfer;
struct upstream;

#define CLOUD_CALL_BODY_MAX (8 << 20)	/* bytes of an answer */
#define CLOUD_CALL_TYPE_MAX 64		/* bytes, with the NUL */
#define CLOUD_CALL_WAIT_MAX_S 3600u	/* that a retry-after may ask for */

/*
 * Called once for each start, from the event loop: ERR_NONE when there is an
 * answer of whatever status, else why there is none.  The next call may be
 * started in it.
 */
typedef void cloud_call_ended(const struct err *, void *arg);

/* All zero before the first start. */
struct cloud_call {
	struct transfer *transfer;
	struct curl_slist *headers;
	cloud_call_ended *ended;
	void *arg;
	char *body;			/* NUL-terminated; NULL: none */
	size_t body_len;
	bool is_too_long, is_coded;
	long status;			/* 0: no answer */
	uint32_t retry_after_s;		/* 0: it did not say */
	char etag[SNAPSHOT_ETAG_MAX];	/* "" when there is none usable */
	char type[CLOUD_CALL_TYPE_MAX];	/* of the body, "" when not told */
};

struct cloud_ask {
	const char *base;		/* of the control plane */
	const char *path;		/* "/v1/sync" */
	const char *etag;		/* NULL or "": unconditional */
	const char *body;		/* JSON to post, copied; NULL: GET */
	const struct secret *token;	/* NULL: without */
	uint32_t timeout_ms;		/* for all of it; 0: no limit here */
};

/* ERR_NO_MEMORY. */
bool cloud_call_start(struct cloud_call *, struct upstream *,
    const struct cloud_ask *, cloud_call_ended *, void *arg, struct err *);

/* Is it a 200 with a plain JSON body?  Else the error that its status means. */
bool cloud_call_check(const struct cloud_call *, struct err *);

/* Cancels what is under way and gives back what it holds. */
void cloud_call_reset(struct cloud_call *);
