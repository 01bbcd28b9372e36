/* SPDX-License-Identifier: ISC */
/*
 * policy_entry: an agent's policy, as "policy set" describes it and as
 * routing/policies.json keeps it.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/amount.h"
#include "cli/routing_file.h"

struct err;
struct invocation;
struct json_object;

#define POLICY_STEPS_MAX 16

enum policy_trigger { POLICY_BY_SPEND = 1, POLICY_BY_CALLS };

struct policy_step {
	enum policy_trigger trigger;
	struct amount at;	/* US dollars, or calls, of a UTC day */
	struct routing_target fallback;
};

struct policy {
	struct routing_target primary;
	struct policy_step steps[POLICY_STEPS_MAX];
	size_t n_steps;
	bool has_failover;
	struct routing_target failover;
};

/*
 * From --primary, --at, --at-calls and --failover-to; the steps by spend come
 * first, each kind ascending.  ERR_USAGE, also for two steps at one amount.
 */
bool policy_parse(struct policy *, const struct invocation *, struct err *);

/* The entry of the file. */
struct json_object *policy_entry(const struct policy *);
/* The same as commands show it: every step has both triggers, one is null. */
struct json_object *policy_view(struct json_object *entry);

/* {"provider","model"}. */
struct json_object *policy_target(const struct routing_target *);
