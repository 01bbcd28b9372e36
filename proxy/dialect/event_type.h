/* SPDX-License-Identifier: ISC */
/*
 * event_type: what an event of a provider's is, as far as its type tells, in any
 * dialect.
 *
 * An idle event says that the provider lives, and nothing else: the watchdog
 * over an answer counts what brings it on; a provider that sends nothing but
 * these for ever has died, whatever it says.  The last event makes an answer
 * whole: what becomes of the connection behind it is no part of the answer, and
 * clients close it there.  A fault says that it will not become whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum event_type { EVENT_OTHER, EVENT_IDLE, EVENT_LAST, EVENT_FAULT };

/* By its name; 'len' bytes. */
enum event_type event_type_of_name(const char *name, size_t len);

/*
 * By its data, of which these are the first bytes: {"type":"ping", or Chat's
 * [DONE] and {"error".
 */
enum event_type event_type_of_data(const char *data, size_t len);

/* By either; the name ends in a NUL. */
bool event_type_is_idle(const char *name, const char *data, size_t len);
