/* SPDX-License-Identifier: ISC */
/*
 * cloud_devices: how a device gets its token.
 */
#pragma once

#include <stdbool.h>

#include "tests/mock/reply.h"

#define DEVICES_MAX 1000

struct devices {
	const char *token;		/* what every approved device gets */
	bool approves_at_once;		/* nobody needs to POST an approval */
	int n_begun;
	bool is_approved[DEVICES_MAX];
};

/* False if the path is not one below /v1/devices. */
bool devices_answer(struct devices *, const struct request *, struct reply *);
