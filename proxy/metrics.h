/* SPDX-License-Identifier: ISC */
/*
 * metrics: counters, and the last errors that agents were given.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "proxy/http_error.h"

#define LAST_ERRORS 20
#define REQUEST_ID_TEXT 24	/* "req_" and 16 digits, with the NUL */

struct last_error {
	int64_t at_ms;		/* UTC; 0: unused */
	enum err_code code;
	char message[HTTP_ERROR_TEXT_MAX];
	char request_id[REQUEST_ID_TEXT];
	char agent[IPC_NAME_TEXT];	/* "" when it is not known */
};

struct metrics {
	uint64_t n_requests, n_errors;
	uint64_t n_guarded;	/* streams of ours that broke their rules */
	struct last_error errors[LAST_ERRORS];	/* a ring */
};

/* 'agent' may be "". */
void metrics_note_error(struct metrics *, int64_t at_ms,
    const struct http_error *, const char *agent);

/* The 'n'-th of the last errors, the newest first; NULL past the oldest. */
const struct last_error *metrics_error(const struct metrics *, size_t n);
