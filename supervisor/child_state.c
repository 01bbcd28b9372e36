/* SPDX-License-Identifier: ISC */
#include "supervisor/child_state.h"

/* What is not listed is CHILD_NOWHERE. */
static const enum child_state next[CHILD_STATE_COUNT][CHILD_EVENT_COUNT] = {
	[CHILD_ABSENT] = {
		[CHILD_IS_WANTED]	= CHILD_STARTING,
		[CHILD_IS_UNWANTED]	= CHILD_ABSENT,
	},
	[CHILD_STARTING] = {
		[CHILD_IS_READY]	= CHILD_RUNNING,
		[CHILD_IS_TIMEOUT]	= CHILD_STARTING,	/* now SIGKILL */
		[CHILD_IS_EXITED]	= CHILD_WAITING,
		[CHILD_IS_FINISHED]	= CHILD_ABSENT,
		[CHILD_IS_HOPELESS]	= CHILD_PARKED,
		[CHILD_IS_UNWANTED]	= CHILD_STOPPING,
	},
	[CHILD_RUNNING] = {
		[CHILD_IS_TIMEOUT]	= CHILD_RUNNING,	/* now SIGKILL */
		[CHILD_IS_EXITED]	= CHILD_WAITING,
		[CHILD_IS_FINISHED]	= CHILD_ABSENT,
		[CHILD_IS_HOPELESS]	= CHILD_PARKED,
		[CHILD_IS_UNWANTED]	= CHILD_STOPPING,
	},
	[CHILD_STOPPING] = {
		[CHILD_IS_READY]	= CHILD_STOPPING,
		[CHILD_IS_TIMEOUT]	= CHILD_STOPPING,	/* now SIGKILL */
		[CHILD_IS_EXITED]	= CHILD_ABSENT,
		[CHILD_IS_FINISHED]	= CHILD_ABSENT,
		[CHILD_IS_HOPELESS]	= CHILD_ABSENT,
		[CHILD_IS_UNWANTED]	= CHILD_STOPPING,
	},
	[CHILD_WAITING] = {
		[CHILD_IS_TIMEOUT]	= CHILD_STARTING,
		[CHILD_IS_UNWANTED]	= CHILD_ABSENT,
	},
	[CHILD_PARKED] = {
		[CHILD_IS_WANTED]	= CHILD_STARTING,
		[CHILD_IS_UNWANTED]	= CHILD_ABSENT,
	},
};

static const char *const names[CHILD_STATE_COUNT] = {
	[CHILD_NOWHERE] = "NOWHERE",
#define X(name) [CHILD_##name] = #name,
	CHILD_STATES(X)
#undef X
};

enum child_state
child_next(enum child_state state, enum child_event event)
{
	return next[state][event];
}

const char *
child_state_name(enum child_state state)
{
	return names[state];
}
