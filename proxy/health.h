/* SPDX-License-Identifier: ISC */
/*
 * health: how the targets have fared lately, one circuit each.
 *
 *	          n failures, or a retry-after            its time is over, asked
 *	CLOSED ----------------------------------> OPEN ---------------> HALF_OPEN
 *	  ^ ^                                       ^                       |  |
 *	  | '---------- it answered ----------------'------ it failed ------'  |
 *	  '------------------------------------- it answered ------------------'
 *
 * A target is provider and model, as policies name them: an overload or a rate
 * limit of one model says nothing of another, and a provider that cannot be
 * reached opens the circuit of each of its models within a few requests.
 *
 * A circuit is advice about which target to try first, never a refusal.  Pure:
 * the clock and the chance are the caller's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/routes.h"

#define HEALTH_TARGETS_MAX 128	/* of the others nothing is known */
#define RETRY_AFTER_MAX_MS 600000	/* a longer one counts as this */

enum circuit { CIRCUIT_CLOSED, CIRCUIT_OPEN, CIRCUIT_HALF_OPEN };

struct health {
	struct model_ref target;
	enum circuit circuit;
	unsigned n_failures;	/* since it last answered */
	unsigned n_openings;	/* in a row: the wait doubles with each */
	int64_t until_ms;	/* while OPEN */
	int64_t changed_ms;
	bool is_probed;		/* HALF_OPEN: one request is out */
};

struct health_table {
	struct health targets[HEALTH_TARGETS_MAX];
	size_t n;
};

/* Settings. */
struct health_rules {
	uint64_t n_failures;	/* that open a circuit; 0: it never opens */
	uint64_t wait_ms, wait_max_ms;	/* the first one, the longest one */
};

/* "closed", "open" or "half-open"; static storage. */
const char *circuit_name(enum circuit);

/* May a request try it?  PROBE: yes, and this one will decide. */
enum health_word { HEALTH_GO, HEALTH_PROBE, HEALTH_SHUN };
enum health_word health_ask(struct health_table *, const struct model_ref *,
    int64_t now_ms);

/* Would it be tried?  Changes nothing. */
bool health_is_well(const struct health_table *, const struct model_ref *,
    int64_t now_ms);

/* What became of a request that was let through, or tried all the same. */
void health_answered(struct health_table *, const struct model_ref *,
    int64_t now_ms);
struct health_failure {
	int64_t now_ms;
	int64_t retry_after_ms;	/* what the provider wants; 0: it said none */
	uint32_t chance;	/* any number: spreads the next tries */
	bool was_probe;
};
void health_failed(struct health_table *, const struct model_ref *,
    const struct health_rules *, const struct health_failure *);
/* The probe came to nothing that tells of the target. */
void health_unprobe(struct health_table *, const struct model_ref *);
