/* SPDX-License-Identifier: ISC */
/*
 * demonstration_view: each role's walls, tried on this machine.
 *
 * The command is for a moment the supervisor of each role's real executable,
 * which is confined as in service, is handed nothing worth having, and tries
 * what it must not do (common/process/demonstration.h).
 */
#pragma once

#include <stdbool.h>

#include "common/ipc.h"

struct json_object;
struct settings;

/*
 * Appends to data's arrays "roles" (role, ok, confinement, error) and
 * "attempts" (role, attempt, outcome, how, ok).  false when not everything that
 * must be denied was denied.
 */
bool demonstration_view(const struct settings *, struct json_object *data);
