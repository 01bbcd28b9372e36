/* SPDX-License-Identifier: ISC */
/*
 * plans: policies and bundles, the cloud's and our own.
 *
 * A policy has a target, steps that replace it when so much was used today, and
 * a second target for when the first one fails.  A bundle has legs, which are
 * used in the order of their priority, each until its caps for the day are
 * reached.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/routes.h"

struct err;
struct json_object;
struct problems;

#define POLICIES_FILE_MAX (1 << 20)	/* bytes of routing/policies.json */
#define PLAN_STEPS_MAX 64		/* steps of a policy, legs of a bundle */

enum plan_kind { PLAN_NONE, PLAN_POLICY, PLAN_BUNDLE };

/*
 * A step of a policy, or a leg of a bundle, and what the agent, or the leg,
 * has to have used of the day for the step to count, or the leg no more.
 */
struct plan_step {
	struct model_ref target;
	bool has_spend, has_calls;
	double spend_usd;
	uint64_t n_calls;
	int64_t priority;	/* of a leg */
	size_t place;		/* as it was written */
};

struct plan {
	char agent[IPC_NAME_TEXT];	/* of a local one, else "" */
	char id[IPC_NAME_TEXT];
	enum plan_kind kind;
	bool is_enabled;
	struct model_ref target;	/* of a policy */
	bool has_failover;
	struct model_ref failover;	/* of a policy */
	struct plan_step *steps;	/* legs: sorted by priority */
	size_t n_steps;
	size_t place;		/* in its list */
};

/* Sorted by agent and id, each pair once. */
struct plan_list {
	struct plan *items;
	size_t n;
};

/*
 * From arrays of the snapshot; a bad entry, step or leg is left out and told in
 * 'problems', and of two with the same id the first stays.  ERR_NO_MEMORY.
 */
bool plans_read_policies(struct plan_list *, struct json_object *array,
    struct problems *, struct err *);
bool plans_read_bundles(struct plan_list *, struct json_object *array,
    struct problems *, struct err *);

/*
 * From the text of routing/policies.json: {"policies":{"<agent>":{"id",
 * "primary":{"provider","model"},"cascade":[{"triggerSpendDay" and/or
 * "triggerCallsDay","fallback":{"provider","model"}}],"failoverTo"}}}.
 * ERR_FILE_DAMAGED only when nothing can be used.
 */
bool plans_parse_local(struct plan_list *, const char *text, size_t len,
    struct problems *, struct err *);

const struct plan *plans_find(const struct plan_list *, const char *id);
const struct plan *plans_find_local(const struct plan_list *,
    const char *agent);
void plans_reset(struct plan_list *);

/* The id that stands in member 'name'; ERR_ID_INVALID names the member. */
bool plan_id_read(char id[IPC_NAME_TEXT], const struct json_object *entry,
    const char *name, struct err *err);

/* A target as the cloud writes it. */
bool plan_target_read(struct model_ref *, const struct json_object *object,
    struct err *);
