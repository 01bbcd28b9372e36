/* SPDX-License-Identifier: ISC */
/*
 * http_path: what a method and a path ask for (behaviour.md I.3), as one table.
 *
 * The dialect is that of the path which the client called, not a property of
 * the agent.  Queries play no part: Claude Code sends "?beta=true".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

struct err;

enum path_kind {
	PATH_NOTHING,
	PATH_HEALTH,		/* 200 at once, for anybody */
	PATH_PREFLIGHT,		/* OPTIONS of a web page that may call */
	PATH_RUN,		/* a model call: recorded */
	PATH_COUNT,		/* counts tokens: not recorded */
	PATH_MODELS,		/* the list of models */
	PATH_MODEL,		/* one model */
	PATH_OTHER		/* goes to the target's provider as it is */
};

struct http_path {
	enum path_kind kind;
	enum dialect dialect;	/* DIALECT_NONE: that of the target */
	const char *rest;	/* path and query without a doubled "/v1" */
	const char *name;	/* of PATH_MODEL: what follows the slash */
};

enum path_upgrade { PATH_PLAIN, PATH_WEBSOCKET };

/*
 * 'target' is the request's target, which the result points into.  Otherwise
 * ERR_NOT_FOUND, ERR_METHOD_NOT_ALLOWED or ERR_UPGRADE_REFUSED.
 */
bool http_path_find(const char *method, const char *target,
    enum path_upgrade, struct http_path *, struct err *);
