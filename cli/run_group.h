/* SPDX-License-Identifier: ISC */
/*
 * run_group: calls that belong to one task, added up.  Pure.
 *
 * Calls are added from the newest back; the sums do not depend on the order.
 * What was spent is the sum of what is known, with the number of calls that it
 * leaves out beside it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct run_call;
struct run_group;

struct run_group *run_group_new(void);
void run_group_free(struct run_group *);

/* Memory that is short leaves a call out of 'modelsUsed' alone. */
void run_group_add(struct run_group *, const struct run_call *);

uint64_t run_group_ended_ms(const struct run_group *);

/* A row of "runs"; the caller frees it. */
struct json_object *run_group_row(const struct run_group *);

/* A row for one call: the same members, and what only a call has. */
struct json_object *run_call_row(const struct run_call *);
