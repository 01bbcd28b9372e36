/* SPDX-License-Identifier: ISC */
/*
 * request_anthropic: a Messages request, read and written.
 */
#pragma once

#include <stdbool.h>

#include "proxy/dialect/neutral_request.h"

struct json_object;
struct reading;
struct where;

/* Fills r->request from the body, which is an object. */
bool request_anthropic_read(struct reading *r, struct json_object *body);

/* A new tree from r->request, which is in order. */
struct json_object *request_anthropic_write(struct reading *r);

/* For request_anthropic's own files: content, a string or a list of blocks. */
bool request_anthropic_read_content(struct reading *, const struct where *,
    struct json_object *content, struct parts *);
bool request_anthropic_read_cache(struct reading *, const struct where *,
    struct json_object *holder, enum cache_mark *mark);
bool request_anthropic_read_tools(struct reading *, struct json_object *body);
/* "tool" of a tool_addition or a tool_removal. */
bool request_anthropic_change_tool(struct reading *, const struct where *,
    struct json_object *tool, enum tool_change);
bool request_anthropic_read_choice(struct reading *, struct json_object *body);
struct json_object *request_anthropic_write_parts(struct reading *,
    const struct parts *);
struct json_object *request_anthropic_write_cache(enum cache_mark);
