/* SPDX-License-Identifier: ISC */
/*
 * run_record: one model call as a line of runs/runs.jsonl, and back.
 *
 * A failover pair is one record: it names the target that answered.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc.h"
#include "common/ipc_bodies.h"
#include "proxy/day_usage.h"
#include "proxy/routes.h"
#include "proxy/usage_scan.h"

#define RUN_RECORD_MAX 8192	/* bytes of a line, with its end and a NUL */
#define RUN_ID_MAX 65		/* bytes, with the NUL */

/* What an attempt took that failed, and is not the one that the record names. */
struct run_spent {
	char provider[IPC_NAME_TEXT];	/* "": there was none that took anything */
	char model[MODEL_MAX];	/* as it was sent */
	struct usage usage;
	struct usage_cost cost;
};

struct run_record {
	const char *run_id;	/* groups the calls of one task */
	const char *request_id;
	const char *agent, *provider;
	const char *model;	/* as it was sent */
	const char *target_model;	/* as the target has it: "*", too */
	const char *policy_id;	/* NULL: none */
	const char *policy_source;	/* "cloud", "local" or "none" */
	const char *error;	/* NULL: it went well */
	const char *failover_note;	/* NULL: none */
	const char *losses;	/* field paths, ", " between them; "": none */
	unsigned n_failovers;
	int64_t started_ms, ended_ms;	/* UTC */
	/* From the start; negative: it never came to that. */
	int64_t grant_ms, first_byte_ms;
	enum dialect dialect;
	int http_status;	/* 0: no answer of the provider */
	bool is_streamed;
	struct usage usage;
	const struct run_spent *spent;	/* by an attempt before it */
	struct usage_cost cost;	/* of all of it */
};

/* The line with its line feed; its length. */
size_t run_record_format(const struct run_record *,
    char line[RUN_RECORD_MAX]);

/* What the counters of a day want to know of a record. */
struct run_summary {
	char agent[IPC_NAME_TEXT];
	char policy_id[IPC_NAME_TEXT];	/* "": none */
	struct model_ref target;
	int64_t ended_s;	/* UTC */
	struct usage_cost cost;
};

/* false when the line, without its line feed, is no record of ours. */
bool run_summary_read(struct run_summary *, const char *line, size_t len);

/* A run id is 1 to 64 visible ASCII characters. */
bool run_id_is_valid(const char *text);
