/* SPDX-License-Identifier: ISC */
/*
 * run_record: one model call as a line of runs/runs.jsonl.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"
#include "proxy/usage_scan.h"

#define RUN_RECORD_MAX 4096	/* bytes of a line, with its end and a NUL */
#define RUN_ID_MAX 65		/* bytes, with the NUL */

struct run_record {
	const char *run_id;	/* groups the calls of one task */
	const char *request_id;
	const char *agent, *provider, *model;
	const char *policy_id;	/* NULL: none */
	const char *policy_source;	/* "cloud", "local" or "none" */
	const char *error;	/* NULL: it went well */
	int64_t started_ms, ended_ms;	/* UTC */
	enum dialect dialect;
	int http_status;	/* 0: no answer of the provider */
	bool is_streamed;
	struct usage usage;
};

/* The line with its line feed; its length. */
size_t run_record_format(const struct run_record *,
    char line[RUN_RECORD_MAX]);

/* A run id is 1 to 64 visible ASCII characters. */
bool run_id_is_valid(const char *text);
