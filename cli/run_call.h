/* SPDX-License-Identifier: ISC */
/* run_call: one model call, as a line of the run records tells it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/* Texts belong to the record; NULL: it does not say. */
struct run_call {
	const char *run_id, *request_id, *agent;
	const char *provider, *model;	/* of the target that answered */
	const char *error, *failover_note;
	const char *policy_id, *policy_source;
	const char *started, *ended;	/* UTC text */
	uint64_t started_ms, ended_ms;
	int64_t http_status, failovers;
	int64_t input, output, cache_read, cache_write, reasoning;
	double cost;			/* US dollars, of all attempts */
	const char *failed_provider, *failed_model;	/* NULL: no such one */
	int64_t failed_input, failed_output;
	double failed_cost;
	bool failed_has_cost;
	bool has_cost, is_failed, is_streamed;
};

/* false when it is no record of a call. */
bool run_call_read(struct run_call *, const struct json_object *record);

/* Parses a line and reads it; free *record in any case. */
bool run_call_parse(struct run_call *, const char *line, size_t len,
    struct json_object **record);
