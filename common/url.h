/* SPDX-License-Identifier: ISC */
/*
 * url: the one rule for base URLs, of providers and of the control plane, and
 * for the paths below them (design.md section 12, "Pins").
 *
 * https://, or http:// for this machine alone; no user, query or fragment; no
 * dot segments, no empty segments, no percent signs; host in lower case,
 * default port dropped, no slash at the end.  What passes is canonical: two
 * URLs are the same base exactly when their texts are equal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define URL_MAX 1024		/* bytes, with the NUL */
#define URL_HOST_MAX 256	/* bytes, with the NUL */
#define URL_PATH_MAX 2048	/* bytes of a request's path and query */

struct url {
	char text[URL_MAX];	/* canonical */
	char host[URL_HOST_MAX];	/* without brackets */
	const char *path;	/* in 'text'; "" or starts with a slash */
	uint16_t port;
	bool is_tls;
};

/* 'text' need not end in a NUL.  ERR_URL_INVALID says what is wrong with it. */
bool url_parse(struct url *, const char *text, size_t len, struct err *);

/*
 * May this path (with its query) be put behind a base URL?  It starts with a
 * slash, is visible ASCII, and no reader, however it decodes, finds a dot
 * segment, an empty segment, a backslash or a fragment in it.  A slash in
 * disguise is allowed in the name of a central server's model alone
 * (common/model_path.h), and not to that end.
 */
bool url_path_is_below(const char *path, size_t len);

/* Does the base have a segment "v1"?  (behaviour.md I.3, base URL rule.) */
bool url_has_version(const struct url *);
