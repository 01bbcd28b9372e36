/* SPDX-License-Identifier: ISC */
/*
 * exchange: one request of the TLS or plain port and the sending of its
 * answer, with the faults that its step of the script asks for.
 *
 * Owns itself: it is gone when the answer has ended or the client has left.
 */
#pragma once

#include <event2/event.h>

#include "tests/mock/connection.h"
#include "tests/mock/mock.h"

struct exchange_place {
	struct event_base *base;
	struct stats *stats;
	const struct mock_settings *settings;
};

/* Takes the step, which may be NULL.  The place outlives the exchange. */
void exchange_start(const struct exchange_place *, struct connection *,
    struct json_object *step);
