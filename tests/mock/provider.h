/* SPDX-License-Identifier: ISC */
/*
 * provider: which API a request is for, and what it is answered.
 */
#pragma once

#include "tests/mock/reply.h"

struct provider {
	const char *key;	/* NULL: anything goes */
	long n_deltas;
	long event_delay_ms;
};

/* Fits struct mock_settings; 'arg' is the struct provider. */
void provider_compose(const struct request *, struct json_object *step,
    struct reply *, void *arg);
