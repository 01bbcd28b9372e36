/* SPDX-License-Identifier: ISC */
/*
 * identity_file: cloud/identity.json, where this machine is logged in; no token.
 */
#pragma once

#include <stdbool.h>

struct err;

struct identity {
	const char *base_url;
	const char *device_id, *workspace_id, *label;	/* "" when not known */
};

/* Replaces the file, with the time of now. */
bool identity_file_write(int folder, const struct identity *, struct err *);

/*
 * Nobody is logged in any more: what the control plane said goes, and at last
 * who it was, so that half a logout still shows as a login.
 */
bool identity_file_forget(int folder, struct err *);
