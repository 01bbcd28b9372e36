/* SPDX-License-Identifier: ISC */
/*
 * thomas_plan: what is to be done to take over a thomas home, as commands of
 * ours.  Pure.
 *
 * A plan is an array of steps in the order in which they are done:
 *	{"kind","id","command":["route","bot","p/m"]}
 *	{"kind","id","reason":"why it cannot be taken over"}
 * What a command then says about the step is the last word: nothing is checked
 * here that it would check.
 */
#pragma once

struct json_object;

/* Each takes one of the files, as an object or NULL, and appends its steps. */
void thomas_plan_providers(struct json_object *plan, struct json_object *file);
void thomas_plan_prices(struct json_object *plan, struct json_object *file);
void thomas_plan_policies(struct json_object *plan, struct json_object *file);
void thomas_plan_routes(struct json_object *plan, struct json_object *file);

/* One step; 'words' end in NULL and are copied. */
struct json_object *thomas_plan_add(struct json_object *plan,
    const char *kind, const char *id, const char *const words[]);
void thomas_plan_skip(struct json_object *plan, const char *kind,
    const char *id, const char *reason);
