/* SPDX-License-Identifier: ISC */
/*
 * target_view: what the proxy says of agents' targets, by the same function
 * that serves their requests.
 *
 * What cannot be asked gives an empty list: a command that shows files goes on
 * without.
 */
#pragma once

#define TARGET_TEXT_MAX 300	/* bytes of "provider/model", with the NUL */

struct invocation;
struct json_object;

/*
 * Arrays of {id, effective, source, reason, ...}; free with json_object_put().
 * Of one agent; of all that are names in the object 'map'; of all in the vault.
 */
struct json_object *target_view_of_one(struct invocation *, const char *agent);
struct json_object *target_view_of(struct invocation *,
    struct json_object *map);
struct json_object *target_view_of_all(int home);

/* The agent's, or NULL. */
struct json_object *target_view_find(struct json_object *targets,
    const char *agent);

/* {"provider","model"} as text, "-" when it is none. */
void target_view_format(struct json_object *target,
    char text[TARGET_TEXT_MAX]);
