/* SPDX-License-Identifier: ISC */
/*
 * tool_schema: a tool's JSON schema, as a target takes it.
 */
#pragma once

#include <stdbool.h>

#include "proxy/dialect/text.h"

struct json_object;

/*
 * The schema without "$schema", of type object and with properties: a new
 * reference, the caller's.  NULL gives the schema of a tool without arguments.
 */
struct json_object *tool_schema_clean(struct json_object *);

/*
 * Does it keep OpenAI's rules for "strict"?  All properties required, no others
 * allowed, and none of the words that they refuse, at every level.
 */
bool tool_schema_is_strict(const struct json_object *);

/* {input: string}: what a freeform tool is where there are none. */
struct json_object *tool_schema_of_custom(void);

/*
 * What is said of a freeform tool that is sent as a function: its description
 * and, if it has one, the grammar of its input.  In the arena.
 */
struct text tool_schema_describe_custom(struct arena *, struct text description,
    struct json_object *grammar);
