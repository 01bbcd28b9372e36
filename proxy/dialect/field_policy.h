/* SPDX-License-Identifier: ISC */
/*
 * field_policy: what becomes of each field that we know, per target, as data.
 *
 * A scope is a kind of object of one dialect (a request, a text block, a tool).
 * Its rules are all members that we know.  CARRIED is the readers' and writers'
 * work, under the target's own name; what is DROPPED is reported; REFUSED is
 * what would change the meaning.  A value that has no effect ('harmless') and
 * null may always go.  A member without a rule is forwarded to a Chat host that
 * takes unknown ones (only in the request itself), else dropped and reported.
 * The scopes "block", "item" and "tool type" list kinds instead of members; a
 * kind without a rule is refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

enum fate {
	FATE_NONE,		/* cannot come up: same dialect */
	FATE_CARRIED,
	FATE_DROPPED,
	FATE_REFUSED,
	FATE_PRIVATE,		/* says who the user is: dropped, not strict */
	FATE_NEEDLESS,		/* means nothing to anybody else: not reported */
};

/*
 * 'types' are those that the value may have: s string, n number, i whole
 * number, b boolean, a array, o object; "" is any.
 */
struct field_rule {
	const char *name;
	const char *types;
	const char *harmless;	/* JSON text, or NULL */
	enum fate to[DIALECTS];
};

struct field_scope {
	enum dialect dialect;
	const char *name;	/* "request", "block:text" */
	const struct field_rule *rules;
	size_t n_rules;
};

/* All scopes of a dialect. */
const struct field_scope *field_scopes(enum dialect, size_t *n);

/* A scope of this dialect; there must be one. */
const struct field_scope *field_scope_find(enum dialect, const char *name);
/* NULL when there is none. */
const struct field_rule *field_rule_find(const struct field_scope *,
    const char *member);
