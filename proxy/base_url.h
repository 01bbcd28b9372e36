/* SPDX-License-Identifier: ISC */
/*
 * base_url: which path below a provider's base URL a request asks for.
 *
 * A base with a segment "v1" is used as it is.  One without is tried with "/v1"
 * first and, on 404, without; what worked is remembered for the pin, so that a
 * prompt goes to a wrong URL at most once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proxy/providers.h"

struct err;

/* The second one only while nothing is known of the pin. */
enum base_attempt { ATTEMPT_FIRST, ATTEMPT_SECOND };

#define BASE_MEMORY_LEN 128	/* pins */

struct base_memory {
	struct base_known {
		uint8_t origin[DIGEST_LEN];
		enum { BASE_UNKNOWN, BASE_WITH_V1, BASE_WITHOUT_V1 } is;
	} pins[BASE_MEMORY_LEN];
};

/*
 * 'path' is the agent's, "/v1/..." with its query; the result points into it.
 * ERR_NOT_FOUND when it is not a path that may stand behind a base URL.
 */
bool base_url_path(const struct base_memory *, const struct provider *,
    enum base_attempt, const char *path, const char **below, struct err *);

/* May a 404 to this attempt mean that the base URL wants no "/v1"? */
bool base_url_may_retry(const struct base_memory *, const struct provider *,
    enum base_attempt);

/* This attempt was answered by something other than 404. */
void base_url_learn(struct base_memory *, const struct provider *,
    enum base_attempt);
