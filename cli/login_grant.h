/* SPDX-License-Identifier: ISC */
/*
 * login_grant: a login that somebody approves in the control plane (RFC 8628).
 *
 * The syncer does it; here its code is shown and its progress told, on standard
 * error, so that --json keeps standard output to itself.  The token never comes
 * here.  When this process ends, so does the login.
 */
#pragma once

#include <stdbool.h>

#include "common/url.h"

struct err;
struct invocation;

struct login_wish {
	const char *url;	/* canonical: what the user approves */
	const char *label;
	bool may_replace;
	bool opens_browser;
};

struct login_end {
	char previous[URL_MAX];	/* where the token before went to; or "" */
};

/* A daemon must be reachable. */
bool login_grant(struct invocation *, const struct login_wish *,
    struct login_end *, struct err *);
