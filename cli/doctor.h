/* SPDX-License-Identifier: ISC */
/*
 * doctor: what is not well, and what is accepted, beside the walls.
 *
 * Nothing here fails: what is wrong is what it is there to tell.
 */
#pragma once

#include <stdbool.h>

struct invocation;
struct json_object;
struct settings;

/*
 * Opens the home if there is one and reads its settings, else the defaults.
 * Appends to data's array "problems" (about, problem) what is wrong with them.
 */
void doctor_read(struct invocation *, struct settings *,
    struct json_object *data);

/* data's arrays "agents" (id, path) and "acceptedRisks" (id, risk). */
void doctor_add_agents(struct json_object *data);
void doctor_add_risks(struct invocation *, const struct settings *,
    struct json_object *data);

/* All of it for people. */
void doctor_print(struct json_object *data);
