/* SPDX-License-Identifier: ISC */
/*
 * restart: how long to wait before a dead child is started again, and when to
 * give up.  Pure: the caller brings the clock and the dice.
 *
 * The wait doubles from 100 ms to 1.6 s, give or take a quarter at random: what
 * died together does not come back together.  Five deaths within two minutes
 * are hopeless, and no more than five are counted; a successful start in between
 * does not reset the count, time does.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RESTART_FIRST_MS 100
#define RESTART_DEATHS_MAX 5
#define RESTART_WINDOW_MS 120000

struct restart_history {
	uint64_t deaths_ms[RESTART_DEATHS_MAX];	/* a ring */
	uint32_t n_deaths;
};

/* Deaths in the window before 'now_ms', RESTART_DEATHS_MAX at most. */
unsigned restart_recent(const struct restart_history *, uint64_t now_ms);

/* Notes a death at 'now_ms'; true when it was one too many. */
bool restart_is_hopeless(struct restart_history *, uint64_t now_ms);

/*
 * Milliseconds to wait after the deaths noted in the window before 'now_ms';
 * 'random' is any number.
 */
uint64_t restart_delay_ms(const struct restart_history *, uint64_t now_ms,
    uint32_t random);
