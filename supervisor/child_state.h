/* SPDX-License-Identifier: ISC */
/*
 * child_state: the life of one child process, without the process.
 *
 *	ABSENT -> STARTING -> RUNNING -> STOPPING -> ABSENT
 *	             \___________\__> WAITING -> STARTING	(it died)
 *	              \___________\_> PARKED			(too often)
 *
 * Pure: no clock, no fork, no log.  child.c does what a state demands when it
 * is entered; this file only says which state comes next.
 */
#pragma once

#define CHILD_STATES(X)							\
	X(ABSENT) X(STARTING) X(RUNNING) X(STOPPING) X(WAITING) X(PARKED)
#define CHILD_EVENTS(X)							\
	X(WANTED) X(READY) X(TIMEOUT) X(EXITED) X(FINISHED) X(HOPELESS)	\
	X(UNWANTED)

enum child_state {
	CHILD_NOWHERE,		/* the answer to an event that cannot happen */
#define X(name) CHILD_##name,
	CHILD_STATES(X)
#undef X
	CHILD_STATE_COUNT
};

enum child_event {
#define X(name) CHILD_IS_##name,
	CHILD_EVENTS(X)
#undef X
	CHILD_EVENT_COUNT
};

/* CHILD_NOWHERE when 'event' cannot happen in 'state': a bug in the caller. */
enum child_state child_next(enum child_state, enum child_event);

/* "RUNNING"; static storage. */
const char *child_state_name(enum child_state);
