/* SPDX-License-Identifier: ISC */
/*
 * thomas_home: a thomas home that is taken over: what is in it, what is here
 * already, and what is left to do.
 *
 * The files that hold secrets are not read here but by other images of this
 * program, which are told the one thing that they are to do (thomas_secrets.h).
 */
#pragma once

#include <stdbool.h>

#include "common/home.h"

struct err;
struct invocation;
struct json_object;

struct thomas_home {
	char path[HOME_PATH_MAX];
	struct json_object *plan;	/* thomas_plan.h */
};

/* --home, else $THOMAS_HOME, else ~/.thomas. */
bool thomas_home_find(struct thomas_home *, const struct invocation *,
    struct err *);
void thomas_home_close(struct thomas_home *);

/*
 * Makes the plan.  A step that need not be done has "state":"kept", one that
 * cannot be done "skipped"; a key's has its "pin".
 */
bool thomas_home_plan(struct thomas_home *, struct invocation *,
    struct err *);

/* Does it: each step then has the state "done", or "failed" and a reason. */
void thomas_home_take(struct thomas_home *);
