/* SPDX-License-Identifier: ISC */
/*
 * own_key: a provider's key that an agent keeps for itself, as plain text in a
 * file of its own.
 *
 * It is offered, and taken over only when the user says so.  A subscription's
 * login is no key and is left alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/config_file.h"

struct client;
struct secret;

struct own_key {
	const char *provider;
	char path[CONFIG_PATH_MAX];	/* the file */
};

/*
 * The n-th that the agent has, from 0: its value, which the caller frees with
 * secret_free(), or NULL when there are no more.
 */
struct secret *own_key_at(const struct client *, size_t n, struct own_key *);
