/* SPDX-License-Identifier: ISC */
/*
 * request_openai: what Chat and Responses requests have in common.
 */
#pragma once

#include <stdbool.h>

#include "proxy/dialect/text.h"

struct json_object;
struct output_format;
struct reading;
struct tool_choice;
struct where;

/* user, safety_identifier, service_tier, metadata, cache and sampling. */
bool request_openai_read_common(struct reading *, struct json_object *body);
void request_openai_write_common(struct reading *, struct json_object *body);

/* An effort's word into the wish. */
bool request_openai_read_effort(struct reading *, const struct where *,
    struct text word);

/* "auto", "required", "none", {type, name} and {type: allowed_tools}. */
bool request_openai_read_choice(struct reading *, struct json_object *body);

/* "search_context_size" of a web search, into what is known of it. */
void request_openai_keep_size(struct reading *, struct json_object *options,
    struct json_object *search);

/* The schema, cleaned, and whether it may be strict. */
struct json_object *request_openai_schema(struct reading *,
    struct json_object *schema, struct json_object *strict,
    bool *is_strict);

/* A schema that may be strict, and is unless the client said otherwise. */
bool request_openai_is_strict(const struct output_format *);

/* A grammar in the form of Responses: Chat puts it one level deeper. */
struct json_object *request_openai_grammar(struct json_object *grammar);
