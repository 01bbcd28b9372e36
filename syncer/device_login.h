/* SPDX-License-Identifier: ISC */
/*
 * device_login: a token by the device grant (RFC 8628).
 *
 *	LOGIN_REQUEST -> LOGIN_GRANTED {URL} -> POST begin -> LOGIN_CODE ->
 *	POST poll ... -> LOGIN_TOKEN to the broker -> DONE -> identity.json
 *
 * The token goes to the broker and nowhere else; what is told of the login to
 * the supervisor, for the user's command, has no part of it.
 */
#pragma once

#include <stdint.h>

#include "syncer/login_answer.h"

struct event;
struct syncer;

struct device_login {
	struct login_begun begun;
	struct login_pace pace;
	struct event *poll;
	uint64_t expires_ms;	/* CLOCK_BOOTTIME */
	char workspace_id[LOGIN_ID_MAX + 1], device_id[LOGIN_ID_MAX + 1];
};

/* The URL is there: begins.  How it ends is told by syncer_finish(). */
void device_login_start(struct syncer *);
