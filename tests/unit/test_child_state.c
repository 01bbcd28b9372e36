/* SPDX-License-Identifier: ISC */
/* The life of a child, and how often it may begin again. */
#include <criterion/criterion.h>

#include "supervisor/child_state.h"
#include "supervisor/egress_deaths.h"
#include "supervisor/restart.h"
#include "supervisor/sync_delay.h"

Test(child_state, starts_runs_dies_waits_and_starts_again)
{
	static const struct {
		enum child_event event;
		enum child_state state;
	} life[] = {
		{ CHILD_IS_WANTED, CHILD_STARTING },
		{ CHILD_IS_READY, CHILD_RUNNING },
		{ CHILD_IS_EXITED, CHILD_WAITING },
		{ CHILD_IS_TIMEOUT, CHILD_STARTING },
		{ CHILD_IS_HOPELESS, CHILD_PARKED },
		{ CHILD_IS_WANTED, CHILD_STARTING },
		{ CHILD_IS_UNWANTED, CHILD_STOPPING },
		{ CHILD_IS_TIMEOUT, CHILD_STOPPING },
		{ CHILD_IS_EXITED, CHILD_ABSENT },
	};
	enum child_state state = CHILD_ABSENT;

	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++) {
		state = child_next(state, life[i].event);
		cr_expect_eq(state, life[i].state, "step %zu: %s", i,
		    child_state_name(state));
	}
}

Test(child_state, can_always_be_ended)
{
	for (enum child_state s = CHILD_ABSENT; s < CHILD_STATE_COUNT; s++) {
		enum child_state after = child_next(s, CHILD_IS_UNWANTED);

		cr_expect(after == CHILD_STOPPING || after == CHILD_ABSENT,
		    "%s", child_state_name(s));
	}
}

Test(restart, waits_longer_each_time_and_gives_up_at_five)
{
	static const uint64_t delays[] = { 100, 200, 400, 800 };
	struct restart_history h = { 0 };

	for (int i = 0; i < 4; i++) {
		cr_expect_not(restart_is_hopeless(&h, 1000 + (uint64_t)i));
		/* Half the greatest offset is none at all. */
		cr_expect_eq(restart_delay_ms(&h, 1010,
		    (uint32_t)delays[i] / 4), delays[i]);
	}
	cr_expect(restart_is_hopeless(&h, 1020));
}

Test(restart, waits_a_quarter_more_or_less_and_never_longer_than_that)
{
	struct restart_history h = { 0 };
	uint64_t least = UINT64_MAX, most = 0;

	for (int i = 0; i < 4; i++)
		restart_is_hopeless(&h, 1000);
	for (uint32_t random = 0; random < 5000; random++) {
		uint64_t ms = restart_delay_ms(&h, 1000, random);

		least = ms < least ? ms : least;
		most = ms > most ? ms : most;
	}
	cr_expect_eq(least, 600);
	cr_expect_eq(most, 1000);
	cr_expect_leq(restart_delay_ms(&h, 1000, UINT32_MAX), 1000);
}

Test(restart, forgets_deaths_with_time_and_with_nothing_else)
{
	struct restart_history h = { 0 };

	for (int i = 0; i < 4; i++)
		restart_is_hopeless(&h, 1000);
	cr_expect(restart_is_hopeless(&h, 1000 + RESTART_WINDOW_MS));
	h = (struct restart_history) { 0 };
	for (int i = 0; i < 4; i++)
		restart_is_hopeless(&h, 1000);
	cr_expect_not(restart_is_hopeless(&h, 1001 + RESTART_WINDOW_MS));
}

Test(egress_deaths, of_one_provider_are_not_held_against_another)
{
	static struct egress_deaths e;
	struct ipc_name bad = { 3, "bad" }, good = { 4, "good" };

	for (uint64_t i = 0; i < RESTART_DEATHS_MAX; i++) {
		cr_expect_not(egress_deaths_are_many(&e, &bad, 1000 + i));
		egress_deaths_note(&e, &bad, 1000 + i);
	}
	cr_expect(egress_deaths_are_many(&e, &bad, 2000));
	cr_expect_not(egress_deaths_are_many(&e, &good, 2000));
	cr_expect_not(egress_deaths_are_many(&e, &bad,
	    2000 + RESTART_WINDOW_MS));
}

Test(egress_deaths, of_many_providers_take_no_more_room)
{
	static struct egress_deaths e;

	for (unsigned i = 0; i < 1000; i++) {
		struct ipc_name name = { 2, { (char)('a' + i % 26),
		    (char)('a' + i / 26 % 26) } };

		egress_deaths_note(&e, &name, 1000);
		cr_expect_not(egress_deaths_are_many(&e, &name, 1000));
	}
}

/* Not all machines of a site ask at the same moment; none asks too often. */
Test(sync_delay, waits_for_its_interval_a_tenth_more_or_less)
{
	static const uint32_t at_random[] = { 0, 1, 77777, UINT32_MAX };
	uint64_t least = UINT64_MAX, most = 0;

	for (uint32_t i = 0; i < 5000; i++) {
		uint64_t ms = sync_delay_ms(10000, i * 2654435761u);

		least = ms < least ? ms : least;
		most = ms > most ? ms : most;
	}
	cr_expect(least >= 9000 && least < 9100 && most > 10900 &&
	    most <= 11000, "%llu to %llu", (unsigned long long)least,
	    (unsigned long long)most);
	for (size_t i = 0; i < sizeof at_random / sizeof at_random[0]; i++)
		cr_expect_eq(sync_delay_ms(0, at_random[i]), 0);
}
