/* SPDX-License-Identifier: ISC */
/* When a target is tried, shunned, and probed. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "proxy/health.h"

static const struct model_ref big = { "p", "big" }, small = { "p", "small" };
static const struct health_rules rules = { .n_failures = 3, .wait_ms = 1000,
	.wait_max_ms = 5000 };
static struct health_table table;

/* What happens at a moment, and what the circuit of "big" is then. */
struct step {
	int64_t at_ms;
	enum { FAIL, FAIL_PROBE, ANSWER, ASK, UNPROBE } what;
	int64_t retry_after_ms;
	enum health_word word;	/* of ASK */
	enum circuit circuit;
};

static void
take(const struct step *s, int64_t start_ms, size_t row)
{
	int64_t now_ms = start_ms + s->at_ms;

	if (s->what == ASK)
		cr_expect_eq(health_ask(&table, &big, now_ms), s->word,
		    "row %zu", row);
	else if (s->what == ANSWER)
		health_answered(&table, &big, now_ms);
	else if (s->what == UNPROBE)
		health_unprobe(&table, &big);
	else
		health_failed(&table, &big, &rules, &(struct health_failure) {
		    .now_ms = now_ms, .retry_after_ms = s->retry_after_ms,
		    .was_probe = s->what == FAIL_PROBE });
	if (table.n > 0)
		cr_expect_eq(table.targets[0].circuit, s->circuit, "row %zu",
		    row);
}

#define WALK(...) do {							\
	static const struct step steps[] = { __VA_ARGS__ };		\
									\
	table.n = 0;							\
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)	\
		take(&steps[i], 1000000, i);				\
} while (0)

Test(health, opens_after_as_many_failures_in_a_row_as_the_setting_says)
{
	WALK({ 0, ASK, 0, HEALTH_GO, 0 },
	    { 1, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 2, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 3, ANSWER, 0, 0, CIRCUIT_CLOSED },
	    { 4, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 5, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 6, ASK, 0, HEALTH_GO, CIRCUIT_CLOSED },
	    { 7, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 8, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 1006, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN });
}

Test(health, lets_exactly_one_probe_through_and_believes_it)
{
	WALK({ 0, FAIL, 0, 0, CIRCUIT_CLOSED }, { 0, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 0, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 1000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 1000, ASK, 0, HEALTH_SHUN, CIRCUIT_HALF_OPEN },
	    { 9000, ASK, 0, HEALTH_SHUN, CIRCUIT_HALF_OPEN },
	    { 9001, ANSWER, 0, 0, CIRCUIT_CLOSED },
	    { 9002, ASK, 0, HEALTH_GO, CIRCUIT_CLOSED },
	    { 9003, FAIL, 0, 0, CIRCUIT_CLOSED });
}

Test(health, waits_twice_as_long_after_each_failed_probe_up_to_a_limit)
{
	WALK({ 0, FAIL, 0, 0, CIRCUIT_CLOSED }, { 0, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 0, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 1000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 1000, FAIL_PROBE, 0, 0, CIRCUIT_OPEN },
	    { 2999, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 3000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 3000, FAIL_PROBE, 0, 0, CIRCUIT_OPEN },
	    { 6999, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 7000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 7000, FAIL_PROBE, 0, 0, CIRCUIT_OPEN },
	    { 11999, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 12000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN });
}

Test(health, gives_the_probe_to_another_when_it_came_to_nothing)
{
	WALK({ 0, FAIL, 0, 0, CIRCUIT_CLOSED }, { 0, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 0, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 1000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 1001, UNPROBE, 0, 0, CIRCUIT_HALF_OPEN },
	    { 1002, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN });
}

Test(health, is_not_worsened_by_requests_that_tried_all_the_same)
{
	WALK({ 0, FAIL, 0, 0, CIRCUIT_CLOSED }, { 0, FAIL, 0, 0, CIRCUIT_CLOSED },
	    { 0, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 500, FAIL, 0, 0, CIRCUIT_OPEN }, { 900, FAIL, 0, 0, CIRCUIT_OPEN },
	    { 1000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 1001, FAIL, 0, 0, CIRCUIT_HALF_OPEN });
}

Test(health, waits_as_long_as_the_provider_asks_within_a_bound)
{
	WALK({ 0, FAIL, 7000, 0, CIRCUIT_OPEN },
	    { 6999, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 7000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN },
	    { 7000, ANSWER, 0, 0, CIRCUIT_CLOSED },
	    { 8000, FAIL, INT64_MAX / 2, 0, CIRCUIT_OPEN },
	    { 8000 + RETRY_AFTER_MAX_MS - 1, ASK, 0, HEALTH_SHUN,
		CIRCUIT_OPEN },
	    { 8000 + RETRY_AFTER_MAX_MS, ASK, 0, HEALTH_PROBE,
		CIRCUIT_HALF_OPEN });
	/* Said while it is open already: the longer wait counts. */
	WALK({ 0, FAIL, 2000, 0, CIRCUIT_OPEN },
	    { 1000, FAIL, 4000, 0, CIRCUIT_OPEN },
	    { 4999, ASK, 0, HEALTH_SHUN, CIRCUIT_OPEN },
	    { 5000, ASK, 0, HEALTH_PROBE, CIRCUIT_HALF_OPEN });
}

Test(health, spreads_the_waits_by_a_quarter)
{
	for (uint32_t chance = 0; chance < 5000; chance += 499) {
		table.n = 0;
		for (int i = 0; i < 3; i++)
			health_failed(&table, &big, &rules,
			    &(struct health_failure) { .now_ms = 1,
			    .chance = chance });
		cr_expect_geq(table.targets[0].until_ms, 1001);
		cr_expect_lt(table.targets[0].until_ms, 1251);
	}
	cr_expect_gt(table.targets[0].until_ms, 1001);
}

Test(health, is_each_targets_own)
{
	table.n = 0;
	for (int i = 0; i < 3; i++)
		health_failed(&table, &big, &rules,
		    &(struct health_failure) { .now_ms = 1 });
	cr_expect_eq(health_ask(&table, &big, 2), HEALTH_SHUN);
	cr_expect_eq(health_ask(&table, &small, 2), HEALTH_GO);
}

Test(health, never_opens_when_the_setting_is_zero)
{
	table.n = 0;
	for (int i = 0; i < 100; i++)
		health_failed(&table, &big, &(struct health_rules) { 0 },
		    &(struct health_failure) { .now_ms = 1,
		    .retry_after_ms = 1000 });
	cr_expect_eq(health_ask(&table, &big, 2), HEALTH_GO);
}

Test(health, forgets_what_has_not_changed_for_longest)
{
	struct model_ref ref = { "p", "" };

	table.n = 0;
	for (int i = 0; i <= HEALTH_TARGETS_MAX; i++) {
		snprintf(ref.model, sizeof ref.model, "m%d", i);
		for (int n = 0; n < 3; n++)
			health_failed(&table, &ref, &rules,
			    &(struct health_failure) { .now_ms = 1 + i });
	}
	cr_expect_eq(table.n, HEALTH_TARGETS_MAX);
	cr_expect_eq(health_ask(&table, &ref, 200), HEALTH_SHUN);
	snprintf(ref.model, sizeof ref.model, "m0");
	cr_expect_eq(health_ask(&table, &ref, 200), HEALTH_GO);
	snprintf(ref.model, sizeof ref.model, "m1");
	cr_expect_eq(health_ask(&table, &ref, 200), HEALTH_SHUN);
}
