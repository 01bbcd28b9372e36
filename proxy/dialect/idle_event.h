/* SPDX-License-Identifier: ISC */
/*
 * idle_event: events that say that a provider lives, and nothing else.
 *
 * The watchdog over an answer counts what brings it on; a provider that sends
 * nothing but these for ever has died, whatever it says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* By its type, in any dialect; 'len' bytes. */
bool idle_event_is(const char *type, size_t len);

/* By its data, of which these are the first bytes: {"type":"ping". */
bool idle_event_is_data(const char *data, size_t len);
