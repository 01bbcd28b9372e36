/* SPDX-License-Identifier: ISC */
/*
 * login_answer: what the control plane says while a machine logs in (RFC 8628,
 * with the error shape of its own API as well), and how long to wait before it
 * is asked again.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;

#define LOGIN_DEVICE_CODE_MAX 512	/* bytes */
#define LOGIN_ID_MAX 128		/* bytes, of device and workspace */
#define LOGIN_EXPIRES_MAX_S 1800u
#define LOGIN_INTERVAL_S 5u		/* when it names none; source: 3.2 */
#define LOGIN_WAIT_MAX_S 60u		/* unless it asks for more itself */

struct login_begun {
	char device_code[LOGIN_DEVICE_CODE_MAX + 1];
	char user_code[LOGIN_USER_CODE_MAX + 1];
	char uri[LOGIN_URI_MAX + 1];
	char complete[LOGIN_URI_MAX + 1];	/* "" when there is none */
	uint32_t interval_s, expires_s;		/* within limits */
};

/*
 * A code is visible ASCII; a URI is https, or http to this machine, in visible
 * ASCII without quotes.  ERR_CLOUD_INVALID names what is not.
 */
bool login_answer_begun(const char *text, size_t len, struct login_begun *,
    struct err *);

struct login_token {
	char token[8193];
	char workspace_id[LOGIN_ID_MAX + 1], device_id[LOGIN_ID_MAX + 1];
};

/* ERR_CLOUD_INVALID.  Wipe it. */
bool login_answer_token(const char *text, size_t len, struct login_token *,
    struct err *);

enum login_verdict {
	VERDICT_NOTHING,
	VERDICT_TOKEN,		/* it is in the answer */
	VERDICT_WAIT,		/* nobody has approved it yet */
	VERDICT_SLOWER,		/* the same, and asked too often */
	VERDICT_TROUBLE,	/* no answer, 429, 5xx: later, and less often */
	VERDICT_OVER,		/* *err says why */
	VERDICTS
};

/* Of an answer to a poll with that status. */
enum login_verdict login_answer_judge(long status, const char *text,
    size_t len, struct err *);

struct login_pace {
	uint32_t interval_s;
	uint32_t n_troubles;	/* in a row */
};

/* Seconds to wait after a verdict; 'retry_after_s' is 0 when not told. */
uint32_t login_pace_next(struct login_pace *, enum login_verdict,
    uint32_t retry_after_s);
