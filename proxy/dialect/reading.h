/* SPDX-License-Identifier: ISC */
/*
 * reading: one translation under way: what all of its steps share, and how they
 * apply field_policy.h.
 *
 * Steps return false when the request is refused; then reading->err is set.
 * Types are checked against the policy, so that whoever reads a member after
 * reading_check() may rely on its type.
 */
#pragma once

#include <stdbool.h>

#include "common/errors.h"
#include "proxy/dialect/dialect_request.h"
#include "proxy/dialect/field_policy.h"
#include "proxy/dialect/losses.h"
#include "proxy/dialect/model_traits.h"
#include "proxy/dialect/neutral_request.h"

struct json_object;

/* What the fields are called by the client, for reports of later steps. */
struct client_words {
	const char *max_tokens, *stops, *effort, *format, *verbosity;
	const char *messages, *thought, *call, *result;
	const char *result_error, *result_media, *cache, *strict, *custom;
};

#define REQUEST_LEN_MAX (256u << 20)	/* bytes, translated */

struct reading {
	const struct dialect_request_options *options;
	const struct model_traits *target;
	const struct client_words *words;
	struct arena *arena;
	struct losses *losses;
	struct tool_names *names;
	struct neutral_request *request;
	struct text *cut_stops;		/* for the answer side to cut at */
	size_t n_cut_stops;
	bool is_too_long;		/* what was written: REQUEST_LEN_MAX */
	struct err *err;
};

/* Where in the client's body we are: a chain on the stack. */
struct where {
	const struct where *up;		/* NULL: the body itself */
	const char *name;
	long at;			/* index in the array 'name'; -1: none */
};

#define WHERE_MEMBER(up, name) (&(const struct where) { up, name, -1 })
#define WHERE_ITEM(up, name, at) (&(const struct where) { up, name, (long)(at) })

/* All set err, name the field, and return false. */
bool reading_refuse(struct reading *, const struct where *, const char *why);
bool reading_refuse_target(struct reading *, const struct where *);

void reading_lose(struct reading *, enum loss_kind, const struct where *);

/* Applies a scope to all members of 'object', which must be an object. */
bool reading_check(struct reading *, const char *scope,
    const struct where *, struct json_object *object);

/*
 * Applies a scope that lists kinds: FATE_CARRIED or FATE_DROPPED (reported);
 * false when this kind is refused.
 */
bool reading_kind(struct reading *, const char *scope, const struct where *,
    struct text kind, enum fate *fate);

/* A member that is there and not null. */
struct json_object *member_of(struct json_object *, const char *name);
bool member_is_true(struct json_object *, const char *name);
size_t items_of(struct json_object *array);	/* 0 when it is none */

/* A text that has to be there. */
bool reading_text(struct reading *, const struct where *,
    struct json_object *object, const char *name, struct text *);

/* A limit in tokens, at least 1; 0 when the client sets none. */
bool reading_tokens(struct reading *, struct json_object *body,
    const char *name, int64_t *tokens);

/* The entry of a tool, whether or not it was declared. */
const struct tool_name *reading_tool(struct reading *, struct text name,
    struct text space, enum tool_kind);

/*
 * The client's user id as nobody's own, but the same for the same user and the
 * same purpose; absent when there is none.  See dialects.md D.2.
 */
struct text reading_user(struct reading *, const char *purpose);

/*
 * "data:image/png;base64,..." or another URL, into 'media'; data in another
 * form than base64 is refused.
 */
bool reading_url(struct reading *, const struct where *, struct text url,
    struct media *);
/* The other way round. */
struct text media_url(struct arena *, const struct media *,
    const char *default_type);
