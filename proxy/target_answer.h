/* SPDX-License-Identifier: ISC */
/*
 * target_answer: what the user's command is told of an agent's target.
 */
#pragma once

#include "proxy/target.h"

/*
 * {"id","effective":{"provider","model"}|null,"source","reason",
 *  "file": that decided, e.g. "routing/routes.json", or null,
 *  "syncedAt": of the snapshot, when that is the file, or null,
 *  "policyId"|null,"policyKind":"policy"|"bundle"|null,
 *  "policySource":"cloud"|"local"|"none",
 *  "failoverTo":{"provider","model"}|null,
 *  "spendDay": USD,"callsDay","unpricedCallsDay","callsInFlight",
 *  "cascade":[{"triggerSpendDay"|null,"triggerCallsDay"|null,
 *	"fallback":{"provider","model"},"reached","inForce"}],
 *  "legs":[{"provider","model","priority","capUsdPerDay"|null,
 *	"capCallsPerDay"|null,"spendDay","callsDay","reached","inForce"}],
 *  "aliases":[{"pattern","provider","model"}]: of the route, if it counts}
 *
 * "callsDay" are those that have ended.  Free with json_object_put().
 */
struct json_object *target_answer(const struct target_wish *);
